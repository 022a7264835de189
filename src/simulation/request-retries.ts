import { type FailureKind, isConnectFailure } from '../core/failure.ts';
import type { Retries } from '../core/retry.ts';
import { Tries } from '../core/tries.ts';
import type { Attempt } from './attempt.ts';

/** Further tries of requests. */
export class RequestRetries {
  readonly #retries: Retries;

  constructor(retries: Retries) {
    this.#retries = retries;
  }

  /** Whether another try may follow the one that has failed. @param status of its answer; 0 for none */
  allows({ ordinal, method }: Attempt, failure: FailureKind, status: number): boolean {
    const bytesSent = !isConnectFailure(failure);
    return this.#retries.allows({ attempt: ordinal, failure, status, method, bytesSent, responseStarted: false });
  }

  /** There is another try. @param origin where the last one failed @returns ms until then */
  begin(attempt: Attempt, origin: string): number {
    attempt.tries ??= new Tries(this.#retries);
    return attempt.tries.again(origin, attempt.ordinal);
  }
}
