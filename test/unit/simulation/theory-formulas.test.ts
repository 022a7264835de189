import { describe, expect, it } from 'vitest';
import { normaliseSpec } from '../../../src/core/strategies/registry.ts';
import { closedLoop } from '../../../src/simulation/theory/closed-loop.ts';
import { erlangB } from '../../../src/simulation/theory/erlang-b.ts';
import { slowPages } from '../../../src/simulation/theory/fan-out.ts';
import { gim1Mean, roundRobinMean } from '../../../src/simulation/theory/gim1.ts';
import { mg1Mean } from '../../../src/simulation/theory/mg1.ts';
import { mm1Mean, mm1Quantile } from '../../../src/simulation/theory/mm1.ts';
import { erlangC, mmcMean } from '../../../src/simulation/theory/mmc.ts';
import { secondMoment, variability } from '../../../src/simulation/theory/moments.ts';
import { saturatedShares } from '../../../src/simulation/theory/saturated-shares.ts';
import { supermarketMean } from '../../../src/simulation/theory/supermarket.ts';
import { theoryOf } from '../../../src/simulation/theory/theory-of.ts';
import { labOf } from './support.ts';

/** Ten origins of 100 ms at 90 % load, as everybody's example has it. */
const RATE = 0.09;

describe('closed forms', () => {
  it('give the textbook values', () => {
    expect(mm1Mean(0.009, 100)).toBeCloseTo(1000, 9);
    expect(mm1Quantile(0.009, 100, 0.99)).toBeCloseTo(4605.17, 2);
    expect(mmcMean(10, RATE, 100)).toBeCloseTo(166.87, 2);
    expect(roundRobinMean(10, RATE, 100)).toBeCloseTo(565.6, 0);
    expect(supermarketMean(2, 0.9, 100)).toBeCloseTo(261.41, 2);
    expect(supermarketMean(1, 0.9, 100)).toBeCloseTo(1000, 9);
    expect([0.5, 0.7, 0.8, 0.9, 0.95].map((load) => Number(mm1Mean(load, 1).toFixed(1)))).toEqual([2, 3.3, 5, 10, 20]);
    // Tables of Erlang: 10 lines at 5 Erlang lose 1.84 %; 5 desks at 4 Erlang make 55.4 % wait.
    expect(erlangB(10, 5)).toBeCloseTo(0.0184, 4);
    expect(erlangC(5, 4)).toBeCloseTo(0.5541, 4);
    expect([1, 10, 50, 100].map((calls) => Math.round(slowPages(0.01, calls) * 1000) / 10)).toEqual([
      1, 9.6, 39.5, 63.4,
    ]);
    expect(saturatedShares([50, 50, 50, 500])[3]).toBeCloseTo(0.0323, 4);
    expect(saturatedShares([100, 100, 100, 2])[3]).toBeCloseTo(0.943, 3);
  });

  it('agree where one is a special case of another', () => {
    expect(mmcMean(1, 0.008, 100)).toBeCloseTo(mm1Mean(0.008, 100), 9);
    expect(mg1Mean(0.008, { exponential: 100 })).toBeCloseTo(mm1Mean(0.008, 100), 9);
    expect(gim1Mean((s) => 0.008 / (0.008 + s), 0.008, 100)).toBeCloseTo(mm1Mean(0.008, 100), 6);
    expect(roundRobinMean(1, 0.008, 100)).toBeCloseTo(mm1Mean(0.008, 100), 6);
    // Constant times wait half as long as exponential ones.
    expect(mg1Mean(0.008, { constant: 100 }) - 100).toBeCloseTo((mm1Mean(0.008, 100) - 100) / 2, 9);
    // Very many users who think very long are Poisson arrivals.
    expect(closedLoop(100_000, 100_000 / 0.005, 100).mean).toBeCloseTo(mm1Mean(0.005, 100), 0);
    expect(closedLoop(1, 900, 100)).toEqual({ mean: 100, rate: 0.001 });
  });

  it('have no mean from full load on', () => {
    for (const mean of [
      mm1Mean(1, 1),
      mmcMean(2, 2, 1),
      mg1Mean(1, { constant: 1 }),
      supermarketMean(2, 1, 1),
      roundRobinMean(2, 2, 1),
    ]) {
      expect(mean).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('know the moments of every service time', () => {
    expect(variability({ constant: 7 })).toBe(0);
    expect(variability({ exponential: 7 })).toBeCloseTo(1, 12);
    expect(secondMoment({ uniform: { min: 0, max: 12 } })).toBeCloseTo(48, 12);
    expect(variability({ lognormal: { median: 50, sigma: 1 } })).toBeCloseTo(Math.E - 1, 12);
    expect(secondMoment({ pareto: { min: 10, alpha: 3 } })).toBeCloseTo(300, 12);
    expect(secondMoment({ pareto: { min: 10, alpha: 2 } })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the theory of a lab', () => {
  const lab = (service: string, more = '') =>
    labOf(
      `origins: [ { name: A, count: 10, port: 8081, service: ${service} } ]`,
      `traffic: { open: { rate: 90/s } }`,
      more,
    );
  const Q = '{ time: { exponential: 100ms }, workers: 1 }';
  const two = (each: string) =>
    labOf(
      `origins: [ { port: 8081, service: ${Q} }, { port: 8082, service: ${Q}, ${each} } ]`,
      'traffic: { open: { rate: 9/s } }',
    );
  const weighted = labOf(
    `origins: [ { count: 2, port: 8081, weight: 2, service: ${Q} } ]`,
    'traffic: { open: { rate: 9/s } }',
  );
  const backup = two('backup: true');
  const of = (which: ReturnType<typeof lab>, use: string) => theoryOf(which, normaliseSpec(use));

  it('names the model', () => {
    expect(of(lab(Q), 'random')).toMatchObject({ model: 'M/M/1', kind: 'exact' });
    expect(of(lab(Q), 'round-robin')).toMatchObject({ model: 'E10/M/1', kind: 'exact' });
    expect(of(lab(Q), 'power-of-two-choices')).toMatchObject({ model: 'supermarket model', kind: 'limit' });
    expect(of(lab(Q), 'least-connections')).toMatchObject({ model: 'M/M/10', kind: 'bound' });
    expect(of(lab('{ time: 50ms, workers: 1 }'), 'random')).toMatchObject({ model: 'M/G/1' });
    expect(of(lab('{ time: 50ms }'), 'round-robin')).toEqual({ model: 'M/G/∞', kind: 'exact', mean: 50 });
  });

  it('is silent where the lab is no such model', () => {
    expect(of(lab(Q, 'faults: [ { at: 1s, origin: A1, do: kill } ]'), 'random')).toBeUndefined();
    expect(of(lab(Q, 'network: { delay: 1ms }'), 'random')).toBeUndefined();
    expect(of(lab('{ time: { exponential: 100ms }, workers: 1, queue: 5 }'), 'random')).toBeUndefined();
    expect(of(lab('{ time: 50ms, workers: 1 }'), 'round-robin')).toBeUndefined();
    // Sessions make some origins busier than others, and old figures make herds.
    expect(of(lab(Q, 'sticky: on'), 'random')).toBeUndefined();
    expect(of(lab(Q, 'loadInfo: { every: 1s }'), 'power-of-two-choices')).toMatchObject({ kind: 'bound' });
    expect(of(lab(Q, 'loadInfo: { every: 1s }'), 'random')).toMatchObject({ model: 'M/M/1' });
    expect(theoryOf(weighted, normaliseSpec({ use: 'weighted-round-robin', order: 'blocks' }))).toMatchObject({
      kind: 'bound',
    });
    expect(of(weighted, 'weighted-round-robin')).toMatchObject({ model: 'E2/M/1' });
    // Nobody asks the second one.
    expect(of(backup, 'random')).toBeUndefined();
  });

  it('is silent where clients give up before the slowest answers', () => {
    const mean = { model: 'M/M/1', mean: expect.closeTo(1000, 6) };
    expect(of(lab(Q, 'timeouts: { firstByte: 10s }'), 'random')).toMatchObject(mean);
    expect(of(lab(Q, 'timeouts: { firstByte: 9s }'), 'random')).toBeUndefined();
    expect(of(lab(Q, 'clients: { timeout: 9s }'), 'random')).toBeUndefined();
  });

  it('knows one worker in a closed loop', () => {
    const closed = labOf(
      `origins: [ { port: 8081, service: ${Q} } ]`,
      'traffic: { closed: { users: 10, think: 900ms } }',
    );
    expect(of(closed, 'round-robin')).toEqual({
      model: 'machine repair',
      kind: 'exact',
      mean: closedLoop(10, 900, 100).mean,
    });
  });
});
