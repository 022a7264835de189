import { PATIENCE } from '../core/clients.ts';
import type { FailureKind } from '../core/failure.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { type AttemptSlots, AWAY, PAUSING, QUEUED } from './attempt-slots.ts';
import { EventHeap } from './event-heap.ts';

/** ms: what comes in the very last moment comes in time. */
const GRACE = 1e-6;

/**
 * One kind of deadline, the same number of ms for each slot. Few are ever reached, so nothing is noted when one begins: once per
 * that number of ms all slots are looked through for those whose time will be over before the next look. Whatever begins after a
 * look cannot be over before the next one.
 */
class Watch {
  readonly #slots: AttemptSlots;
  readonly #length: number;
  readonly #beginnings: 'arrivedAt' | 'begunAt';
  readonly #isWatched: (slot: number) => boolean;
  readonly #due = new EventHeap();
  #lookAt = 0;

  constructor(
    slots: AttemptSlots,
    length: number,
    beginnings: 'arrivedAt' | 'begunAt',
    isWatched: (slot: number) => boolean,
  ) {
    this.#slots = slots;
    this.#length = length + GRACE;
    this.#beginnings = beginnings;
    this.#isWatched = isWatched;
  }

  /** When (ms) `expired` may have something; Infinity if never. */
  get nextAt(): number {
    return Math.min(this.#lookAt, this.#due.nextAt);
  }

  /** A slot whose time is over now; -1 for none. */
  expired(now: number): number {
    if (now >= this.#lookAt) this.#look(now);
    while (this.#due.nextAt <= now) {
      const at = this.#due.nextAt;
      const slot = this.#due.take();
      // The slot may have ended since, and be in use for another.
      if (this.#isWatched(slot) && this.#endOf(slot) === at) return slot;
    }
    return -1;
  }

  /** A slot takes over what another one had begun. */
  watch(slot: number): void {
    const at = this.#endOf(slot);
    if (at < this.#lookAt) this.#due.add(at, slot);
  }

  #endOf(slot: number): number {
    return (this.#slots[this.#beginnings][slot] as number) + this.#length;
  }

  #look(now: number): void {
    this.#lookAt = now + this.#length;
    for (let slot = 0; slot < this.#slots.end; slot++) if (this.#isWatched(slot)) this.watch(slot);
  }
}

/** By when what has to be there: the first byte of each attempt's answer, and the end of each request. */
export class Deadlines {
  readonly #attempts: Watch;
  readonly #requests: Watch;
  readonly #requestFailure: FailureKind;

  constructor(slots: AttemptSlots, { timeouts, clients }: LabDefinition) {
    const patience = clients.timeout ?? PATIENCE;
    const total = timeouts.total === 'off' ? Number.POSITIVE_INFINITY : timeouts.total;
    const isRequest = (slot: number): boolean => slots.place[slot] !== AWAY && slots.abandoned[slot] === 0;
    const isAttempt = (slot: number): boolean =>
      isRequest(slot) && slots.place[slot] !== QUEUED && slots.place[slot] !== PAUSING;
    this.#attempts = new Watch(slots, timeouts.firstByte, 'begunAt', isAttempt);
    this.#requests = new Watch(slots, Math.min(patience, total), 'arrivedAt', isRequest);
    this.#requestFailure = patience < total ? 'client-gone' : 'total-timeout';
  }

  /** When (ms) `expired` may have something; Infinity if never. */
  get nextAt(): number {
    return Math.min(this.#attempts.nextAt, this.#requests.nextAt);
  }

  /** Whose time is over now, and what that is called; undefined for nobody's. */
  expired(now: number): { readonly slot: number; readonly failure: FailureKind } | undefined {
    const request = this.#requests.expired(now);
    if (request >= 0) return { slot: request, failure: this.#requestFailure };
    const attempt = this.#attempts.expired(now);
    return attempt >= 0 ? { slot: attempt, failure: 'first-byte-timeout' } : undefined;
  }

  /** The request has moved to this slot. */
  succeed(slot: number): void {
    this.#requests.watch(slot);
  }
}
