import { Histogram } from '../../../src/core/histogram.ts';
import type { ComparedFigures } from '../../../src/simulation/agreement.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';

/** So large a part of the requests may be missing from the page's list, which is told of them when they end. */
const MISSING = 0.02;

/** Requests that arrived from the second `from` to the second `to` (since the epoch, both included). */
export function arrivedIn({ seconds }: Telemetry, from: number, to: number): number {
  return seconds.sum('', 'started', from, to);
}

/**
 * What was measured of the requests from the second `from` to the second `to` (since the epoch, both included). Shares and failures are
 * exact counts. Times are of every request, or absent: there are none where the page was told of a sample only.
 */
export function liveFigures(telemetry: Telemetry, names: readonly string[], from: number, to: number): ComparedFigures {
  const { seconds } = telemetry;
  const counts = names.map((name) => seconds.sum(name, 'started', from, to));
  const all = counts.reduce((sum, count) => sum + count, 0);
  const ended = seconds.sum('', 'ended', from, to);
  return {
    shares: new Map(names.map((name, index) => [name, all === 0 ? 0 : (counts[index] ?? 0) / all])),
    failed: ended === 0 ? 0 : seconds.sum('', 'failed', from, to) / ended,
    latency: timesOf(telemetry, arrivedIn(telemetry, from, to), from * 1000, (to + 1) * 1000),
  };
}

/** Of the answers to requests that arrived between two moments (ms since the epoch). */
function timesOf({ attempts }: Telemetry, requests: number, from: number, to: number): ComparedFigures['latency'] {
  const times = new Histogram();
  let seen = 0;
  for (let index = attempts.written - attempts.size; index < attempts.written; index++) {
    const row = attempts.requestRow(index);
    const arrived = row ? row.at - row.waited : Number.NaN;
    if (!row || !(arrived >= from && arrived < to)) continue;
    seen++;
    if (row.failure === 0) times.record(row.waited + row.total);
  }
  const complete = times.count > 0 && seen >= requests * (1 - MISSING);
  const at = (q: number): number | undefined => (complete ? times.quantile(q) : undefined);
  return { mean: complete ? times.mean : undefined, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}
