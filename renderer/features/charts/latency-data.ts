import type { SecondSeries } from '../../telemetry/second-series.ts';
import { RECENT_SECONDS } from '../../telemetry/window.ts';
import { pointsOf, type Span } from './buckets.ts';

export interface LatencyRow {
  readonly second: number;
  /** ms; null where no request ended. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly ended: number;
  readonly failed: number;
}

/** Below this a log scale would spend half its height on differences nobody feels. */
const FLOOR = 0.1;

/**
 * Whole requests by when they ended. Counts add up; percentiles of several seconds cannot be had from those of each, so a point
 * of more than one second has the highest of its seconds.
 */
export function latencyRows(seconds: SecondSeries, span: Span): LatencyRow[] {
  return pointsOf(span).map((second) => {
    const last = second + span.step - 1;
    const ended = seconds.sum('', 'ended', second, last);
    const highest = (column: 'p50' | 'p95' | 'p99'): number | null => {
      if (ended === 0) return null;
      let most = 0;
      for (let each = second; each <= last; each++) most = Math.max(most, seconds.at('', each, column) ?? 0);
      return most;
    };
    const failed = seconds.sum('', 'failed', second, last);
    return { second, p50: highest('p50'), p95: highest('p95'), p99: highest('p99'), ended, failed };
  });
}

/** What stands beside the end of the lines: the last row in which requests ended, if that is not longer ago than what cards look back on. */
export function newestRow(rows: readonly LatencyRow[], { to }: Span): LatencyRow | undefined {
  return rows.findLast(({ ended, second }) => ended > 0 && second > to - RECENT_SECONDS);
}

export interface LogDomain {
  readonly low: number;
  readonly high: number;
}

const STEPS = [1, 2, 5];

/** The 1-2-5 step at or above (`up`) or at or below a value. */
function step(value: number, up: boolean): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const candidates = [...STEPS.map((s) => s * decade), 10 * decade];
  const slack = value * 1e-9;
  return up
    ? (candidates.find((candidate) => candidate >= value - slack) ?? 10 * decade)
    : (candidates.findLast((candidate) => candidate <= value + slack) ?? decade);
}

/**
 * Round bounds around the rows. Sticky: the domain grows at once, but shrinks only when the rows use a fraction of it, so that
 * the scale stands still while people look at it.
 */
export function latencyDomain(rows: readonly LatencyRow[], before: LogDomain | undefined): LogDomain {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { p50, p95, p99 } of rows) {
    for (const value of [p50, p95, p99]) {
      if (value === null) continue;
      least = Math.min(least, Math.max(FLOOR, value));
      most = Math.max(most, value, FLOOR);
    }
  }
  if (most === 0) return before ?? { low: 10, high: 1000 };
  let low = step(least * 0.85, false);
  let high = step(most * 1.15, true);
  // Never less than a decade: a flat line should look flat.
  if (high / low < 10) high = low * 10;
  if (before) {
    if (before.low < low && before.low * 5 > low) low = before.low;
    if (before.high > high && before.high < high * 5) high = before.high;
  }
  return before?.low === low && before.high === high ? before : { low, high };
}

/** Three to six round values inside the domain. */
export function logTicks({ low, high }: LogDomain): number[] {
  const ticks = (steps: readonly number[]): number[] => {
    const all: number[] = [];
    for (let decade = 10 ** Math.floor(Math.log10(low)); decade <= high; decade *= 10) {
      for (const s of steps) {
        const value = Number((s * decade).toPrecision(3));
        if (value >= low && value <= high) all.push(value);
      }
    }
    return all;
  };
  const fine = ticks(STEPS);
  if (fine.length <= 5) return fine;
  const coarse = ticks([1]);
  return coarse.length >= 3 ? coarse : ticks([1, 3]);
}

/** Where a value stands on the scale, 0 at the bottom and 1 at the top. */
export function logPosition(value: number, { low, high }: LogDomain): number {
  return Math.min(1, Math.max(0, Math.log(value / low) / Math.log(high / low)));
}

/** `50`, `1k`, `1.5k`: ms on an axis. */
export function axisWords(value: number): string {
  return value >= 1000 ? `${Number((value / 1000).toPrecision(2))}k` : String(value);
}
