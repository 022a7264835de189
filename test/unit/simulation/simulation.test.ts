import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../../src/core/strategies/registry.ts';
import { labOf, resultOf, run } from './support.ts';

const ONE_SLOW = labOf(
  'strategy: least-connections',
  'origins:',
  '  - { name: A, count: 3, port: 8081, service: { time: { exponential: 50ms }, workers: 1 } }',
  '  - { name: slow, port: 8090, service: { time: { exponential: 200ms }, workers: 1 } }',
  'traffic: { open: { rate: 32/s } }',
  'health: off',
  'timeouts: { firstByte: 5m }',
);

/** Four origins that take 200 ms, one of which suffers. */
function failing(...lines: readonly string[]) {
  return labOf(
    'origins: [ { name: A, count: 4, port: 8081, service: { time: 200ms } } ]',
    'traffic: { open: { rate: 100/s, arrivals: constant } }',
    ...lines,
  );
}

describe('a simulated lab', () => {
  it('is the same again with the same seed, and another with another', () => {
    const plan = { duration: 60_000 };
    const once = JSON.stringify(run(ONE_SLOW, plan));
    expect(JSON.stringify(run(ONE_SLOW, plan))).toBe(once);
    expect(JSON.stringify(run(ONE_SLOW, { ...plan, seed: 2 }))).not.toBe(once);
  });

  it.each(STRATEGIES.map(({ id }) => id))('gives every request exactly one end under %s', (use) => {
    const lab = labOf(
      'origins:',
      '  - { name: A, port: 8081, service: { time: { exponential: 50ms }, workers: 1, queue: 3, errorRate: 10% } }',
      '  - { name: B, count: 3, port: 8082, service: { time: { exponential: 50ms }, workers: 2 } }',
      'traffic: { open: { rate: 60/s }, paths: [/a, /b?c=1, /d] }',
      'timeouts: { firstByte: 300ms }',
      'retry: { attempts: 3, on: [connect-failure, reset, timeout, server-error] }',
      'faults:',
      '  - { at: 5s, origin: B1, do: kill, for: 5s }',
      '  - { at: 12s, origin: B2, do: freeze, for: 3s }',
      '  - { at: 17s, origin: B3, do: hang, for: 3s }',
      '  - { at: 22s, origin: A, slow: 20x, for: 3s }',
    );
    const result = resultOf(lab, { strategies: [{ use }], duration: 30_000, warmup: 1000 });
    const { offered, completed, failed, rejected, retried, origins } = result;
    expect(offered).toBeGreaterThan(1500);
    expect(completed + failed + rejected).toBe(offered);
    expect(failed).toBeGreaterThan(0);
    // No origin was ever missing altogether, so every request was sent at least once.
    expect(origins.reduce((sum, { requests }) => sum + requests, 0)).toBe(offered + retried);
  });

  it('meets the same arrivals whatever the strategy', () => {
    const { results } = run(ONE_SLOW, { strategies: [{ use: 'random' }, { use: 'round-robin' }], duration: 60_000 });
    expect(results[0]?.offered).toBe(results[1]?.offered);
    expect(results.map(({ strategy }) => strategy)).toEqual(['random', 'round-robin']);
  });

  it('serves in order, waits for a worker and answers after its service', () => {
    const lab = labOf(
      'origins: [ { name: A, port: 8081, service: { time: 100ms, workers: 1 } } ]',
      'traffic: { open: { rate: 10/s, arrivals: constant } }',
    );
    const { latency_ms, origins, in_system } = resultOf(lab, { duration: 10_000, warmup: 0 });
    expect(latency_ms).toMatchObject({ mean: 100, p50: 100, max: 100 });
    expect(in_system).toBeCloseTo(0.99, 2);
    expect(origins[0]?.utilization).toBeCloseTo(0.99, 2);
  });

  it('turns requests away where the queue is full', () => {
    const lab = labOf(
      'origins: [ { name: A, port: 8081, service: { time: 1s, workers: 1, queue: 1 } } ]',
      'traffic: { open: { rate: 10/s, arrivals: constant } }',
      'health: off',
    );
    const { offered, completed, rejected, unstable } = resultOf(lab, { duration: 10_050, warmup: 0 });
    // One is served each second, and one place in the queue comes free with it.
    expect({ offered, completed, rejected }).toEqual({ offered: 100, completed: 11, rejected: 89 });
    expect(unstable).toBeUndefined();
  });

  it('loses what was in flight at a killed origin and, until three checks have failed, what is sent there', () => {
    const lab = failing('health: { passive: off }', 'retry: off', 'faults: [ { at: 10s, origin: A2, do: kill } ]');
    const { failed, origins } = resultOf(lab, { duration: 30_000, warmup: 0 });
    // 25/s for 4 to 6 s, and 25/s × 0.2 s in flight.
    expect(failed).toBeGreaterThanOrEqual(25 * 3.6 + 5);
    expect(failed).toBeLessThanOrEqual(25 * 6.6 + 5);
    expect(origins[1]?.failed).toBe(failed);
  });

  it('tries refused requests elsewhere, so that only those in flight are lost', () => {
    const lab = failing('health: { passive: off }', 'faults: [ { at: 10s, origin: A2, do: kill } ]');
    const { failed, retried } = resultOf(lab, { duration: 30_000, warmup: 0 });
    expect(failed).toBe(5);
    expect(retried).toBeGreaterThan(0);
  });

  it('loses nothing when it drains', () => {
    const lab = failing('faults: [ { at: 10s, origin: A2, do: drain } ]');
    const { failed, origins } = resultOf(lab, { duration: 30_000, warmup: 10_000 });
    expect(failed).toBe(0);
    expect(origins.map(({ share }) => Math.round(share * 100))).toEqual([33, 0, 33, 33]);
  });

  it('answers after a thaw what came while it was frozen', () => {
    const lab = labOf(
      'origins: [ { name: A, port: 8081, service: { time: 5ms } } ]',
      'traffic: { open: { rate: 100/s, arrivals: constant } }',
      'health: off',
      'faults: [ { at: 10.001s, origin: A, do: freeze, for: 10s } ]',
    );
    const { failed, latency_ms } = resultOf(lab, { duration: 60_000, warmup: 0 });
    expect(failed).toBe(0);
    // Frozen just after an arrival, whose answer waits, too; the last to come waits only for its service.
    expect(latency_ms.max).toBeCloseTo(10_001, 3);
    // A sixth of all requests came meanwhile, evenly.
    expect(latency_ms.p90).toBeCloseTo(10_000 * 0.4, -2);
  });

  it('gives up on an origin that hangs, and goes on without it', () => {
    const lab = failing(
      'timeouts: { firstByte: 1s }',
      'health: { active: { every: 1s, timeout: 500ms, fall: 2 }, passive: off }',
      'faults: [ { at: 10s, origin: A2, do: hang } ]',
    );
    const { failed, origins } = resultOf(lab, { duration: 30_000, warmup: 0 });
    expect(failed).toBe(origins[1]?.failed);
    expect(failed).toBeGreaterThan(25);
    expect(failed).toBeLessThan(25 * 4);
  });

  it('keeps users of a closed loop waiting for their answers', () => {
    const lab = labOf(
      'origins: [ { name: A, port: 8081, service: { time: 100ms, workers: 1 } } ]',
      'traffic: { closed: { users: 5, think: 0s } }',
    );
    const { offered, latency_ms, in_system } = resultOf(lab, { duration: 60_000, warmup: 10_000 });
    expect(offered).toBe(500);
    expect(latency_ms).toMatchObject({ mean: 500, max: 500 });
    expect(in_system).toBe(5);
  });
});

