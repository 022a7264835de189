import type { Outcome } from './strategy.ts';

/**
 * How an attempt, or a whole request, can fail. The order is the wire code of telemetry frames (0 = no failure), so new
 * kinds go to the end. Status is what the client gets when no other attempt saves the request; 0: the connection is cut.
 */
export const FAILURES = [
  { kind: 'connect-refused', status: 502, words: 'refused the connection' },
  { kind: 'connect-timeout', status: 504, words: 'did not accept the connection in time' },
  { kind: 'connect-failed', status: 502, words: 'could not be reached' },
  { kind: 'reset', status: 502, words: 'hung up before answering' },
  { kind: 'first-byte-timeout', status: 504, words: 'did not answer in time' },
  { kind: 'bad-response', status: 502, words: 'sent something that is not HTTP' },
  { kind: 'broken-body', status: 0, words: 'hung up in the middle of its answer' },
  { kind: 'server-error', status: 0, words: 'answered with a 5xx status' },
  { kind: 'none-available', status: 503, words: 'no origin is available' },
  { kind: 'client-gone', status: 499, words: 'the client left' },
  { kind: 'bad-request', status: 400, words: 'the request was not valid HTTP' },
  { kind: 'tls-failed', status: 502, words: 'has a certificate that is not valid or not trusted, or speaks no TLS' },
  { kind: 'queue-full', status: 503, words: 'every origin is full, and no more requests may wait' },
  { kind: 'queue-timeout', status: 503, words: 'waited in vain for an origin with room' },
  { kind: 'idle-timeout', status: 504, words: 'fell silent in the middle of its answer' },
  { kind: 'total-timeout', status: 504, words: 'did not finish before the time for the whole request was over' },
  {
    kind: 'circuit-open',
    status: 503,
    words: 'the circuit breaker refused it, as too many requests failed or were slow',
  },
  { kind: 'thread-lost', status: 0, words: 'the balancer’s thread that had it came to an end' },
  { kind: 'body-timeout', status: 408, words: 'the client did not send the rest of its request in time' },
  { kind: 'no-sockets', status: 503, words: 'the balancer has too many connections open to make another' },
] as const;

export type FailureKind = (typeof FAILURES)[number]['kind'];

const codes = new Map<FailureKind, number>(FAILURES.map((failure, index) => [failure.kind, index + 1]));

/** The wire code of a failure, 0 for none. */
export function failureCode(kind: FailureKind | undefined): number {
  return kind === undefined ? 0 : (codes.get(kind) ?? 0);
}

/** The failure behind a wire code; undefined for 0 and for codes of a newer version. */
export function failureOf(code: number): (typeof FAILURES)[number] | undefined {
  return FAILURES[code - 1];
}

/** Kinds in which not one byte of the request reached the origin, so that any method may be tried elsewhere. */
export function isConnectFailure(kind: FailureKind): boolean {
  return kind === 'connect-refused' || kind === 'connect-timeout' || kind === 'connect-failed' || kind === 'tls-failed';
}

/** The client's doing, or what happens before an origin is chosen. */
const NOBODYS: ReadonlySet<FailureKind> = new Set([
  'client-gone',
  'bad-request',
  'none-available',
  'queue-full',
  'queue-timeout',
  'circuit-open',
  'thread-lost',
  'body-timeout',
  'no-sockets',
]);

/** Kinds that speak against the origin; a `total-timeout` does where an attempt was running, as with Envoy. */
export function isOriginFailure(kind: FailureKind): boolean {
  return !NOBODYS.has(kind);
}

/** What happened, as a clause. @param origin its name; empty where none was involved */
export function failureClause(kind: FailureKind, origin: string): string {
  const { words } = failureOf(failureCode(kind)) as (typeof FAILURES)[number];
  if (NOBODYS.has(kind)) return words;
  return origin === '' ? `the request ${words}` : `origin ${origin} ${words}`;
}

/**
 * What a strategy learns of an attempt. A 5xx is an answer like any other to it (nginx, by default, lowers a weight for
 * errors and timeouts only): else a canary with errors would get less than its share, and hide them.
 */
export function outcomeOf(failure: FailureKind | undefined): Outcome {
  if (failure === undefined || failure === 'server-error') return 'success';
  return isOriginFailure(failure) ? 'failure' : 'abandoned';
}
