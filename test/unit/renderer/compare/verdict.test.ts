import { describe, expect, it } from 'vitest';
import { strategyTitle } from '../../../../renderer/app/strategies.ts';
import { verdictOf } from '../../../../renderer/features/compare/compare-verdict.ts';
import { type KneePoint, largestShare, ranking } from '../../../../renderer/features/compare/comparison.ts';
import type { StrategyResult } from '../../../../src/simulation/result.ts';

interface Given {
  readonly mean: number | null;
  readonly p99?: number;
  readonly sure?: readonly [number, number];
  readonly unstable?: string;
  readonly failed?: number;
}

function result(strategy: string, { mean, p99, sure, unstable, failed = 0 }: Given): StrategyResult {
  return {
    strategy,
    offered: 1000,
    completed: 1000 - failed,
    failed,
    rejected: 0,
    retried: 0,
    latency_ms: {
      mean,
      p50: mean,
      p90: mean,
      p95: mean,
      p99: p99 ?? mean,
      max: mean,
      mean_ci95: sure ?? (mean === null ? null : [mean * 0.99, mean * 1.01]),
    },
    in_system: 1,
    origins: [],
    ...(unstable !== undefined && { unstable }),
  };
}

const said = (...results: StrategyResult[]): string => saidWith(undefined, ...results);
const saidWith = (knee: readonly (readonly KneePoint[])[] | undefined, ...results: StrategyResult[]): string =>
  verdictOf({ results, titles: results.map(({ strategy }) => strategyTitle(strategy)), replications: 5, knee }).join(
    ' ',
  );
const kneeOf = (...means: (number | null)[]): KneePoint[] =>
  means.map((mean, place) => ({ load: [0.3, 0.5, 0.7, 0.8][place] ?? 0.9, mean }));

describe('the ranking', () => {
  it('has stable strategies first, then the faster ones, then those without an answer', () => {
    const ranks = ranking([
      result('random', { mean: null }),
      result('round-robin', { mean: 10, unstable: 'D is full.' }),
      result('least-connections', { mean: 80 }),
      result('ip-hash', { mean: 60 }),
    ]);
    expect(ranks.map((rank) => rank.result.strategy)).toEqual([
      'ip-hash',
      'least-connections',
      'round-robin',
      'random',
    ]);
    expect(ranks.map(({ index }) => index)).toEqual([3, 2, 1, 0]);
  });

  it('says which are too close to call', () => {
    const close = result('random', { mean: 100, sure: [95, 105] });
    const next = result('round-robin', { mean: 103, sure: [99, 107] });
    const far = result('ip-hash', { mean: 130, sure: [125, 135] });
    expect(ranking([close, next, far]).map(({ level }) => level)).toEqual([false, true, false]);
    expect(ranking([close, result('maglev', { mean: 100, unstable: 'no' })]).map(({ level }) => level)).toEqual([
      false,
      false,
    ]);
  });
});

describe('the verdict', () => {
  it('names the best, and how much worse the worst is', () => {
    expect(
      said(result('round-robin', { mean: 400, p99: 4000 }), result('least-connections', { mean: 80, p99: 600 })),
    ).toBe(
      'Least connections is best: its answers take 80 ms on average, those of round robin 400 ms (5.0 times as long). Its slowest hundredth takes 600 ms or more instead of 4,000 ms.',
    );
    expect(said(result('random', { mean: 120, p99: 120 }), result('least-connections', { mean: 100, p99: 119 }))).toBe(
      'Least connections is best: its answers take 100 ms on average, those of random 120 ms (20 % more).',
    );
  });

  it('warns of a mean that hides slow answers', () => {
    expect(
      said(result('random', { mean: 120, p99: 300 }), result('least-connections', { mean: 100, p99: 900 })),
    ).toContain('But its slowest hundredth takes 900 ms or more, with random 300 ms.');
  });

  it('sees no difference where there is none', () => {
    const text = said(
      result('random', { mean: 100, sure: [95, 105] }),
      result('round-robin', { mean: 101, sure: [96, 106] }),
    );
    expect(text).toBe('No difference that 5 runs of this length can tell: 100 ms on average.');
  });

  it('says what is unstable, and why', () => {
    const full = 'D gets 8 requests/s and can serve 5/s, so its queue grows until requests time out.';
    expect(said(result('round-robin', { mean: 9000, unstable: full }), result('least-connections', { mean: 83 }))).toBe(
      `Least connections is best and carries the load: its answers take 83 ms on average. With round robin the lab is unstable: ${full}`,
    );
    expect(
      said(result('random', { mean: 9000, unstable: full }), result('round-robin', { mean: 9000, unstable: full })),
    ).toBe(`None of them can carry this load: ${full}`);
  });

  it('puts those that lose requests behind those that do not, however fast they fail', () => {
    const fast = result('least-connections', { mean: 5, failed: 780 });
    const slow = result('round-robin', { mean: 100, failed: 250 });
    expect(ranking([fast, slow]).map((rank) => [rank.index, rank.class])).toEqual([
      [1, 'served'],
      [0, 'lossy'],
    ]);
    expect(said(fast, slow)).toBe(
      'Round robin is best: it loses 25.0\u00a0% of the requests, least connections 78.0\u00a0%. Its answers take 100 ms on average.',
    );
    // Less than a hundredth of all is said, but does not decide.
    expect(said(result('round-robin', { mean: 90, failed: 8 }), result('random', { mean: 100 }))).toContain(
      'Round robin loses 0.8\u00a0% of the requests, random 0.0\u00a0%.',
    );
    expect(
      said(result('random', { mean: null, failed: 1000 }), result('round-robin', { mean: null, failed: 1000 })),
    ).toBe('No request was answered with any of them.');
  });

  it('names all whose lead cannot be told apart', () => {
    expect(
      said(
        result('least-connections', { mean: 100, p99: 300, sure: [95, 105] }),
        result('random', { mean: 400, p99: 330 }),
        result('power-of-two-choices', { mean: 102, p99: 310, sure: [97, 107] }),
      ),
    ).toBe(
      'Least connections and power of two choices are best: their answers take 100 ms on average, those of random 400 ms (4.0 times as long).',
    );
  });

  it('says up to what load the difference is none', () => {
    const rivals = [
      result('least-connections', { mean: 100, p99: 100 }),
      result('random', { mean: 400, p99: 101 }),
    ] as const;
    const flat = kneeOf(50, 52, 60, 70);
    expect(saidWith([flat, kneeOf(51, 58, 99, null)], ...rivals)).toContain('Up to 50 % load random is about as fast.');
    expect(saidWith([flat, kneeOf(90, 99, 200, null)], ...rivals)).not.toContain('Up to');
    expect(saidWith([flat, flat], ...rivals)).not.toContain('Up to');
  });
});

describe('next to nothing', () => {
  it('is told apart: no request came, or none was answered', () => {
    const none = { ...result('random', { mean: null }), offered: 0 };
    expect(said(none, none)).toBe('No request came in this time: make the runs longer.');
    expect(said(none, result('random', { mean: null }))).toBe('No request was answered with any of them.');
  });

  it('has no largest share where there is no origin', () => {
    const none = result('random', { mean: 1 });
    expect(largestShare(none)).toBeUndefined();
    const origin = { name: 'A', requests: 1, share: 0.5, failed: 0, utilization: 0, latency_ms: { mean: 1 } };
    expect(largestShare({ ...none, origins: [origin] })).toBe(0.5);
  });
});
