import { PATIENCE } from '../core/clients.ts';
import type { FailureKind } from '../core/failure.ts';
import type { TimeoutPolicy } from '../core/policies.ts';
import type { ClientsDefinition, LabDefinition } from '../protocol/lab.ts';
import { type AttemptSlots, AWAY, PAUSING, QUEUED } from './attempt-slots.ts';
import { EventHeap } from './event-heap.ts';
import { ABANDONED, ARRIVED_AT, BEGUN_AT, NUMBERS, PLACE, TIMES } from './slot-fields.ts';

/** ms: what comes in the very last moment comes in time. */
const GRACE = 1e-6;

/**
 * One kind of deadline, the same number of ms for each slot that began in a span. Few are ever reached, so nothing is noted when one
 * begins: once per that number of ms all slots are looked through for those whose time will be over before the next look. Whatever
 * begins after a look cannot be over before the next one.
 */
class Watch {
  readonly #slots: AttemptSlots;
  readonly #length: number;
  /** What of a slot is the beginning. */
  readonly #beginnings: number;
  readonly #isWatched: (slot: number) => boolean;
  readonly #due = new EventHeap();
  /** Only what began after `#from`, and by `#until`, has this deadline. */
  readonly #from: number;
  #until = Number.POSITIVE_INFINITY;
  #lookAt = 0;

  constructor(
    slots: AttemptSlots,
    length: number,
    beginnings: typeof ARRIVED_AT | typeof BEGUN_AT,
    from: number,
    isWatched: (slot: number) => boolean,
  ) {
    this.#slots = slots;
    this.#length = length + GRACE;
    this.#beginnings = beginnings;
    this.#from = from;
    this.#isWatched = isWatched;
  }

  /** When (ms) `expired` may have something; Infinity if never. */
  get nextAt(): number {
    return Math.min(this.#lookAt, this.#due.nextAt);
  }

  /** What begins after `now` has another deadline. */
  end(now: number): void {
    this.#until = now;
  }

  /** A slot whose time is over now; -1 for none. */
  expired(now: number): number {
    if (now >= this.#lookAt) this.#look(now);
    while (this.#due.nextAt <= now) {
      const at = this.#due.nextAt;
      const slot = this.#due.take();
      // The slot may have ended since, and be in use for another.
      if (this.#concerns(slot) && this.#endOf(slot) === at) return slot;
    }
    return -1;
  }

  /** A slot takes over what another one had begun. */
  watch(slot: number): void {
    const at = this.#endOf(slot);
    if (at < this.#lookAt && this.#concerns(slot)) this.#due.add(at, slot);
  }

  #endOf(slot: number): number {
    return (this.#slots.times[slot * TIMES + this.#beginnings] as number) + this.#length;
  }

  #concerns(slot: number): boolean {
    const begun = this.#slots.times[slot * TIMES + this.#beginnings] as number;
    return begun > this.#from && begun <= this.#until && this.#isWatched(slot);
  }

  #look(now: number): void {
    const next = now + this.#length;
    // Nothing that has this deadline begins any more, and it is over by then for all that has begun.
    this.#lookAt = next > this.#until + this.#length ? Number.POSITIVE_INFINITY : next;
    for (let slot = 0; slot < this.#slots.end; slot++) if (this.#isWatched(slot)) this.watch(slot);
  }
}

/** The deadlines of what began while nobody changed them. */
class Terms {
  readonly attempts: Watch;
  readonly requests: Watch;
  readonly requestFailure: FailureKind;

  constructor(slots: AttemptSlots, { firstByte, total }: TimeoutPolicy, clients: ClientsDefinition, from: number) {
    const patience = clients.timeout ?? PATIENCE;
    const whole = total === 'off' ? Number.POSITIVE_INFINITY : total;
    const isRequest = (slot: number): boolean =>
      slots.numbers[slot * NUMBERS + PLACE] !== AWAY && slots.numbers[slot * NUMBERS + ABANDONED] === 0;
    const isAttempt = (slot: number): boolean =>
      isRequest(slot) &&
      slots.numbers[slot * NUMBERS + PLACE] !== QUEUED &&
      slots.numbers[slot * NUMBERS + PLACE] !== PAUSING;
    this.attempts = new Watch(slots, firstByte, BEGUN_AT, from, isAttempt);
    this.requests = new Watch(slots, Math.min(patience, whole), ARRIVED_AT, from, isRequest);
    this.requestFailure = patience < whole ? 'client-gone' : 'total-timeout';
  }

  get nextAt(): number {
    return Math.min(this.attempts.nextAt, this.requests.nextAt);
  }

  expired(now: number): { readonly slot: number; readonly failure: FailureKind } | undefined {
    const request = this.requests.expired(now);
    if (request >= 0) return { slot: request, failure: this.requestFailure };
    const attempt = this.attempts.expired(now);
    return attempt >= 0 ? { slot: attempt, failure: 'first-byte-timeout' } : undefined;
  }
}

/** By when what has to be there: the first byte of each attempt's answer, and the end of each request. */
export class Deadlines {
  readonly #slots: AttemptSlots;
  #terms: Terms;
  /** Those of what began before the last changes. */
  #older: readonly Terms[] = [];

  constructor(slots: AttemptSlots, { timeouts, clients }: LabDefinition) {
    this.#slots = slots;
    this.#terms = new Terms(slots, timeouts, clients, Number.NEGATIVE_INFINITY);
  }

  /** When (ms) `expired` may have something; Infinity if never. */
  get nextAt(): number {
    return this.#older.reduce((at, terms) => Math.min(at, terms.nextAt), this.#terms.nextAt);
  }

  /** Whose time is over now, and what that is called; undefined for nobody's. */
  expired(now: number): { readonly slot: number; readonly failure: FailureKind } | undefined {
    for (const terms of this.#older) {
      const over = terms.expired(now);
      if (over) return over;
    }
    return this.#terms.expired(now);
  }

  /** The request has moved to this slot. */
  succeed(slot: number): void {
    for (const { requests } of this.#older) requests.watch(slot);
    this.#terms.requests.watch(slot);
  }

  /** Other deadlines for what begins after `now`. */
  set(timeouts: TimeoutPolicy, clients: ClientsDefinition, now: number): void {
    this.#terms.attempts.end(now);
    this.#terms.requests.end(now);
    this.#older = [...this.#older, this.#terms].filter(({ nextAt }) => nextAt < Number.POSITIVE_INFINITY);
    this.#terms = new Terms(this.#slots, timeouts, clients, now);
  }
}
