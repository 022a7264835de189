import type { Tries } from '../core/tries.ts';
import {
  ABANDONED,
  ATTEMPT,
  BEGUN_AT,
  CLIENT,
  ENDS_AT,
  NUMBERS,
  ORIGIN,
  OUTCOME,
  PAGE,
  PATH,
  PLACE,
  TIMES,
  USER,
} from './slot-fields.ts';

/** Where an attempt is: at no origin. */
export const AWAY = 0;
/** On its way to the origin. */
export const COMING = 1;
/** At an origin that is frozen and reads it only when it thaws. */
export const HELD = 2;
/** In the origin's queue. */
export const WAITING = 3;
/** A worker is at it. */
export const SERVING = 4;
/** Its service is over, but the origin is frozen and cannot say so. */
export const OVERDUE = 5;
/** The answer is on its way back. */
const RETURNING = 6;
/** At an origin that hangs: it will never answer this one. */
export const IGNORED = 7;
/** At no origin: it waits at the balancer until one has room. */
export const QUEUED = 8;
/** At no origin: it waits at the balancer before it is tried again. */
export const PAUSING = 9;

const FIRST_CAPACITY = 1024;

/**
 * All attempts there are at one moment: an attempt is the number of its slot, and a slot that is given back is used again, so the
 * memory is that of the most there ever were at once. Times in ms.
 *
 * Each has a record (`slot-fields.ts`) in one block of memory, at which two arrays look. What belongs together lies together, and
 * nothing has to be looked up for each part of it; functions to read and write would take the place of others when engines put the
 * bodies of functions where they are called, and made runs an eighth slower.
 */
export class AttemptSlots {
  times = new Float64Array(FIRST_CAPACITY * TIMES);
  numbers = new Int32Array(this.times.buffer);
  /** Of the requests that were tried again. */
  readonly tries = new Map<number, Tries>();
  #free = new Int32Array(FIRST_CAPACITY);
  #freed = 0;
  #used = 0;

  /** Slots in use. */
  get size(): number {
    return this.#used - this.#freed;
  }

  /** Every slot that was ever used is below this. */
  get end(): number {
    return this.#used;
  }

  /** A slot for a request, of nobody in particular yet; times, and whether it counts, are for whoever sets them. */
  begin(path: number): number {
    const slot = this.#take();
    const { numbers } = this;
    const record = slot * NUMBERS;
    numbers[record + CLIENT] = -1;
    numbers[record + USER] = -1;
    numbers[record + PAGE] = -1;
    numbers[record + PATH] = path;
    numbers[record + ATTEMPT] = 0;
    numbers[record + ABANDONED] = 0;
    return slot;
  }

  /** It is a call of this page, for this client. */
  callOf(slot: number, page: number, client: number): void {
    this.numbers[slot * NUMBERS + PAGE] = page;
    this.numbers[slot * NUMBERS + CLIENT] = client;
  }

  release(slot: number): void {
    this.numbers[slot * NUMBERS + PLACE] = AWAY;
    if (this.tries.size > 0) this.tries.delete(slot);
    this.#free[this.#freed++] = slot;
  }

  /** A slot for the request of another one, which from now on is the origin's alone. */
  succeed(slot: number): number {
    const next = this.#take();
    this.times.copyWithin(next * TIMES, slot * TIMES, (slot + 1) * TIMES);
    this.numbers[next * NUMBERS + PLACE] = AWAY;
    this.numbers[next * NUMBERS + ABANDONED] = 0;
    const tries = this.tries.get(slot);
    if (tries) {
      this.tries.delete(slot);
      this.tries.set(next, tries);
    }
    this.numbers[slot * NUMBERS + ABANDONED] = 1;
    return next;
  }

  /** It waits before it is tried again. @returns until when (ms), as it was given */
  pause(slot: number, until: number): number {
    this.numbers[slot * NUMBERS + PLACE] = PAUSING;
    this.times[slot * TIMES + ENDS_AT] = until;
    return until;
  }

  /** Its answer is on its way back. @param outcome see `Ending` */
  sendBack(slot: number, outcome: number): void {
    this.numbers[slot * NUMBERS + PLACE] = RETURNING;
    this.numbers[slot * NUMBERS + OUTCOME] = outcome;
  }

  /** The attempts of an origin that are in one of these places, those first that began first. */
  at(origin: number, places: readonly number[]): number[] {
    const { numbers, times } = this;
    const found: number[] = [];
    for (let slot = 0; slot < this.#used; slot++) {
      if (numbers[slot * NUMBERS + ORIGIN] !== origin) continue;
      if (places.includes(numbers[slot * NUMBERS + PLACE] as number)) found.push(slot);
    }
    const begunAt = (slot: number): number => times[slot * TIMES + BEGUN_AT] as number;
    return found.sort((a, b) => begunAt(a) - begunAt(b) || a - b);
  }

  /** Takes the one of these out that ends first; there has to be one. */
  takeSoonest(slots: number[]): number {
    const endsAt = (index: number): number => this.times[(slots[index] as number) * TIMES + ENDS_AT] as number;
    let best = 0;
    for (let index = 1; index < slots.length; index++) if (endsAt(index) < endsAt(best)) best = index;
    return slots.splice(best, 1)[0] as number;
  }

  #take(): number {
    if (this.#freed > 0) return this.#free[--this.#freed] as number;
    if (this.#used === this.#free.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const capacity = this.#free.length * 2;
    const times = new Float64Array(capacity * TIMES);
    times.set(this.times);
    this.times = times;
    this.numbers = new Int32Array(times.buffer);
    const free = new Int32Array(capacity);
    free.set(this.#free);
    this.#free = free;
  }
}
