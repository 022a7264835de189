import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../src/core/rng.ts';
import type { Strategy } from '../../../../src/core/strategy.ts';
import { candidates, explain, poolOf, request, strategy, type TestCandidate, tally } from '../support.ts';

/** One attempt that begins at `now` and takes `duration` ms. */
function answer(one: Strategy, origin: TestCandidate, now: number, duration: number, firstByte = duration): void {
  one.started?.(origin, now);
  one.finished?.(origin, 'success', { duration, firstByte }, now + duration);
}

const pick = (one: Strategy, all: readonly TestCandidate[], now: number, rng = createRng(1)): TestCandidate =>
  one.choose(poolOf(all), request(), now, rng) as TestCandidate;

const figures = (one: Strategy, all: readonly TestCandidate[], now: number, label: string): (number | undefined)[] => {
  const explained = explain(one, poolOf(all), request(), now);
  return all.map((origin) => explained.get(origin)?.find((figure) => figure.label.startsWith(label))?.value);
};

describe('least time', () => {
  it('averages like nginx: the first time as it is, then a twentieth of each new one', () => {
    const one = strategy('least-time');
    const all = candidates(1);
    const origin = all[0] as TestCandidate;
    answer(one, origin, 0, 100);
    expect(figures(one, all, 100, 'average time')).toEqual([100]);
    answer(one, origin, 200, 300);
    expect(figures(one, all, 500, 'average time')[0]).toBeCloseTo(0.05 * 300 + 0.95 * 100, 9);
  });

  it('expects steps of 20 ms, at most 5 s, times the requests in flight and one more', () => {
    const one = strategy('least-time');
    const all = candidates(1, 1, 1, 2);
    const times = [0, 19, 9000, 20];
    all.forEach((origin, index) => {
      if (times[index]) answer(one, origin, 0, times[index] ?? 0);
      origin.inFlight = index;
    });
    expect(figures(one, all, 9000, 'expected time')).toEqual([20, 40, 15_000, 80]);
  });

  it('goes round in turn, by weight, among those it expects the same of', () => {
    const one = strategy('least-time');
    const all = candidates(2, 1);
    answer(one, all[0] as TestCandidate, 0, 35);
    answer(one, all[1] as TestCandidate, 0, 5);
    // 40 / 2 = 20 / 1
    const chosen = Array.from({ length: 6 }, () => pick(one, all, 100).name);
    expect(chosen.join('')).toBe('ABAABA');
  });

  it('tries a starved origin again: its average counts half for each 11 s since it was checked, in whole seconds', () => {
    const one = strategy('least-time');
    const all = candidates(1, 1);
    const [fast, slow] = all as [TestCandidate, TestCandidate];
    answer(one, slow, 400, 150);
    const chosenAt = (now: number): string => {
      answer(one, fast, now - 50, 50);
      return pick(one, all, now).name;
    };
    const halved = (now: number): number | undefined => figures(one, all, now, 'halved')[1];
    expect([10_999, 11_000, 21_999, 22_000, 33_000].map(halved)).toEqual([0, 1, 1, 2, 3]);
    expect([1000, 9000, 11_000, 21_000].map(chosenAt)).toEqual(['A', 'A', 'A', 'A']);
    // 150 / 4 = 37.5 is in a lower step than 50.
    expect(chosenAt(22_000)).toBe('B');
    one.started?.(slow, 22_000);
    expect(chosenAt(22_100)).toBe('A');
  });

  it('counts idle time from when it found an origin idle, as nginx does, not from its last request', () => {
    const one = strategy('least-time');
    const all = candidates(1);
    for (let now = 0; now <= 9000; now += 1000) answer(one, all[0] as TestCandidate, now, 100);
    expect(figures(one, all, 11_000, 'halved')).toEqual([1]);
    answer(one, all[0] as TestCandidate, 11_000, 100);
    expect(figures(one, all, 21_000, 'halved')).toEqual([0]);
  });

  it('does not take failures for answers', () => {
    const one = strategy('least-time');
    const all = candidates(1, 1);
    for (const origin of all) answer(one, origin, 0, 100);
    for (let i = 0; i < 50; i++) one.finished?.(all[0] as TestCandidate, 'failure', { duration: 1 }, 200);
    one.finished?.(all[0] as TestCandidate, 'abandoned', { duration: 1 }, 200);
    expect(figures(one, all, 200, 'average time')).toEqual([100, 100]);
  });

  it('measures to the first byte or to the last, and to the last where nobody saw the first', () => {
    const average = (measure: string, firstByte?: number): number | undefined => {
      const one = strategy({ use: 'least-time', measure });
      const all = candidates(1);
      one.finished?.(all[0] as TestCandidate, 'success', { duration: 80, ...(firstByte && { firstByte }) }, 80);
      return figures(one, all, 80, 'average time')[0];
    };
    expect([average('first-byte', 30), average('last-byte', 30), average('first-byte')]).toEqual([30, 80, 80]);
  });

  it('sees a hung origin by the average age of its requests, where asked to', () => {
    const chosen = (inFlight: boolean): string[] => {
      const one = strategy({ use: 'least-time', inFlight });
      const all = candidates(1, 1);
      answer(one, all[0] as TestCandidate, 0, 10);
      answer(one, all[1] as TestCandidate, 0, 90);
      one.started?.(all[0] as TestCandidate, 100);
      (all[0] as TestCandidate).inFlight = 1;
      return [110, 600, 2000].map((now) => pick(one, all, now).name);
    };
    expect(chosen(false)).toEqual(['A', 'A', 'A']);
    // Ages as each choice sees them: 10; then 500 and 1900, of which each counts for a twentieth: 34.5, 127.8.
    expect(chosen(true)).toEqual(['A', 'A', 'B']);
  });

  it('starves no origin, even one of two that are alike', () => {
    const one = strategy('least-time');
    const all = candidates(1, 1, 1);
    const chosen: string[] = [];
    for (let now = 0; now < 120_000; now += 100) {
      const origin = pick(one, all, now);
      answer(one, origin, now, origin.name === 'C' ? 400 : 50);
      chosen.push(origin.name);
    }
    const counts = tally(chosen);
    expect(counts.get('C')).toBeGreaterThanOrEqual(3);
    expect(Math.abs((counts.get('A') ?? 0) - (counts.get('B') ?? 0))).toBeLessThan(200);
  });
});

