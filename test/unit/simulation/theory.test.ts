import { describe, expect, it } from 'vitest';
import { normaliseSpec } from '../../../src/core/strategies/registry.ts';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { Simulation } from '../../../src/simulation/simulation.ts';
import { closedLoop } from '../../../src/simulation/theory/closed-loop.ts';
import { erlangB } from '../../../src/simulation/theory/erlang-b.ts';
import { slowPages } from '../../../src/simulation/theory/fan-out.ts';
import { roundRobinMean } from '../../../src/simulation/theory/gim1.ts';
import { consistentMoves, modulusMoves } from '../../../src/simulation/theory/hash-moves.ts';
import { inSystem } from '../../../src/simulation/theory/little.ts';
import { mg1Mean } from '../../../src/simulation/theory/mg1.ts';
import { mm1Mean } from '../../../src/simulation/theory/mm1.ts';
import { mmcMean } from '../../../src/simulation/theory/mmc.ts';
import { supermarketMean } from '../../../src/simulation/theory/supermarket.ts';
import { labOf } from './support.ts';

/** Independent runs, and Student's t of 99 % for one less. */
const RUNS = 16;
const T99 = 2.947;
/** Half an interval may be this share of the expected value: an error of 2 % lies outside then. */
const NARROW = 0.01;

interface Case {
  readonly lab: LabDefinition;
  readonly use?: string;
  /** Requests of each run. */
  readonly requests: number;
  /** Requests/s, to make a duration of it. */
  readonly rate: number;
  readonly measure?: (run: Simulation) => number;
}

function runOf({ lab, use, requests, rate }: Case, seed: number): Simulation {
  const duration = (requests / rate) * 1000 + 10_000;
  const strategy = use === undefined ? lab.strategy : normaliseSpec(use);
  const run = new Simulation(lab, { strategy, seed, duration, warmup: 10_000 });
  while (!run.done) run.run(1_000_000);
  return run;
}

/** The expected value lies in the 99 % interval of independent runs, which is narrow enough to mean something. */
function expectMean(expected: number, each: Case): void {
  const measure = each.measure ?? ((run) => run.measures.latency.mean);
  const values = Array.from({ length: RUNS }, (_, index) => measure(runOf(each, 1000 + index)));
  const mean = values.reduce((sum, value) => sum + value, 0) / RUNS;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (RUNS - 1);
  const half = T99 * Math.sqrt(variance / RUNS);
  expect(half / expected).toBeLessThan(NARROW);
  expect(Math.abs(mean - expected), `measured ${mean} ± ${half}, expected ${expected}`).toBeLessThan(half);
}

/** Equal origins under Poisson arrivals, and nothing that interferes. */
function lab(count: number, service: string, rate: number, ...more: readonly string[]): LabDefinition {
  return labOf(
    `origins: [ { name: A, count: ${count}, port: 8081, service: ${service} } ]`,
    `traffic: { open: { rate: ${rate}/s } }`,
    'health: off',
    ...more,
  );
}

const Q = '{ time: { exponential: 100ms }, workers: 1 }';

