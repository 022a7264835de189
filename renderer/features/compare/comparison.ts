import type { StrategyResult } from '../../../src/simulation/result.ts';
import type { Theory } from '../../../src/simulation/theory/theory-of.ts';
import type { Contestant, Subject } from './contestants.ts';

/** Side by side at most: more small pictures are no comparison any more. */
export const MOST_CONTESTANTS = 4;

/** What to compare. Times in ms. */
export interface ComparisonPlan {
  /** The lab's name. */
  readonly name: string;
  readonly subject: Subject;
  readonly contestants: readonly Contestant[];
  readonly seed: number;
  /** Of one run; the first tenth, at most 10 s, does not count. */
  readonly duration: number;
  /** Runs of each, each with other arrivals, the same for all. */
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

/** What theory says of the mean answer time at each load, for one or several of the contestants. */
export interface TheoryLine {
  /** The model's name, as books have it. */
  readonly model: string;
  readonly kind: Theory['kind'];
  /** Indices of the contestants it is about. */
  readonly about: readonly number[];
  readonly points: readonly KneePoint[];
}

/** Lists are in the plan's order. */
export interface Comparison {
  readonly plan: ComparisonPlan;
  readonly results: readonly StrategyResult[];
  readonly series: readonly CrowdSeries[];
  /** Undefined where the lab has no capacity to speak of (closed loop, unlimited workers). */
  readonly knee: readonly (readonly KneePoint[])[] | undefined;
  /** Where theory knows the lab; without faults, as the knee is. */
  readonly theory: readonly TheoryLine[];
}

/** What the worker says. */
export type FromWorker = { readonly progress: number } | { readonly done: Comparison } | { readonly problem: string };

/** Of all requests (0–1); so much more than the fewest is a loss that no answer time makes up for. */
const LOSS = 0.01;

/** What a place in the ranking is for: served as well as any, served less, unstable, not served at all. */
type Class = 'served' | 'lossy' | 'unstable' | 'unserved';
const CLASSES: readonly Class[] = ['served', 'lossy', 'unstable', 'unserved'];

/** A contestant's place, best first. */
export interface Rank {
  /** Its index in the plan. */
  readonly index: number;
  readonly result: StrategyResult;
  readonly class: Class;
  /** Whether its mean can't be told from that of the one before. */
  readonly level: boolean;
}

/**
 * Those that lose (nearly) the fewest requests first, by mean answer time; then those that lose more, the unstable ones, and those
 * without an answer. A mean is only of the answers, so whoever fails fast would look best.
 */
export function ranking(results: readonly StrategyResult[]): Rank[] {
  const fewest = Math.min(...results.map(lost));
  const classOf = (result: StrategyResult): Class => {
    if (result.latency_ms.mean === null) return 'unserved';
    if (result.unstable !== undefined) return 'unstable';
    return lost(result) - fewest > LOSS ? 'lossy' : 'served';
  };
  const all = results.map((result, index) => ({ result, index, class: classOf(result) }));
  all.sort(
    (a, b) =>
      CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class) ||
      (a.class === 'lossy' ? lost(a.result) - lost(b.result) : 0) ||
      mean(a.result) - mean(b.result),
  );
  return all.map((each, place) => {
    const before = all[place - 1];
    const level = each.class === 'served' && before !== undefined && overlap(before.result, each.result);
    return { ...each, level };
  });
}

/** The share (0–1) of the requests that were not answered. */
export function lost({ offered, failed, rejected }: StrategyResult): number {
  return offered === 0 ? 0 : (failed + rejected) / offered;
}

/** The largest share (0–1) that an origin got; undefined without origins. */
export function largestShare({ origins }: StrategyResult): number | undefined {
  return origins.length === 0 ? undefined : Math.max(...origins.map(({ share }) => share));
}

function mean(result: StrategyResult): number {
  return result.latency_ms.mean ?? Number.POSITIVE_INFINITY;
}

/** Whether the 95 % intervals of two means overlap; false where one has none. */
export function overlap(a: StrategyResult, b: StrategyResult): boolean {
  const [left, right] = [a.latency_ms.mean_ci95, b.latency_ms.mean_ci95];
  return left !== null && right !== null && left[0] <= right[1] && right[0] <= left[1];
}
