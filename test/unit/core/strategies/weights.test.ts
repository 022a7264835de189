import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../src/core/rng.ts';
import type { Strategy } from '../../../../src/core/strategy.ts';
import {
  candidate,
  candidates,
  explain,
  letter,
  picks,
  poolOf,
  request,
  strategy,
  type TestCandidate,
  tally,
} from '../support.ts';

const deadline = { use: 'weighted-round-robin', order: 'deadline' };
const blocks = { use: 'weighted-round-robin', order: 'blocks' };

describe.each([deadline, blocks])('weighted round robin: %j', (spec) => {
  it('gives each origin exactly its weight in full rounds, for any whole weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 6 }), (weights) => {
        const round = weights.reduce((sum, weight) => sum + weight, 0);
        const counts = tally(picks(strategy(spec), poolOf(candidates(...weights)), 10 * round));
        weights.forEach((weight, index) => {
          // Deadlines are sums of fractions: one that is due at the end of a round may come after it.
          expect(Math.abs((counts.get(letter(index)) ?? 0) - 10 * weight)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it('brings the shares to weights below 1, too', () => {
    const counts = tally(picks(strategy(spec), poolOf(candidates(0.1, 0.3)), 4000));
    expect(Math.abs((counts.get('A') ?? 0) - 1000)).toBeLessThanOrEqual(1);
  });

  it('does not give an origin that was away the turns it missed', () => {
    const all = candidates(1, 1, 1);
    const one = strategy(spec);
    picks(one, poolOf(all), 3);
    picks(one, poolOf(all, ['A']), 60);
    const counts = tally(picks(one, poolOf([...all]), 6));
    expect(counts.get('A')).toBeLessThanOrEqual(3);
  });
});

describe('the deadline of a turn', () => {
  it('begins anew when weights change: an origin with a far one does not wait for it', () => {
    const one = strategy(deadline);
    const all = [candidate('A'), candidate('B', { weight: 0.001 })];
    picks(one, poolOf(all), 10);
    expect(tally(picks(one, poolOf(candidates(1, 1)), 10)).get('B')).toBe(5);
  });
});

describe('power of two choices by weight', () => {
  it('shares a busy lab of equally fast origins by weight', () => {
    const all = candidates(3, 1);
    const one = strategy('power-of-two-choices');
    const counts = tally(picks(one, poolOf(all), 4000));
    expect(counts.get('A')).toBe(3000);
  });

  it('goes back to lots where weights are equal again', () => {
    const one = strategy('power-of-two-choices');
    picks(one, poolOf(candidates(3, 1)), 5);
    const busy = [candidate('A', { inFlight: 5 }), candidate('B')];
    expect(picks(one, poolOf(busy), 5)).toBe('BBBBB');
  });
});

describe('least load by weights', () => {
  const spec = { use: 'least-load', method: 'weights' };
  const at = (one: Strategy, all: readonly TestCandidate[], now: number) => {
    const pool = poolOf(all);
    return Array.from({ length: 60 }, () => one.choose(pool, request(), now, createRng(1))?.name ?? '-');
  };
  const report = (origin: TestCandidate, now: number, load: number, rate: number, errorRate = 0) => {
    origin.load = { value: load, at: now, rate, errorRate };
  };
  const known = (one: Strategy, all: readonly TestCandidate[], now: number) => {
    const figures = explain(one, poolOf(all), request(), now);
    return all.map((origin) => figures.get(origin)?.find(({ label }) => label.startsWith('requests/s'))?.value);
  };

  it('gives an origin turns for its work per load, errors counted against it', () => {
    const one = strategy({ ...spec, blackout: 0 });
    const all = candidates(1, 1, 1);
    const [a, b, c] = all as [TestCandidate, TestCandidate, TestCandidate];
    report(a, 0, 0.5, 100);
    report(b, 0, 0.25, 100);
    report(c, 0, 0.25, 100, 25);
    const counts = tally(at(one, all, 0));
    expect(known(one, all, 0)).toEqual([200, 400, 200]);
    expect(['A', 'B', 'C'].map((name) => counts.get(name))).toEqual([15, 30, 15]);
  });

  it('makes nothing of reports in the first 10 s, and gives those it knows nothing of the median weight', () => {
    const one = strategy(spec);
    const all = candidates(1, 1, 1);
    const [a, b] = all as [TestCandidate, TestCandidate];
    for (let now = 0; now <= 11_000; now += 1000) {
      report(a, now, 0.5, 100);
      if (now >= 5000) report(b, now, 0.25, 400);
      at(one, all, now);
      const expected = now < 10_000 ? [1, 1, 1] : [200, 200, 200];
      expect(known(one, all, now)).toEqual(expected);
    }
    report(b, 15_000, 0.25, 400);
    at(one, all, 15_000);
    expect(known(one, all, 15_000)).toEqual([200, 1600, 900]);
  });

  it('works weights out once a second, and lets a report expire after 3 minutes, with a new blackout after it', () => {
    const one = strategy({ ...spec, blackout: 500 });
    const all = candidates(1, 1);
    const [a, b] = all as [TestCandidate, TestCandidate];
    const asked = (now: number) => {
      one.choose(pool, request(), now, createRng(1));
      return known(one, all, now)[0];
    };
    const pool = poolOf(all);
    report(a, 0, 0.5, 100);
    report(b, 0, 0.5, 100);
    expect([asked(0), asked(999), asked(1000)]).toEqual([1, 1, 200]);
    report(a, 1500, 0.25, 100);
    expect([asked(1999), asked(2000)]).toEqual([200, 400]);
    expect(asked(181_500)).toBe(400);
    // Neither says anything any more.
    expect(asked(182_501)).toBe(1);
    report(a, 190_000, 0.25, 100);
    expect([asked(190_000), asked(191_000)]).toEqual([1, 400]);
  });

  it('takes its own counts between two reports where an origin tells only its load', () => {
    const one = strategy({ ...spec, blackout: 0 });
    const all = candidates(1, 1);
    const [a, b] = all as [TestCandidate, TestCandidate];
    for (const origin of all) origin.load = { value: 0.5, at: 0 };
    at(one, all, 0);
    for (let index = 0; index < 200; index++) {
      one.finished?.(a, 'success', { duration: 1 }, 100);
      const failed = index % 2 === 0;
      one.finished?.(b, 'success', { duration: 1, ...(failed && { failure: 'server-error' as const }) }, 100);
      one.finished?.(b, 'abandoned', { duration: 1 }, 100);
    }
    for (const origin of all) origin.load = { value: 0.5, at: 2000 };
    at(one, all, 2000);
    expect(known(one, all, 2000)).toEqual([200, 100]);
  });

  it('keeps the weight of a report that makes none: nothing done, or no load', () => {
    const one = strategy({ ...spec, blackout: 0 });
    const all = candidates(1);
    const [a] = all as [TestCandidate];
    report(a, 0, 0.5, 100);
    at(one, all, 0);
    for (const [now, load, rate] of [
      [1000, 0.5, 0],
      [2000, 0, 100],
    ] as const) {
      report(a, now, load, rate);
      at(one, all, now);
      expect(known(one, all, now)).toEqual([200]);
    }
  });
});