describe('long runs are as theory says:', () => {
  it('random choice is M/M/1 at each origin', () => {
    expectMean(mm1Mean(0.006, 100), { lab: lab(4, Q, 24), use: 'random', rate: 24, requests: 150_000 });
  });

  it('one origin with several workers is M/M/c', () => {
    const three = lab(1, '{ time: { exponential: 100ms }, workers: 3 }', 18);
    expectMean(mmcMean(3, 0.018, 100), { lab: three, rate: 18, requests: 60_000 });
  });

  it('constant service is M/D/1', () => {
    const constant = lab(2, '{ time: 100ms, workers: 1 }', 14);
    expectMean(mg1Mean(0.007, { constant: 100 }), { lab: constant, use: 'random', rate: 14, requests: 80_000 });
  });

  it('varying service is M/G/1', () => {
    const lognormal = lab(2, '{ time: { lognormal: { median: 60ms, sigma: 0.8 } }, workers: 1 }', 10);
    const mean = mg1Mean(0.005, { lognormal: { median: 60, sigma: 0.8 } });
    expectMean(mean, { lab: lognormal, use: 'random', rate: 10, requests: 50_000 });
  });

  it('round robin is E_n/M/1', () => {
    expectMean(roundRobinMean(5, 0.035, 100), { lab: lab(5, Q, 35), rate: 35, requests: 200_000 });
  });

  it('two choices of very many are the supermarket model', () => {
    // A hundred have it within 0.3 % at this load (Mitzenmacher's tables); the interval covers that.
    const many = lab(200, Q, 1400);
    expectMean(supermarketMean(2, 0.7, 100), { lab: many, use: 'power-of-two-choices', rate: 1400, requests: 40_000 });
  });

  it('least connections is never faster than one queue for all, and nearly as fast', () => {
    const ten = { lab: lab(10, Q, 80), use: 'least-connections', rate: 80, requests: 300_000 };
    const { mean } = runOf(ten, 1).measures.latency;
    const bound = mmcMean(10, 0.08, 100);
    expect(mean).toBeGreaterThan(bound);
    expect(mean).toBeLessThan(1.2 * bound);
  });

  it("a full house turns away as Erlang's B has it", () => {
    const full = lab(1, '{ time: { uniform: { min: 50ms, max: 150ms } }, workers: 5, queue: 0 }', 50, 'retry: off');
    const measure = ({ measures }: Simulation): number => measures.rejected / measures.offered;
    expectMean(erlangB(5, 5), { lab: full, rate: 50, requests: 30_000, measure });
  });

  it('a closed loop is as mean value analysis has it', () => {
    const closed = labOf(
      `origins: [ { port: 8081, service: ${Q} } ]`,
      'traffic: { closed: { users: 10, think: 900ms } }',
      'health: off',
    );
    expectMean(closedLoop(10, 900, 100).mean, { lab: closed, rate: 8, requests: 60_000 });
  });

  it('pages are slow as often as any of their calls is', () => {
    // One call in ten comes to the slow origin.
    const pages = labOf(
      'strategy: random',
      'origins:',
      '  - { name: fast, count: 9, port: 8081, service: { time: 10ms } }',
      '  - { name: slow, port: 8090, service: { time: 100ms } }',
      'traffic: { open: { rate: 100/s }, fanOut: 5 }',
      'health: off',
    );
    const measure = ({ measures: { pages: times } }: Simulation): number =>
      1 - times.counts.slice(0, 700).reduce((a, b) => a + b, 0) / times.count;
    expectMean(slowPages(0.1, 5), { lab: pages, rate: 100, requests: 20_000, measure });
  });
});

describe('every run', () => {
  it.each([
    ['random', Q],
    ['round-robin', Q],
    ['least-connections', '{ time: { pareto: { min: 20ms, alpha: 2.5 } }, workers: 2 }'],
    ['power-of-two-choices', '{ time: { uniform: { min: 10ms, max: 90ms } } }'],
    ['ring-hash', '{ time: { exponential: 30ms }, workers: 4 }'],
  ])("obeys Little's law under %s", (use, service) => {
    const run = runOf({ lab: lab(10, service, 60), use, rate: 60, requests: 60_000 }, 1);
    const [from, to] = run.marks;
    if (!from || !to) throw new Error('no marks');
    const span = to.at - from.at;
    const { offered, latency } = run.measures;
    const measured = (to.area - from.area) / span;
    // What is in the system at the run's ends makes the only difference.
    expect(Math.abs(measured / inSystem(offered / span, latency.mean) - 1)).toBeLessThan(0.01);
  });

  it('shares out exactly by weight under smooth weighted round robin', () => {
    const weighted = labOf(
      'strategy: weighted-round-robin',
      'origins: [ { name: A, port: 8081, weight: 5 }, { name: B, port: 8082, weight: 1 }, { name: C, port: 8083, weight: 1 } ]',
      'traffic: { open: { rate: 70/s } }',
    );
    const { measures } = runOf({ lab: weighted, rate: 70, requests: 7000 }, 1);
    const counts = [0, 1, 2].map((index) => measures.origin(index).requests);
    const whole = counts.reduce((sum, count) => sum + count, 0) / 7;
    expect(Math.abs((counts[0] ?? 0) - 5 * whole)).toBeLessThan(5);
    expect(Math.abs((counts[1] ?? 0) - whole)).toBeLessThan(1);
    expect(Math.abs((counts[2] ?? 0) - whole)).toBeLessThan(1);
  });

  it.each([
    ['hash', modulusMoves(10), 0.03],
    ['ring-hash', consistentMoves(10), 0.03],
    ['rendezvous', consistentMoves(10), 0.02],
    ['maglev', consistentMoves(10), 0.05],
  ])('moves as many clients as %s should when an origin goes', (use, expected, tolerance) => {
    const ten = labOf(
      'origins: [ { name: A, count: 10, port: 8081, service: { time: 5ms } } ]',
      'clients: { count: 2000 }',
      'traffic: { open: { rate: 1000/s } }',
      'faults: [ { at: 30s, origin: A4, do: drain } ]',
    );
    const run = new Simulation(ten, {
      strategy: normaliseSpec(use),
      seed: 1,
      duration: 60_000,
      warmup: 0,
      trail: true,
    });
    while (!run.done) run.run(1_000_000);
    expect(Math.abs((run.recorder.trail?.moved ?? 0) - expected)).toBeLessThan(tolerance);
  });
});
