import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../src/core/strategies/registry.ts';
import { cli, file, printed, run, start } from '../support/cli-fixture.ts';

const LAB = `
evenkeel: 1
name: One slow origin
strategy: least-connections
origins:
  - { name: A, port: 8081, count: 3, service: { time: { exponential: 50ms }, workers: 1 } }
  - { name: slow, port: 8090, service: { time: { exponential: 200ms }, workers: 1 } }
traffic: { open: { rate: 32/s, arrivals: poisson } }
`;

describe('evenkeel simulate', () => {
  it('prints one JSON object with what was measured, the same again but for the time it took', async () => {
    const args = ['simulate', file('slow.yaml', LAB), '--duration', '600s', '--warmup', '10s', '--json'];
    const { code, stdout, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const printedOnce = JSON.parse(stdout);
    expect(Object.keys(printedOnce)).toEqual(['lab', 'seed', 'clock', 'simulated_s', 'wall_s', 'results']);
    expect(printedOnce).toMatchObject({ lab: 'One slow origin', seed: 1, clock: 'virtual', simulated_s: 600 });
    const [result] = printedOnce.results;
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining([
        'strategy',
        'offered',
        'completed',
        'failed',
        'rejected',
        'retried',
        'latency_ms',
        'origins',
      ]),
    );
    expect(Object.keys(result.latency_ms)).toEqual(['mean', 'p50', 'p90', 'p95', 'p99', 'max', 'mean_ci95']);
    expect(result.origins.map(({ name }: { name: string }) => name)).toEqual(['A1', 'A2', 'A3', 'slow']);
    expect(result.latency_ms.mean).toBeGreaterThan(75);
    expect(result.latency_ms.mean).toBeLessThan(91);
    const again = await run(args);
    expect(again.stdout.replace(/"wall_s":[\d.]+/, '')).toBe(stdout.replace(/"wall_s":[\d.]+/, ''));
  });

  it('compares all strategies in a table', async () => {
    const { code, stdout } = await run(['simulate', '-', '--strategy', 'all', '--duration', '20s'], LAB);
    expect(code).toBe(0);
    for (const { id } of STRATEGIES) expect(stdout).toMatch(new RegExp(`^${id} `, 'm'));
  });

  it.each([
    [['--duration', '10'], '--duration needs a unit: write 10ms or 10s.\n'],
    [['--seed', 'x'], '--seed must be a whole number from 0 to 4294967295, not "x".\n'],
    [
      ['--duration', '5s', '--warmup', '5s'],
      'The warm-up must be shorter than the run, or nothing is left to measure.\n',
    ],
    [
      ['--strategy', 'random,lest-connections'],
      'There is no strategy called "lest-connections". Did you mean "least-connections"?\n',
    ],
  ])('says what is wrong with %j', async (args, stderr) => {
    expect(await run(['simulate', file('fine.yaml', LAB), ...args])).toEqual({ code: 2, stdout: '', stderr });
  });

  it.skipIf(!existsSync('/dev/full'))('says so when what it prints finds no room', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [cli, 'simulate', '-', '--duration', '20s'], {
      input: LAB,
      stdio: ['pipe', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    const sentence = 'What was to be printed cannot be written: the disk is full.\n';
    expect({ status, stderr }).toEqual({ status: 1, stderr: sentence });
  });

  it('gives what it has so far when it is asked to stop', async () => {
    const foreign = '\n  - { name: legacy, url: "http://127.0.0.1:9000" }\ntraffic:';
    const lab = file('long.yaml', LAB.replace('32/s', '60/s').replace('\ntraffic:', foreign));
    const running = start(['simulate', lab, '--duration', '2400h', '--strategy', 'random', '--json']);
    // Said right before the run; before that, nobody listens to signals.
    await printed(running, 'stderr', /legacy .*\n/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(0);
    const { interrupted, simulated_s, results } = JSON.parse(running.output.stdout);
    expect(interrupted).toBe(true);
    expect(simulated_s).toBeGreaterThan(1);
    expect(simulated_s).toBeLessThan(2400 * 3600);
    expect(results[0].offered).toBeGreaterThan(60);
  });
});
