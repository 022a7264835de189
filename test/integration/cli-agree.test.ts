import { describe, expect, it } from 'vitest';
import { file, PATIENT_CHECKS, run } from '../support/cli-fixture.ts';
import { freePort } from '../support/ports.ts';

async function lab(traffic: string): Promise<string> {
  return `
evenkeel: 1
name: Three to one
listen: 127.0.0.1:${await freePort()}
strategy: weighted-round-robin
origins:
  - { name: A, port: ${await freePort()}, weight: 3, service: { time: { constant: 30ms } } }
  - { name: B, port: ${await freePort()}, service: { time: { constant: 30ms } } }
traffic: ${traffic}
${PATIENT_CHECKS}`;
}

describe('evenkeel agree', () => {
  it('sets the live lab beside its simulation, for machines', async () => {
    file('agree.yaml', await lab('{ open: { rate: 40/s, arrivals: constant } }'));
    const { code, stdout } = await run(['agree', 'agree.yaml', '--duration', '4s', '--warmup', '500ms', '--json']);
    const { agrees, requests, rows, missed, twin } = JSON.parse(stdout);
    expect(requests).toBeGreaterThan(80);
    expect(missed).toBe(0);
    // How long answers take depends on what else this machine does; who gets them does not.
    for (const [name, share] of [
      ['A', 0.75],
      ['B', 0.25],
    ] as const) {
      const row = rows.find(({ figure }: { figure: string }) => figure === `share of ${name}`);
      expect(row.simulated).toBeCloseTo(share, 1);
      expect(Math.abs(row.live - share)).toBeLessThan(0.02);
      expect(row.twin).toBeCloseTo(share, 1);
    }
    expect(twin.shares).toBeLessThan(0.02);
    expect(code).toBe(agrees ? 0 : 1);
  });

  it('has the live lab meet the arrivals of the simulated one with its seed', async () => {
    file('lots.yaml', await lab('{ open: { rate: 20/s, arrivals: poisson } }'));
    const { stdout } = await run(['agree', 'lots.yaml', '--duration', '9s', '--warmup', '1s', '--replications', '2']);
    const [title, ...lines] = stdout.split('\n');
    const [, live, simulated] = /: (\d+) requests live, (\d+) simulated$/.exec(title ?? '') ?? [];
    // Of 160, by chance two runs differ by 18 (σ); those of a third of a second at the edge of the measured time may be on either side of it.
    expect(Math.abs(Number(live) - Number(simulated))).toBeLessThanOrEqual(6);
    expect(lines[0]).toMatch(/^ +live +simulated +difference +allowed +other seeds$/);
    expect(stdout).toMatch(/^share of A .* 7[45]\.\d ± .*agrees$/m);
    expect(stdout).toMatch(
      /^With the same arrivals, live and simulated shares are at most \d\.\d points apart, the means/m,
    );
  });

  it('says what a real machine adds to short answers', async () => {
    file('short.yaml', (await lab('{ open: { rate: 40/s, arrivals: constant } }')).replaceAll('30ms', '0ms'));
    const { code, stdout } = await run(['agree', 'short.yaml', '--duration', '2s', '--replications', '2']);
    expect(stdout).toMatch(/^mean .*DIFFERS$/m);
    expect(stdout).toContain('A real machine adds a millisecond or two to each answer');
    expect(code).toBe(1);
  });

  it('lets what is under way at the end come to its end, as the simulation does', async () => {
    const slow = (await lab('{ open: { rate: 10/s, arrivals: constant } }')).replaceAll('30ms', '1500ms');
    file('slow.yaml', slow);
    const { stdout } = await run(['agree', 'slow.yaml', '--duration', '3s', '--warmup', '0s', '--json']);
    const { rows, requests } = JSON.parse(stdout);
    // Those of the last 1.5 s are under way when the time is over.
    expect(requests).toBeGreaterThanOrEqual(25);
    expect(rows.find(({ figure }: { figure: string }) => figure === 'failed')).toMatchObject({ live: 0, simulated: 0 });
  });

  it('refuses what cannot be compared', async () => {
    file('quiet.yaml', await lab('off'));
    const quiet = await run(['agree', 'quiet.yaml']);
    expect(quiet.code).toBe(2);
    expect(quiet.stderr).toMatch(/no traffic/);
    file('agree.yaml', await lab('{ open: { rate: 40/s } }'));
    const short = await run(['agree', 'agree.yaml', '--duration', '1s', '--warmup', '2s']);
    expect(short.code).toBe(2);
    expect(short.stderr).toMatch(/warm-up/);
  });
});

describe('evenkeel verify --live', () => {
  it('checks the real lab, and says what it did not check and why', async () => {
    const expectations = `duration: 3s
expect:
  - { measure: share, of: A, min: 70%, max: 80%, because: "Three of four." }
  - { measure: share, of: B, min: 90%, because: "This is wrong on purpose." }
  - { measure: failed, max: 0%, with: { duration: 1h }, because: "Nobody waits for this." }
  - { measure: stable, is: true, because: "It has time." }
`;
    file('live.yaml', (await lab('{ open: { rate: 40/s, arrivals: constant } }')) + expectations);
    const { code, stdout } = await run(['verify', '--live', 'live.yaml']);
    expect(code).toBe(1);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(/^ {2}ok {5}share of the attempts of A: 7\d/);
    expect(lines[2]).toMatch(/^ {2}WRONG {2}share of the attempts of B: 2\d/);
    expect(lines[3]).toMatch(/^ {2}not live .*it takes 3600 s/);
    expect(lines[4]).toMatch(/^ {2}not live .*only a simulation/);
  });
});
