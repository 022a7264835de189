import { failureOf } from '../core/failure.ts';
import { type Frame, REASONS } from './frame.ts';

/** One attempt as a line of `GET /api/events` and of an access log. Times in ms, each counted from `at`; null where it never came to that. */
export interface AttemptLine {
  /** ms since the epoch. */
  readonly at: number;
  readonly request: number;
  readonly attempt: number;
  /** The request ended with this attempt. */
  readonly last: boolean;
  /** Null when none could be chosen. */
  readonly origin: string | null;
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly strategy: string;
  /** Why this origin: by the strategy, as a retry, as the only one. */
  readonly reason: string | null;
  /** What the client got; 0: its connection was cut. */
  readonly status: number;
  /** Null when it went well. */
  readonly failure: string | null;
  readonly connected_ms: number | null;
  readonly first_byte_ms: number | null;
  readonly total_ms: number | null;
  /** From the request's arrival to `at`. */
  readonly waited_ms: number | null;
  /** Of these, since the request's last attempt, in the balancer's queue. */
  readonly in_queue_ms: number | null;
  /** Waiting for a worker, as the origin says; null when it does not. */
  readonly queued_ms: number | null;
  readonly received_bytes: number;
  readonly sent_bytes: number;
}

/** Three decimals are more than the clock is good for. */
function milliseconds(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? Math.round(value * 1000) / 1000 : null;
}

/** The attempts of a frame, oldest first. */
export function* attemptLines(frame: Frame): Generator<AttemptLine> {
  const { columns, rows } = frame.attempts;
  const text = (column: Uint32Array, row: number): string => frame.strings[column[row] ?? 0] ?? '';
  for (let row = 0; row < rows; row++) {
    yield {
      at: columns.at[row] ?? 0,
      request: columns.request[row] ?? 0,
      attempt: columns.attempt[row] ?? 0,
      last: columns.last[row] === 1,
      origin: text(columns.origin, row) || null,
      client: text(columns.client, row),
      method: text(columns.method, row),
      path: text(columns.path, row),
      strategy: text(columns.strategy, row),
      reason: REASONS[columns.reason[row] ?? -1] ?? null,
      status: columns.status[row] ?? 0,
      failure: failureOf(columns.failure[row] ?? 0)?.kind ?? null,
      connected_ms: milliseconds(columns.connected[row]),
      first_byte_ms: milliseconds(columns.firstByte[row]),
      total_ms: milliseconds(columns.total[row]),
      waited_ms: milliseconds(columns.waited[row]),
      in_queue_ms: milliseconds(columns.inQueue[row]),
      queued_ms: milliseconds(columns.queued[row]),
      received_bytes: columns.received[row] ?? 0,
      sent_bytes: columns.sent[row] ?? 0,
    };
  }
}

/** The attempts of a frame as JSON lines without their ends; the last one is `{"missed":N}` where the lab had to leave some out. */
export function frameLines(frame: Frame): string[] {
  const lines = Array.from(attemptLines(frame), (line) => JSON.stringify(line));
  const missed = frame.ended - frame.attempts.rows;
  if (missed > 0) lines.push(missedLine(missed));
  return lines;
}

/** Stands in the place of attempts that could not be told one by one. */
export function missedLine(count: number): string {
  return JSON.stringify({ missed: count });
}