describe('peak EWMA', () => {
  it('takes a peak at once and averages the way down', () => {
    const one = strategy('peak-ewma');
    const all = candidates(1);
    const origin = all[0] as TestCandidate;
    expect(figures(one, all, 0, 'peak time')).toEqual([10]);
    one.finished?.(origin, 'success', { duration: 100 }, 0);
    one.finished?.(origin, 'success', { duration: 900 }, 0);
    expect(figures(one, all, 0, 'peak time')).toEqual([900]);
    one.finished?.(origin, 'success', { duration: 100 }, 10_000);
    expect(figures(one, all, 10_000, 'peak time')[0]).toBeCloseTo(900 / Math.E + 100 * (1 - 1 / Math.E), 9);
  });

  it('costs the peak times the requests in flight and one more, for its weight', () => {
    const one = strategy('peak-ewma');
    const all = candidates(1, 2);
    for (const origin of all) {
      origin.inFlight = 3;
      one.finished?.(origin, 'success', { duration: 50 }, 0);
    }
    expect(figures(one, all, 0, 'cost')).toEqual([200, 100]);
  });

  it('avoids an origin after one slow answer, until the peak has decayed', () => {
    const one = strategy('peak-ewma');
    const all = candidates(1, 1);
    one.finished?.(all[0] as TestCandidate, 'success', { duration: 20 }, 0);
    one.finished?.(all[1] as TestCandidate, 'success', { duration: 500 }, 0);
    const rng = createRng(3);
    const chosen = (now: number): Set<string> => {
      one.finished?.(all[0] as TestCandidate, 'success', { duration: 20 }, now);
      return new Set(Array.from({ length: 20 }, () => pick(one, all, now, rng).name));
    };
    expect(chosen(20_000)).toEqual(new Set(['A']));
    expect(chosen(40_000)).toEqual(new Set(['B']));
  });

  it('does not let a quick failure look like a quick answer, but a slow one like a slow one', () => {
    const one = strategy('peak-ewma');
    const all = candidates(1);
    const origin = all[0] as TestCandidate;
    one.finished?.(origin, 'success', { duration: 100 }, 0);
    one.finished?.(origin, 'failure', { duration: 1 }, 0);
    one.finished?.(origin, 'abandoned', { duration: 9000 }, 0);
    expect(figures(one, all, 0, 'peak time')).toEqual([100]);
    one.finished?.(origin, 'failure', { duration: 3000 }, 0);
    expect(figures(one, all, 0, 'peak time')).toEqual([3000]);
  });

  it('only compares two drawn by lot: the worst of many gets nothing, the others something', () => {
    const one = strategy('peak-ewma');
    const all = candidates(1, 1, 1, 1);
    for (const [index, origin] of all.entries()) one.finished?.(origin, 'success', { duration: 10 * (index + 1) }, 0);
    const rng = createRng(5);
    const counts = tally(Array.from({ length: 6000 }, () => pick(one, all, 0, rng).name));
    expect(counts.get('D')).toBeUndefined();
    // A wins 3 of the 6 pairs, B 2, C 1.
    for (const [name, share] of [
      ['A', 3],
      ['B', 2],
      ['C', 1],
    ] as const) {
      expect(Math.abs((counts.get(name) ?? 0) / 1000 - share)).toBeLessThan(0.2);
    }
  });
});

describe('first available', () => {
  it('fills origins in order, by their slots', () => {
    const one = strategy({ use: 'first-available', slots: 2 });
    const all = candidates(1, 2, 1);
    const chosen: string[] = [];
    for (let requests = 0; requests < 8; requests++) {
      const origin = pick(one, all, 0);
      origin.inFlight++;
      chosen.push(origin.name);
    }
    expect(chosen.join('')).toBe('AABBBBCC');
    // All are full: the least full, the first of them.
    expect(pick(one, all, 0).name).toBe('A');
    (all[0] as TestCandidate).inFlight = 3;
    expect(pick(one, all, 0).name).toBe('B');
    expect(one.choose(poolOf(all, ['B']), request(), 0, createRng(1))?.name).toBe('C');
  });
});
