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
export const RETURNING = 6;
/** At an origin that hangs: it will never answer this one. */
export const IGNORED = 7;
/** At no origin: it waits at the balancer until one has room. */
export const QUEUED = 8;
/** At no origin: it waits at the balancer before it is tried again. */
export const PAUSING = 9;

const FIRST_CAPACITY = 1024;

/**
 * All attempts there are at one moment, as columns: an attempt is the number of its slot, and a slot that is given back is used
 * again, so the memory is that of the most there ever were at once. Times in ms.
 */
export class AttemptSlots {
  /** When the request arrived at the balancer. */
  arrivedAt: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** When this attempt began. */
  begunAt: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** When its service ends, or its pause. */
  endsAt: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** Its place in the origin's queue, see `ServiceQueue`. */
  ticket: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** Index of the origin. */
  origin: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** Index of the client; -1: nobody has asked yet. */
  client: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** Number of the closed loop's user; -1 for none. */
  user: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** Number of the page it is a call of; -1 for none. */
  page: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** Index of the path it asks for. */
  path: Uint16Array = new Uint16Array(FIRST_CAPACITY);
  /** One of the constants above. */
  place: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** Tries of the request so far, this one included. */
  attempt: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** 1: its request arrived after the warm-up. */
  counts: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** 1: it counts as a retry in the balancer's budget. */
  retrying: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** 1: whoever sent it has given up on it and only the origin still knows it. */
  abandoned: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** What the answer will be when it is back: see `Ending`. */
  outcome: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** Origins the request was tried at; only for those that were tried again. */
  readonly tried = new Map<number, Set<string>>();
  #free: Int32Array = new Int32Array(FIRST_CAPACITY);
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

  take(): number {
    if (this.#freed > 0) return this.#free[--this.#freed] as number;
    if (this.#used === this.arrivedAt.length) this.#grow();
    return this.#used++;
  }

  release(slot: number): void {
    this.place[slot] = AWAY;
    if (this.tried.size > 0) this.tried.delete(slot);
    this.#free[this.#freed++] = slot;
  }

  /** A slot for the request of another one, which from now on is the origin's alone. */
  succeed(slot: number): number {
    const next = this.take();
    this.arrivedAt[next] = this.arrivedAt[slot] as number;
    this.begunAt[next] = this.begunAt[slot] as number;
    this.origin[next] = this.origin[slot] as number;
    this.client[next] = this.client[slot] as number;
    this.user[next] = this.user[slot] as number;
    this.page[next] = this.page[slot] as number;
    this.path[next] = this.path[slot] as number;
    this.attempt[next] = this.attempt[slot] as number;
    this.counts[next] = this.counts[slot] as number;
    this.retrying[next] = this.retrying[slot] as number;
    this.abandoned[next] = 0;
    this.place[next] = AWAY;
    const tried = this.tried.get(slot);
    if (tried) {
      this.tried.delete(slot);
      this.tried.set(next, tried);
    }
    this.abandoned[slot] = 1;
    return next;
  }

  #grow(): void {
    const capacity = this.arrivedAt.length * 2;
    const times = (from: Float64Array): Float64Array => {
      const into = new Float64Array(capacity);
      into.set(from);
      return into;
    };
    const numbers = (from: Int32Array): Int32Array => {
      const into = new Int32Array(capacity);
      into.set(from);
      return into;
    };
    const bytes = (from: Uint8Array): Uint8Array => {
      const into = new Uint8Array(capacity);
      into.set(from);
      return into;
    };
    this.arrivedAt = times(this.arrivedAt);
    this.begunAt = times(this.begunAt);
    this.endsAt = times(this.endsAt);
    this.ticket = times(this.ticket);
    this.origin = numbers(this.origin);
    this.client = numbers(this.client);
    this.user = numbers(this.user);
    this.page = numbers(this.page);
    const paths = new Uint16Array(capacity);
    paths.set(this.path);
    this.path = paths;
    this.place = bytes(this.place);
    this.attempt = bytes(this.attempt);
    this.counts = bytes(this.counts);
    this.retrying = bytes(this.retrying);
    this.abandoned = bytes(this.abandoned);
    this.outcome = bytes(this.outcome);
    this.#free = numbers(this.#free);
  }
}
