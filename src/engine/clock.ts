import { performance } from 'node:perf_hooks';

let base = Date.now() - performance.now();

/**
 * Milliseconds since the epoch with fractions, never going back: the wall clock when this thread started, counted on by the
 * monotonic one. A clock that jumps (suspend, NTP) neither ends an ejection early nor makes a latency negative.
 */
export function now(): number {
  return base + performance.now();
}

/** Where the 0 of the machine's monotonic clock lies on `now`, ms; for another thread's `adoptClock`. */
export function clockOrigin(): number {
  return now() - monotonic();
}

/** From here on `now` tells the time of the thread whose `clockOrigin` this is; to be called before anything is timed. */
export function adoptClock(origin: number): void {
  base = origin + monotonic() - performance.now();
}

/** ms; unlike `performance.now` the same in all threads. */
function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
