import { failureOf } from '../../../../src/core/failure.ts';
import type { AttemptRow } from '../../../telemetry/attempt-ring.ts';
import { arrivedAt } from '../../requests/request-words.ts';
import { exact } from './csv.ts';

/** How a HAR 1.2 file begins and ends around its entries, which are joined by commas. */
export function harEnvelope(version: string): { readonly head: string; readonly tail: string } {
  const creator = JSON.stringify({ name: 'Evenkeel', version });
  return { head: `{"log":{"version":"1.2","creator":${creator},"entries":[\n`, tail: '\n]}}\n' };
}

/**
 * One request as an entry. What HAR has no place for stands under names that begin with `_`, as it asks for.
 * @param base where the balancer listens, such as `http://127.0.0.1:8080`
 */
export function harEntry(row: AttemptRow, base: string) {
  const { waited, connected, firstByte, total } = row;
  const answered = firstByte > 0;
  const connect = connected > 0 ? exact(connected) : -1;
  const timings = {
    // Earlier attempts, as a client sees them: time in which nothing of this exchange moved.
    blocked: exact(waited),
    dns: -1,
    connect,
    ssl: -1,
    send: 0,
    wait: exact((answered ? firstByte : total) - connected),
    receive: answered ? exact(total - firstByte) : 0,
  };
  const time = timings.blocked + Math.max(0, connect) + timings.wait + timings.receive;
  return {
    startedDateTime: new Date(arrivedAt(row)).toISOString(),
    time: exact(time),
    request: {
      method: row.method,
      url: urlOf(base, row.path),
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      queryString: queryOf(row.path),
      headersSize: -1,
      bodySize: row.sent,
    },
    response: {
      status: row.status,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      content: { size: row.received, mimeType: '' },
      redirectURL: '',
      headersSize: -1,
      bodySize: row.received,
    },
    cache: {},
    timings,
    _request: row.request,
    _client: row.client,
    _origin: row.origin,
    _attempts: row.attempt,
    _queued: row.queued < 0 ? null : exact(row.queued),
    _strategy: row.strategy,
    _reason: row.reason,
    _failure: failureOf(row.failure)?.kind ?? null,
  };
}

/** What other programs can read as an address, whatever was asked for: `*`, or nothing that is HTTP, has only where it was sent. */
function urlOf(base: string, path: string): string {
  if (path.startsWith('/')) return new URL(base + path).href;
  try {
    return new URL(path).href;
  } catch {
    return new URL(base).href;
  }
}

function queryOf(path: string): { readonly name: string; readonly value: string }[] {
  const at = path.indexOf('?');
  if (at < 0) return [];
  return [...new URLSearchParams(path.slice(at))].map(([name, value]) => ({ name, value }));
}
