import { type FailureKind, isConnectFailure } from '../core/failure.ts';
import type { Retries } from '../core/retry.ts';
import type { AttemptSlots } from './attempt-slots.ts';
import { ATTEMPT, NUMBERS, RETRYING } from './slot-fields.ts';

/** Further tries of the requests in slots: which origins each was tried at, and that it counts in the budget as long as it lasts. */
export class RequestRetries {
  readonly #slots: AttemptSlots;
  readonly #retries: Retries;

  constructor(slots: AttemptSlots, retries: Retries) {
    this.#slots = slots;
    this.#retries = retries;
  }

  /** Whether another try may follow the one that has failed. @param status of its answer; 0 for none */
  allows(slot: number, failure: FailureKind, status: number, method: string): boolean {
    const attempt = this.#slots.numbers[slot * NUMBERS + ATTEMPT] as number;
    const bytesSent = !isConnectFailure(failure);
    return this.#retries.allows({ attempt, failure, status, method, bytesSent, responseStarted: false });
  }

  /** There is another try. @param origin where the last one failed @returns ms until then */
  begin(slot: number, origin: string): number {
    const { numbers, tried } = this.#slots;
    const origins = tried.get(slot);
    if (origins) origins.add(origin);
    else tried.set(slot, new Set([origin]));
    numbers[slot * NUMBERS + RETRYING] = 1;
    this.#retries.retryStarted();
    return this.#retries.delay(numbers[slot * NUMBERS + ATTEMPT] as number);
  }

  /** The try that `begin` told of is over, or will not be. */
  end(slot: number): void {
    this.#slots.numbers[slot * NUMBERS + RETRYING] = 0;
    this.#retries.retryFinished();
  }
}
