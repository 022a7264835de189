import type { Telemetry } from './telemetry.ts';

/** Seconds that "now" figures on cards look back on. */
export const RECENT_SECONDS = 10;

interface Known {
  readonly names: readonly string[];
  readonly second: number;
  readonly epoch: number;
  readonly shares: ReadonlyMap<string, number>;
}
const known = new WeakMap<Telemetry, Known>();

/**
 * The share (0–1) of the last 10 s' attempts that went to each origin; empty when there were none at all. Many ask for it,
 * it changes once a second: computed once.
 */
export function recentShares(telemetry: Telemetry, names: readonly string[]): ReadonlyMap<string, number> {
  const { lastSecond: second, epoch } = telemetry;
  const last = known.get(telemetry);
  if (last?.names === names && last.second === second && last.epoch === epoch) return last.shares;
  const counts = names.map((name) => telemetry.seconds.sum(name, 'started', second - RECENT_SECONDS + 1, second));
  const all = counts.reduce((sum, count) => sum + count, 0);
  const shares = new Map(all === 0 ? [] : names.map((name, index) => [name, (counts[index] ?? 0) / all]));
  known.set(telemetry, { names, second, epoch, shares });
  return shares;
}

/**
 * Requests per second over the last `seconds`, of one origin or (the name '') of all; undefined before anything is known, and
 * while only the running second is. Seconds in which nothing came count, but for those before the first request. An origin that
 * was added while requests flow is not held to the time before it; the second in which it got its first is left out as soon as
 * there is a whole one.
 */
export function requestRate(telemetry: Telemetry, seconds: number, origin = ''): number | undefined {
  const to = telemetry.lastSecond;
  const began = telemetry.seconds.first('');
  if (began === undefined) return telemetry.isBlank ? undefined : 0;
  if (began > to) return undefined;
  const first = (origin === '' ? undefined : telemetry.seconds.first(origin)) ?? began - 1;
  const from = Math.max(to - seconds + 1, began, Math.min(first + 1, to));
  return telemetry.seconds.sum(origin, 'started', from, to) / (to - from + 1);
}