describe('an unstable lab', () => {
  it('is said to be unstable, and why', () => {
    const { results } = run(ONE_SLOW, {
      strategies: [{ use: 'round-robin' }, { use: 'least-connections' }],
      duration: 300_000,
    });
    expect(results[0]?.unstable).toMatch(/^slow gets [78]\.?\d* requests\/s and can serve 5\/s/);
    expect(results[0]?.latency_ms.mean_ci95).toBeNull();
    expect(results[1]?.unstable).toBeUndefined();
  });

  it('is none where whoever finds no place is turned away, or where users wait for their answers', () => {
    const busy = '{ name: A, port: 8081, service: { time: { exponential: 100ms }, workers: 1 } }';
    const open = (...more: string[]) =>
      resultOf(labOf(`origins: [ ${busy} ]`, 'traffic: { open: { rate: 20/s } }', ...more), { duration: 60_000 });
    expect(open().unstable).toMatch(/^20 requests\/s arrive .* until requests time out\.$/);
    const pages = labOf(
      'origins: [ { port: 8081, service: { time: 100ms, workers: 1 } } ]',
      'traffic: { open: { rate: 4/s }, fanOut: 5 }',
    );
    expect(resultOf(pages, { duration: 60_000 }).unstable).toMatch(/^20 requests\/s arrive/);
    const limited = open('limits: { maxInFlight: 4, queue: 5 }');
    expect(limited.unstable).toBeUndefined();
    expect(limited.rejected / limited.offered).toBeGreaterThan(0.45);
    const closed = labOf(`origins: [ ${busy} ]`, 'traffic: { closed: { users: 40, think: 1s } }', 'seed: 3');
    const unstable = [1, 2, 3, 4, 5].map((seed) => resultOf(closed, { seed, duration: 60_000, warmup: 0 }).unstable);
    expect(unstable.filter((why) => why !== undefined)).toEqual([]);
  });

  it('is stopped before it takes all memory', () => {
    const lab = labOf(
      'origins: [ { name: A, port: 8081, service: { time: 1s, workers: 1 } } ]',
      'traffic: { open: { rate: 100000/s } }',
      'timeouts: { firstByte: 1h }',
      'health: off',
    );
    const { offered, unstable } = resultOf(lab, { duration: 3_600_000, warmup: 0 });
    expect(unstable).toMatch(/all origins together can serve 1\/s/);
    expect(offered).toBeLessThan(1_100_000);
  });
});
