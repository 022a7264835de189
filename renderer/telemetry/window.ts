import type { Telemetry } from './telemetry.ts';

/** Seconds that "now" figures on cards look back on. */
export const RECENT_SECONDS = 10;

/** The share (0–1) of the last 10 s' attempts that went to `origin`; undefined when there were none at all. */
export function recentShare(telemetry: Telemetry, origin: string, names: readonly string[]): number | undefined {
  const to = telemetry.lastSecond;
  const from = to - RECENT_SECONDS + 1;
  let all = 0;
  for (const name of names) all += telemetry.seconds.sum(name, 'started', from, to);
  return all === 0 ? undefined : telemetry.seconds.sum(origin, 'started', from, to) / all;
}

/** Whole requests per second over the last `seconds`; undefined before any were seen. */
export function requestRate(telemetry: Telemetry, seconds: number): number | undefined {
  const to = telemetry.lastSecond;
  let known = 0;
  let started = 0;
  for (let second = to - seconds + 1; second <= to; second++) {
    const count = telemetry.seconds.at('', second, 'started');
    if (count === undefined && known === 0) continue;
    known++;
    started += count ?? 0;
  }
  return known === 0 ? undefined : started / known;
}
