import { performance } from 'node:perf_hooks';

const base = Date.now() - performance.now();

/**
 * Milliseconds since the epoch with fractions, never going back: the wall clock when this thread started, counted on by the
 * monotonic one. A clock that jumps (suspend, NTP) neither ends an ejection early nor makes a latency negative.
 */
export function now(): number {
  return base + performance.now();
}
