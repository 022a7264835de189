import { describe, expect, it } from 'vitest';
import type { Balancer, OriginView } from '../../../src/core/balancer.ts';
import { OUTLIERS, type OutlierPolicy } from '../../../src/core/policies.ts';
import { attempt, lab, letter, policies } from './support.ts';

const outliers = (values: Partial<OutlierPolicy> = {}) =>
  policies({ active: 'off', passive: 'off', outliers: { ...OUTLIERS, ...values } });

/** Sends `requests` to each origin, of which as many fail as `failures` says for it. */
function serve(balancer: Balancer, failures: readonly number[], now: number, requests = 100): void {
  failures.forEach((failing, index) => {
    for (let i = 0; i < requests; i++) attempt(balancer, letter(index), i < failing ? 'reset' : undefined, now);
  });
}

/** What is ejected once the first 10 s are over. */
function ejectedAfter(failures: readonly number[], values: Partial<OutlierPolicy> = {}, requests = 100): string {
  const { balancer } = lab(
    failures.map(() => 1),
    { policies: outliers({ maxShare: 1, ...values }) },
  );
  expect(balancer.nextEventAt(0)).toBe(10_000);
  serve(balancer, failures, 5000, requests);
  balancer.advance(9999);
  expect(balancer.origins.every(({ status }) => status === 'up')).toBe(true);
  balancer.advance(10_000);
  return ejected(balancer);
}

function ejected(balancer: Balancer): string {
  return balancer.origins
    .filter(({ status }) => status === 'ejected')
    .map(({ name }) => name)
    .join('');
}

describe('ejection of outliers', () => {
  it('ejects the one of five origins that succeeds far less often, for the base time, and says why', () => {
    const { balancer, transitions } = lab([1, 1, 1, 1, 1], { policies: outliers() });
    balancer.nextEventAt(0);
    // Rates 1, 1, 1, 1, 0.5: mean 0.9, deviation 0.2, so that the threshold is 0.52.
    serve(balancer, [0, 0, 50, 0, 0], 5000);
    balancer.advance(10_000);
    expect(balancer.origin('C')).toMatchObject({ status: 'ejected', available: false, ejectedUntil: 20_000 });
    balancer.advance(20_000);
    expect(transitions.map(({ at, origin, to, reason }) => `${at} ${origin} ${to}: ${reason}`)).toEqual([
      '10000 C ejected: 50 % of its requests succeeded, 90 % on average: ejected for 10 s',
      '20000 C up: ejection ended',
    ]);
  });

  it('lets origins be that fail equally often, that never fail, or differ by less than the deviations', () => {
    expect([
      ejectedAfter([50, 50, 50, 50, 50]),
      ejectedAfter([0, 0, 0, 0, 0]),
      // Rates 0.8, 0.85, 0.9, 0.95, 1: mean 0.9, deviation 0.071, threshold 0.766.
      ejectedAfter([20, 15, 10, 5, 0]),
      ejectedAfter([20, 15, 10, 5, 0], { deviations: 1.4 }),
    ]).toEqual(['', '', '', 'A']);
  });

  it('needs as many origins and as many requests as the policy says', () => {
    expect([
      ejectedAfter([50, 0, 0, 0], { deviations: 1 }),
      ejectedAfter([50, 0, 0, 0], { deviations: 1, minOrigins: 4 }),
      ejectedAfter([50, 0, 0, 0, 0], {}, 99),
      ejectedAfter([50, 0, 0, 0, 0], { minRequests: 99 }, 99),
    ]).toEqual(['', 'A', '', 'A']);
  });

  it('never finds an outlier among four with 1.9 deviations, as none can be that far from the mean', () => {
    expect(ejectedAfter([100, 0, 0, 0], { minOrigins: 4 })).toBe('');
  });

  it('ejects the worst first, and no more than the share allows', () => {
    const failures = [60, 0, 90, 0, 0, 0, 0, 0, 0, 0];
    expect([
      ejectedAfter(failures, { deviations: 1 }),
      ejectedAfter(failures, { deviations: 1, maxShare: 0.1 }),
    ]).toEqual(['AC', 'C']);
  });

  it('counts anew after each comparison', () => {
    const { balancer } = lab([1, 1, 1, 1, 1], { policies: outliers() });
    balancer.nextEventAt(0);
    serve(balancer, [25, 0, 0, 0, 0], 9000, 50);
    balancer.advance(10_000);
    serve(balancer, [25, 0, 0, 0, 0], 11_000, 50);
    balancer.advance(20_000);
    expect(ejected(balancer)).toBe('');
  });

  it('shares its count of times with the ejection for failures in a row', () => {
    const both = policies({ active: 'off', passive: { base: 10_000 }, outliers: { ...OUTLIERS, every: 5000 } });
    const { balancer } = lab([1, 1, 1, 1, 1], { policies: both });
    for (let i = 0; i < 5; i++) attempt(balancer, 'A', 'reset', 0);
    expect(balancer.nextEventAt(0)).toBe(5000);
    for (const now of [5000, 10_000]) balancer.advance(now);
    expect(balancer.origin('A')).toMatchObject({ status: 'up', timesEjected: 1 });
    // Every other one fails, so that there are never five in a row.
    for (let i = 0; i < 200; i++) attempt(balancer, 'A', i % 2 === 0 ? 'reset' : undefined, 12_000);
    for (const name of ['B', 'C', 'D', 'E']) for (let i = 0; i < 100; i++) attempt(balancer, name, undefined, 12_000);
    balancer.advance(15_000);
    expect(balancer.origin('A')).toMatchObject({ status: 'ejected', timesEjected: 2, ejectedUntil: 35_000 });
  });

  it('lets go of its own when it is switched off, and not of those that failed in a row', () => {
    const both = policies({
      active: 'off',
      passive: { failures: 5, maxShare: 1 },
      outliers: { ...OUTLIERS, maxShare: 1 },
    });
    const { balancer } = lab([1, 1, 1, 1, 1, 1], { policies: both });
    balancer.nextEventAt(0);
    for (let i = 0; i < 5; i++) attempt(balancer, 'F', 'reset', 9000);
    for (let i = 0; i < 200; i++) attempt(balancer, 'A', i % 2 === 0 ? 'reset' : undefined, 9000);
    for (const name of ['B', 'C', 'D', 'E']) for (let i = 0; i < 100; i++) attempt(balancer, name, undefined, 9000);
    balancer.advance(10_000);
    expect(ejected(balancer)).toBe('AF');
    balancer.setPolicies(policies({ active: 'off', passive: { failures: 5, maxShare: 1 } }), 10_001);
    expect(ejected(balancer)).toBe('F');
    expect(balancer.origin('A') as OriginView).toMatchObject({ status: 'up', reason: 'ejection switched off' });
  });

  it('compares in time when the clock is set back', () => {
    const { balancer } = lab([1, 1, 1, 1, 1], { policies: outliers() });
    balancer.nextEventAt(50_000_000);
    expect(balancer.nextEventAt(40_000_000)).toBe(40_010_000);
  });
});
