import type { StrategySpec } from '../../../src/core/strategy.ts';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import type { LabResult, StrategyResult } from '../../../src/simulation/result.ts';
import type { Theory } from '../../../src/simulation/theory/theory-of.ts';

/** Strategies side by side at most: more small pictures are no comparison any more. */
export const MOST_STRATEGIES = 4;

/** What to compare. Times in ms. */
export interface ComparisonPlan {
  readonly lab: LabDefinition;
  readonly strategies: readonly StrategySpec[];
  readonly seed: number;
  /** Of one run; the first tenth, at most 10 s, does not count. */
  readonly duration: number;
  /** Runs per strategy, each with other arrivals, the same for every strategy. */
  readonly replications: number;
}

/** Requests in the system at the end of each step of a run. */
export interface CrowdSeries {
  /** ms. */
  readonly step: number;
  readonly inSystem: readonly number[];
}

/** Mean answer time at one load. */
export interface KneePoint {
  /** Arrivals as a share of what all origins can serve, 0–1. */
  readonly load: number;
  /** ms; null where it is unstable or nothing was answered. */
  readonly mean: number | null;
}

/** What theory says of the mean answer time at each load, for one or several of the strategies. */
export interface TheoryLine {
  /** The model's name, as books have it. */
  readonly model: string;
  readonly kind: Theory['kind'];
  /** Indices of the strategies it is about. */
  readonly strategies: readonly number[];
  readonly points: readonly KneePoint[];
}

export interface Comparison {
  readonly plan: ComparisonPlan;
  readonly result: LabResult;
  /** By strategy, in the plan's order. */
  readonly series: readonly CrowdSeries[];
  /** By strategy; undefined where the lab has no capacity to speak of (closed loop, unlimited workers). */
  readonly knee: readonly (readonly KneePoint[])[] | undefined;
  /** Where theory knows the lab; without faults, as the knee is. */
  readonly theory: readonly TheoryLine[];
}

/** What the worker says. */
export type FromWorker = { readonly progress: number } | { readonly done: Comparison } | { readonly problem: string };

/** A strategy's place, best first. */
export interface Rank {
  /** Its index in the plan. */
  readonly index: number;
  readonly result: StrategyResult;
  /** Whether its mean can't be told from that of the one before. */
  readonly level: boolean;
}

/** Stable ones first, by mean answer time; those without an answer last. */
export function ranking(results: readonly StrategyResult[]): Rank[] {
  const order = results
    .map((result, index) => ({ result, index }))
    .toSorted((a, b) => badness(a.result) - badness(b.result) || mean(a.result) - mean(b.result));
  return order.map(({ result, index }, place) => {
    const before = order[place - 1]?.result;
    return { index, result, level: before !== undefined && overlap(before, result) };
  });
}

function badness(result: StrategyResult): number {
  if (result.latency_ms.mean === null) return 2;
  return result.unstable === undefined ? 0 : 1;
}

function mean(result: StrategyResult): number {
  return result.latency_ms.mean ?? Number.POSITIVE_INFINITY;
}

/** Whether the 95 % intervals of two means overlap; false where one has none. */
export function overlap(a: StrategyResult, b: StrategyResult): boolean {
  const [left, right] = [a.latency_ms.mean_ci95, b.latency_ms.mean_ci95];
  if (!left || !right || badness(a) !== badness(b)) return false;
  return left[0] <= right[1] && right[0] <= left[1];
}
