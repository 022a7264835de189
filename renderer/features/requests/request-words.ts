import { type FailureKind, failureClause, failureOf } from '../../../src/core/failure.ts';
import { counted, milliseconds } from '../../app/format.ts';
import { strategyTitle } from '../../app/strategies.ts';
import type { AttemptRow } from '../../telemetry/attempt-ring.ts';

/** What the client got: the status, or that there was none. */
export function statusText({ status }: Pick<AttemptRow, 'status'>): string {
  return status === 0 ? 'cut' : String(status);
}

export function isFailed({ failure, status }: Pick<AttemptRow, 'failure' | 'status'>): boolean {
  return failure !== 0 || status === 0 || status >= 500;
}

/** What went wrong, said of the origin; empty when nothing did. */
export function failureWords({ failure }: Pick<AttemptRow, 'failure'>): string {
  return failureOf(failure)?.words ?? '';
}

/** What is worth saying of a request beside its figures, of which the status is one; empty for most. */
export function noteOf(row: AttemptRow): string {
  const words: string[] = [];
  const failure = failureOf(row.failure);
  if (failure && failure.kind !== 'server-error') words.push(failure.words);
  if (row.attempt > 1) words.push(`attempt ${row.attempt}`);
  return words.join(', ');
}

/** ms from the request's arrival to its end, whatever its attempts. */
export function wholeTime({ waited, total }: Pick<AttemptRow, 'waited' | 'total'>): number {
  return waited + total;
}

/** ms since the epoch at which the request arrived. */
export function arrivedAt({ at, waited }: Pick<AttemptRow, 'at' | 'waited'>): number {
  return at - waited;
}

/** Why this origin. */
export function decisionWords({
  reason,
  strategy,
  failure,
}: Pick<AttemptRow, 'reason' | 'strategy' | 'failure'>): string {
  switch (reason) {
    case 'retry':
      return 'Another try elsewhere';
    case 'only-one':
      return 'The only one available';
    case 'none':
      return withoutOrigin(failureOf(failure)?.kind);
    default:
      return strategyTitle(strategy);
  }
}

/** Why no origin got the request. */
function withoutOrigin(kind: FailureKind | undefined): string {
  if (kind === 'circuit-open') return 'The circuit is open';
  const full = kind === 'none-available' || kind === 'queue-full' || kind === 'queue-timeout';
  return full || kind === undefined ? 'No origin was available' : 'No origin was asked';
}

/** What became of one attempt: `answered 200`, `refused the connection`. */
export function attemptWords({ origin, failure, status }: AttemptRow): string {
  const known = failureOf(failure);
  if (known?.kind === 'server-error') return `${origin} answered ${status}`;
  if (!known) return `${origin} answered ${status}`;
  return failureClause(known.kind, origin).replace(/^origin /, '');
}

/** What became of a request, in one sentence. */
export function outcomeWords(attempts: readonly AttemptRow[]): string {
  const last = attempts.at(-1);
  if (!last) return '';
  const told = attempts.map(attemptWords).join(', then ');
  const unknown = last.attempt > attempts.length ? ` in the last of ${counted(last.attempt, 'attempt')}` : '';
  const client = isFailed(last) && last.status !== 0 ? `; the client got ${last.status}` : '';
  const cut = last.status === 0 ? '; the client’s connection was cut' : '';
  const text = `${told}${unknown}${client}${cut} after ${milliseconds(wholeTime(last))} ms.`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
