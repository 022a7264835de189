import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../src/simulation/simulation.ts';
import { labOf, resultOf } from './support.ts';

const TEN_A_SECOND = 'traffic: { open: { rate: 10/s, arrivals: constant } }';

describe('a simulated lab has', () => {
  it('a network that takes its time both ways', () => {
    const lab = labOf(
      'origins: [ { port: 8081, service: { time: 100ms } } ]',
      TEN_A_SECOND,
      'network: { delay: 20ms }',
    );
    expect(resultOf(lab, { duration: 10_000 }).latency_ms).toMatchObject({ mean: 140, max: 140 });
  });

  it('a queue at the balancer, in order, of a length, and not for ever', () => {
    const lab = labOf(
      'origins: [ { port: 8081, service: { time: 250ms } } ]',
      TEN_A_SECOND,
      'limits: { maxInFlight: 1, queue: 4, queueTimeout: 950ms }',
    );
    const { offered, completed, rejected, latency_ms } = resultOf(lab, { duration: 60_050, warmup: 10_000 });
    expect(completed + rejected).toBe(offered);
    // One of four requests per second is served; who waits for three others waits 0.75 s and then less than 0.25 s.
    expect(completed / offered).toBeCloseTo(0.4, 1);
    expect(latency_ms.max).toBeGreaterThan(1000);
    expect(latency_ms.max).toBeLessThanOrEqual(1200);
  });

  it('clients that lose patience, wherever their request is', () => {
    const lab = labOf(
      'origins: [ { port: 8081, service: { time: 1s, workers: 1 } } ]',
      TEN_A_SECOND,
      'clients: { timeout: 1500ms }',
      'limits: { maxInFlight: 2, queueTimeout: 10s }',
      'health: off',
    );
    const { offered, completed, failed, latency_ms } = resultOf(lab, { duration: 60_050, warmup: 0 });
    expect(completed + failed).toBe(offered);
    expect(latency_ms.max).toBeLessThanOrEqual(1500);
    expect(failed).toBeGreaterThan(500);
  });

  it.each([
    // Ten times as slow for 10 s, and then half loaded: only who waited in vain for a second is lost.
    ['skip', 1],
    // Everything is worked off in order, so what is served is what clients have given up on long ago.
    ['serve', 0],
  ])('origins that %s abandoned requests', (abandoned, share) => {
    const lab = labOf(
      `origins: [ { port: 8081, service: { time: 50ms, workers: 1, abandoned: ${abandoned} } } ]`,
      TEN_A_SECOND,
      'timeouts: { firstByte: 1s }',
      'retry: off',
      'health: off',
      'faults: [ { at: 10s, origin: A, slow: 10x, for: 10s } ]',
    );
    const windows = [[21_500, 24_000]] as const;
    const run = new Simulation(lab, { strategy: lab.strategy, seed: 1, duration: 60_000, warmup: 0, windows });
    while (!run.done) run.run(100_000);
    const [after] = run.recorder.windows;
    expect((after?.completed ?? 0) / (after?.offered ?? 0)).toBe(share);
  });

  it('origins whose work stops when it is for nobody', () => {
    const lab = labOf(
      'origins: [ { port: 8081, service: { time: 10s, workers: 1, abandoned: cancel } } ]',
      'traffic: { open: { rate: 1/s, arrivals: constant } }',
      'timeouts: { firstByte: 500ms }',
      'retry: off',
      'health: off',
    );
    const { failed, origins } = resultOf(lab, { duration: 60_100, warmup: 0 });
    expect(failed).toBe(60);
    expect(origins[0]?.utilization).toBeCloseTo(0.5, 1);
  });

  it('pages of many calls, done with the last', () => {
    const lab = labOf(
      'origins: [ { count: 5, port: 8081, service: { time: { uniform: { min: 50ms, max: 150ms } } } } ]',
      'traffic: { open: { rate: 10/s, arrivals: constant }, fanOut: 10 }',
    );
    const run = new Simulation(lab, { strategy: lab.strategy, seed: 1, duration: 100_000, warmup: 0 });
    while (!run.done) run.run(100_000);
    const { offered, pages } = run.measures;
    expect({ offered, pages: pages.count }).toEqual({ offered: 9990, pages: 999 });
    // The mean of the largest of n uniform times is at n/(n+1) of their range.
    expect(pages.mean).toBeGreaterThan(50 + 100 * (10 / 11) - 1);
    expect(pages.mean).toBeLessThan(50 + 100 * (10 / 11) + 1);
  });

  it('clients that stay where they were first served, until that origin is gone', () => {
    const lab = labOf(
      'strategy: random',
      'sticky: on',
      'origins: [ { name: A, count: 4, port: 8081, service: { time: 10ms } } ]',
      'clients: { count: 100 }',
      'traffic: { open: { rate: 100/s } }',
      'faults: [ { at: 30s, origin: A1, do: kill } ]',
    );
    const run = new Simulation(lab, { strategy: lab.strategy, seed: 3, duration: 60_000, warmup: 0, trail: true });
    while (!run.done) run.run(100_000);
    const share = run.measures.origin(0).requests / 100 / 30;
    expect(run.recorder.trail?.moved).toBeCloseTo(share, 1);
    expect(share).toBeGreaterThan(0.1);
  });

  it('origins that start cold, but only after a restart', () => {
    const lab = labOf(
      'origins: [ { port: 8081, service: { time: 50ms, coldStart: { factor: 5x, requests: 100 } } } ]',
      TEN_A_SECOND,
      'health: off',
      'faults: [ { at: 10s, origin: A, do: restart } ]',
    );
    const windows = [
      [0, 9000],
      [10_000, 20_050],
      [21_000, 30_000],
    ] as const;
    const run = new Simulation(lab, { strategy: lab.strategy, seed: 1, duration: 30_000, warmup: 0, windows });
    while (!run.done) run.run(100_000);
    const [before, cold, warm] = run.recorder.windows;
    expect([before?.latency.max, warm?.latency.max]).toEqual([50, 50]);
    expect(cold?.latency.max).toBe(250);
    expect(cold?.latency.mean).toBeCloseTo(150, -1);
  });

  it('outliers, which are ejected', () => {
    const lab = labOf(
      'origins: [ { name: A, count: 4, port: 8081, service: { time: 10ms } }, { name: B, port: 8090, service: { time: 10ms, errorRate: 50% } } ]',
      'traffic: { open: { rate: 100/s, arrivals: constant } }',
      'health: { active: off, passive: off, outliers: on }',
      'retry: off',
    );
    const { origins } = resultOf(lab, { duration: 40_000, warmup: 0 });
    // It is out from 10 s to 20 s, and again from 30 s on; while it is in it gets its fifth.
    const bad = origins.find(({ name }) => name === 'B')?.requests ?? 0;
    expect(bad).toBeGreaterThan(390);
    expect(bad).toBeLessThan(410);
  });

  it('a circuit breaker, which spares origins that fail and lets requests back in little by little', () => {
    const lab = labOf(
      'origins: [ { port: 8081, service: { time: 10ms } } ]',
      'traffic: { open: { rate: 100/s, arrivals: constant } }',
      'health: off',
      'retry: off',
      'breaker: { open: 5s, recover: 10s }',
      'faults: [ { at: 10s, origin: A, errors: 100%, for: 4s } ]',
    );
    const run = new Simulation(lab, { strategy: lab.strategy, seed: 1, duration: 40_000, warmup: 0, series: true });
    while (!run.done) run.run(100_000);
    const { failed, rejected } = run.recorder.series?.since(0) ?? {};
    // More than a quarter of the last ten seconds' requests: a third of a second's worth is not, three and a half seconds' worth is.
    const opened = failed?.findLastIndex((count) => count > 0) ?? 0;
    expect(opened).toBeGreaterThan(10);
    const second = (from: number) => rejected?.[opened + from] ?? 0;
    expect([1, 2, 3, 4].map(second)).toEqual([100, 100, 100, 100]);
    // Then a tenth more with each second.
    for (let ramp = 6; ramp <= 13; ramp++) expect(second(ramp)).toBeLessThan(second(ramp - 1));
    expect([16, 17, 18].map(second)).toEqual([0, 0, 0]);
    expect(run.recorder.main.rejected).toBeGreaterThan(950);
    expect(run.recorder.main.rejected).toBeLessThan(1050);
  });

  it('origins that crash when too many wait', () => {
    const lab = labOf(
      'origins: [ { port: 8081, service: { time: 1s, workers: 1, crashAbove: 20 } } ]',
      TEN_A_SECOND,
      'health: { active: off, passive: off }',
      'retry: off',
    );
    const { completed, failed, origins } = resultOf(lab, { duration: 60_050, warmup: 0 });
    // Nine more wait after each second; the first two are served until there is one too many.
    expect(completed).toBe(2);
    expect(failed).toBe(598);
    expect(origins[0]?.requests).toBe(600);
  });
});

describe('the series of a run', () => {
  it('adds up to its counts, second by second', () => {
    const lab = labOf(
      'origins: [ { name: A, count: 2, port: 8081, service: { time: 100ms } } ]',
      'traffic: { open: { rate: 50/s } }',
    );
    const run = new Simulation(lab, { strategy: lab.strategy, seed: 1, duration: 20_000, warmup: 0, series: true });
    while (!run.done) run.run(1000);
    const columns = run.recorder.series?.since(0);
    const sum = (column: Float64Array | undefined): number => column?.reduce((total, each) => total + each, 0) ?? 0;
    expect(columns?.offered).toHaveLength(20);
    expect(sum(columns?.offered)).toBe(run.measures.offered);
    expect(columns?.p50.every((time) => Math.abs(time - 100) < 1e-6)).toBe(true);
    expect(columns?.origins.map(({ requests }) => sum(requests))).toEqual(
      [0, 1].map((i) => run.measures.origin(i).requests),
    );
    expect(run.recorder.series?.since(15).offered).toHaveLength(5);
  });
});
