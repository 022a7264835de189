import { failureOf } from '../../../src/core/failure.ts';
import type { AttemptRow } from '../../telemetry/attempt-ring.ts';

/** What the client got: the status, or that there was none. */
export function statusText({ status }: AttemptRow): string {
  return status === 0 ? 'cut' : String(status);
}

export function isFailed({ failure, status }: AttemptRow): boolean {
  return failure !== 0 || status === 0 || status >= 500;
}

/** What is worth saying of a request beside its figures; empty for most. */
export function noteOf(row: AttemptRow): string {
  const words: string[] = [];
  const failure = failureOf(row.failure);
  if (failure) words.push(failure.words);
  if (row.attempt > 1) words.push(`attempt ${row.attempt}`);
  return words.join(', ');
}
