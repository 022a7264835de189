import { describe, expect, it } from 'vitest';
import { file, freePort, run } from '../support/cli-fixture.ts';

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
`;
}

describe('evenkeel agree', () => {
  it('sets the live lab beside its simulation, for machines', async () => {
    file('agree.yaml', await lab('{ open: { rate: 40/s, arrivals: constant } }'));
    const { code, stdout } = await run(['agree', 'agree.yaml', '--duration', '4s', '--warmup', '500ms', '--json']);
    const { agrees, requests, rows, missed } = JSON.parse(stdout);
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
    }
    expect(code).toBe(agrees ? 0 : 1);
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
