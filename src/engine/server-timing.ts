import { NOT_TOLD } from '../protocol/attempt-record.ts';

/** The header in which an origin says how long (ms) the request waited for a worker (Server-Timing, a W3C draft). */
export function queueTiming(waited: number): string {
  return `queue;dur=${waited.toFixed(1)}`;
}

/**
 * How long (ms) the origin says the request waited for a worker, by its `Server-Timing` header; NOT_TOLD when it does not.
 * @param header several headers come as a list, or joined by commas
 */
export function queuedOf(header: string | readonly string[] | undefined): number {
  if (header === undefined) return NOT_TOLD;
  const text = typeof header === 'string' ? header : header.join(',');
  const found = /(?:^|,)\s*queue\s*(?:;[^,;]*)*?;\s*dur\s*=\s*"?(\d+(?:\.\d+)?)/i.exec(text);
  return found ? Number(found[1]) : NOT_TOLD;
}
