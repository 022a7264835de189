import type { AttemptRow } from '../../../../renderer/telemetry/attempt-ring.ts';

/** The row of a request with some of its fields replaced. */
export function rowOf(change: Partial<AttemptRow> = {}): AttemptRow {
  return {
    index: 0,
    request: 1,
    attempt: 1,
    last: true,
    origin: 'A',
    client: '10.0.0.1',
    method: 'GET',
    path: '/',
    strategy: 'round-robin',
    at: 1_700_000_000_000,
    status: 200,
    failure: 0,
    reason: 'strategy',
    connected: 1,
    firstByte: 40,
    total: 50,
    waited: 0,
    inQueue: 0,
    queued: 10,
    received: 30,
    sent: 0,
    ...change,
  };
}
