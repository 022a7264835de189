import { type FailureKind, isConnectFailure } from '../core/failure.ts';
import type { Retries } from '../core/retry.ts';
import { Tries } from '../core/tries.ts';
import type { AttemptSlots } from './attempt-slots.ts';
import { ATTEMPT, NUMBERS } from './slot-fields.ts';

/** Further tries of the requests in slots. */
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
    const all = this.#slots.tries;
    let tries = all.get(slot);
    if (tries === undefined) {
      tries = new Tries(this.#retries);
      all.set(slot, tries);
    }
    return tries.again(origin, this.#slots.numbers[slot * NUMBERS + ATTEMPT] as number);
  }
}
