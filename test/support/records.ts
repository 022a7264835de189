import { failureOf } from '../../src/core/failure.ts';
import { type AttemptRecord, recordOf } from '../../src/protocol/attempt-record.ts';
import { createColumns } from '../../src/protocol/columns.ts';
import { ATTEMPTS, REASONS } from '../../src/protocol/frame.ts';
import { FrameStrings } from '../../src/protocol/frame-strings.ts';
import type { Recorder } from '../../src/protocol/recorder.ts';

/** A whole request of one attempt that went well, but for what is given. */
export function recordWith(given: Partial<AttemptRecord>): AttemptRecord {
  const beginning = {
    request: 1,
    attempt: 1,
    origin: 'A',
    client: '127.0.0.1',
    method: 'GET',
    path: '/',
    strategy: 'round-robin',
    reason: 'strategy',
    at: 1_800_000_000_000,
    waited: 0,
    inQueue: 0,
  } as const;
  return { ...recordOf(beginning), last: true, status: 200, ...given };
}

/** Attempts that have ended, as far as they are kept, oldest first. */
export function endedAttempts({ ends }: Recorder): AttemptRecord[] {
  const strings = new FrameStrings();
  const rows = ends.head - ends.tail;
  const columns = createColumns(ATTEMPTS, rows);
  for (let row = 0; row < rows; row++) ends.write(ends.tail + row, columns, row, strings);
  return Array.from({ length: rows }, (_, row) => {
    const number = (name: keyof typeof ATTEMPTS): number => columns[name][row] ?? Number.NaN;
    const text = (name: keyof typeof ATTEMPTS): string => strings.list[number(name)] ?? '';
    return {
      request: number('request'),
      attempt: number('attempt'),
      last: number('last') === 1,
      origin: text('origin'),
      client: text('client'),
      method: text('method'),
      path: text('path'),
      strategy: text('strategy'),
      reason: REASONS[number('reason')] ?? 'none',
      at: number('at'),
      status: number('status'),
      failure: failureOf(number('failure'))?.kind,
      connected: number('connected'),
      firstByte: number('firstByte'),
      total: number('total'),
      waited: number('waited'),
      inQueue: number('inQueue'),
      queued: number('queued'),
      received: number('received'),
      sent: number('sent'),
    };
  });
}
