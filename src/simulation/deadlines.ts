import { PATIENCE } from '../core/clients.ts';
import type { FailureKind } from '../core/failure.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import type { AttemptSlots } from './attempt-slots.ts';
import { SlotList } from './slot-list.ts';

/** By when what has to be there: the first byte of each attempt's answer, and the end of each request. */
export class Deadlines {
  readonly #slots: AttemptSlots;
  readonly #firstByte: number;
  /** ms that a whole request may take, and whose patience that is. */
  readonly #whole: number;
  readonly #wholeFailure: FailureKind;
  /** Attempts that have begun, and requests that have arrived, the oldest first. */
  readonly #attempts = new SlotList();
  readonly #requests = new SlotList();

  constructor(slots: AttemptSlots, { timeouts, clients }: LabDefinition) {
    this.#slots = slots;
    this.#firstByte = timeouts.firstByte;
    const patience = clients.timeout ?? PATIENCE;
    const total = timeouts.total === 'off' ? Number.POSITIVE_INFINITY : timeouts.total;
    this.#whole = Math.min(patience, total);
    this.#wholeFailure = patience < total ? 'client-gone' : 'total-timeout';
  }

  /** When (ms) the next one is over; Infinity where none is. */
  get nextAt(): number {
    return Math.min(this.#attemptAt, this.#requestAt);
  }

  /** Whose time is over next, and what that is called. */
  get next(): { readonly slot: number; readonly failure: FailureKind } {
    return this.#requestAt <= this.#attemptAt
      ? { slot: this.#requests.first, failure: this.#wholeFailure }
      : { slot: this.#attempts.first, failure: 'first-byte-timeout' };
  }

  arrived(slot: number): void {
    this.#requests.add(slot);
  }

  attemptBegan(slot: number): void {
    this.#attempts.add(slot);
  }

  attemptEnded(slot: number): void {
    this.#attempts.remove(slot);
  }

  ended(slot: number): void {
    this.#requests.remove(slot);
  }

  /** The request moves to another slot. */
  succeed(slot: number, next: number): void {
    this.#requests.replace(slot, next);
  }

  get #attemptAt(): number {
    const { first } = this.#attempts;
    return first < 0 ? Number.POSITIVE_INFINITY : (this.#slots.begunAt[first] as number) + this.#firstByte;
  }

  get #requestAt(): number {
    const { first } = this.#requests;
    return first < 0 ? Number.POSITIVE_INFINITY : (this.#slots.arrivedAt[first] as number) + this.#whole;
  }
}
