import type { SharedLine } from './limiter.ts';
import { LOADS_BYTES, LoadMemory } from './load-memory.ts';
import { RetryBudget } from './retry.ts';
import type { SharedTurns } from './strategy.ts';
import { MOST_ORIGINS, TURNS_BYTES, turnsOf } from './turns-memory.ts';

export const MOST_THREADS = 64;

/** Who is in there: its number and 1, with AWAITED where somebody sleeps until it leaves. */
const LOCK = 0;
const REQUESTS = 1;
const UNDER_WAY = 2;
const RETRIES = 3;
const TOTAL = 4;
const TICKETS = 5;
const WAITING = 6;
/** For each thread: the number of the first of its requests that wait, and whether it has been woken. */
const FIRST = 7;
const WOKEN = FIRST + MOST_THREADS;
/** How often anybody has entered, by which one stay is told from the next. */
const ENTRIES = WOKEN + MOST_THREADS;
const IN_FLIGHT = ENTRIES + 1;
/** What each thread holds of these, so that it can be given back when it dies: its requests, retries, who waits, and for each origin. */
const OWN = IN_FLIGHT + MOST_ORIGINS;
const OWN_UNDER_WAY = 0;
const OWN_RETRIES = 1;
const OWN_WAITING = 2;
const OWN_IN_FLIGHT = 3;
const OWN_WORDS = OWN_IN_FLIGHT + MOST_ORIGINS;
const WORDS = OWN + MOST_THREADS * OWN_WORDS;
/** Where in the buffer the words begin, behind the numbers. */
export const WORDS_AT = TURNS_BYTES + LOADS_BYTES;

const FREE = 0;
/** A bit above those of a thread's number. */
const AWAITED = 2 * MOST_THREADS;
/** How often a thread looks again before it sleeps; a decision takes a few microseconds. */
const LOOKS = 200;
/** ms of one stay after which the lock is taken from its holder: that thread is stuck or dead, as nothing takes so long. */
const PATIENCE = 1000;

/**
 * What the balancers of several threads know together, in shared memory: how many attempts are in flight at each origin, how loaded it
 * says it is, whose turn it is, who waits, how many requests there were. Each thread has an object of its own over the same buffer.
 */
export class Commons implements SharedLine {
  readonly buffer: SharedArrayBuffer;
  readonly budget: RetryBudget;
  /** Only for who has entered. */
  readonly loads: LoadMemory;
  /** Of the thread that this object is for; 0: the one that leads. */
  readonly thread: number;
  readonly #words: Int32Array;
  readonly #requests: Uint32Array;
  readonly #numbers: Float64Array;
  /** Where this thread's own words begin. */
  readonly #own: number;
  readonly #patience: number;
  /** How often this thread has entered and not left. */
  #depth = 0;

  /**
   * @param buffer of another thread's; none: the first thread's, with nothing in it
   * @param patience ms after which one that stays in there loses its lock
   */
  constructor(thread = 0, buffer = new SharedArrayBuffer(WORDS_AT + WORDS * 4), patience = PATIENCE) {
    this.thread = thread;
    this.#patience = patience;
    this.buffer = buffer;
    this.#numbers = new Float64Array(buffer, 0, TURNS_BYTES / 8);
    this.loads = new LoadMemory(new Float64Array(buffer, TURNS_BYTES, LOADS_BYTES / 8));
    this.#words = new Int32Array(buffer, WORDS_AT, WORDS);
    this.#requests = new Uint32Array(buffer, WORDS_AT + REQUESTS * 4, 1);
    this.#own = OWN + thread * OWN_WORDS;
    this.budget = new SharedBudget(this.#words, this.#own);
  }

  /** A number for a request that no other has: 1, 2, …, over all threads. */
  nextRequest(): number {
    return Atomics.add(this.#requests, 0, 1) + 1;
  }

  /**
   * From here until it leaves as often as it entered, this is the only thread in here; unless it stays for longer than anybody has
   * patience: then another goes on, and what this one still does may be in vain.
   */
  enter(): void {
    if (this.#depth++ > 0) return;
    this.#lock();
    Atomics.add(this.#words, ENTRIES, 1);
  }

  leave(): void {
    if (--this.#depth === 0) this.#unlock(this.thread);
  }

  #lock(): void {
    const me = this.thread + 1;
    for (let look = 0; look < LOOKS; look++) {
      if (Atomics.compareExchange(this.#words, LOCK, FREE, me) === FREE) return;
    }
    while (!this.#lockLater(me | AWAITED));
  }

  /** Sleeps until the lock is free or has been held for too long (after Ulrich Drepper, "Futexes Are Tricky"). @returns whether it is ours */
  #lockLater(mine: number): boolean {
    const words = this.#words;
    const seen = Atomics.load(words, LOCK);
    // Others may sleep, too, so that whoever comes from here wakes the next.
    if (seen === FREE) return Atomics.compareExchange(words, LOCK, FREE, mine) === FREE;
    const awaited = seen | AWAITED;
    if (seen !== awaited && Atomics.compareExchange(words, LOCK, seen, awaited) !== seen) return false;
    const entries = Atomics.load(words, ENTRIES);
    if (Atomics.wait(words, LOCK, awaited, this.#patience) !== 'timed-out') return false;
    // The same thread may have left and come back meanwhile.
    if (Atomics.load(words, ENTRIES) !== entries) return false;
    return Atomics.compareExchange(words, LOCK, awaited, mine) === awaited;
  }

  /** Only a lock that is still the thread's own. */
  #unlock(thread: number): void {
    const held = thread + 1;
    const seen = Atomics.compareExchange(this.#words, LOCK, held, FREE);
    if (seen !== (held | AWAITED)) return;
    if (Atomics.compareExchange(this.#words, LOCK, seen, FREE) === seen) Atomics.notify(this.#words, LOCK, 1);
  }

  /** Whether an origin of that id has a place. */
  holds(id: number): boolean {
    return id < MOST_ORIGINS;
  }

  /** Attempts in flight at the origin of that id, of all threads. */
  inFlight(id: number): number {
    return Atomics.load(this.#words, IN_FLIGHT + id);
  }

  /** Attempts in flight at all origins, those that were removed included. */
  get allInFlight(): number {
    return Atomics.load(this.#words, TOTAL);
  }

  started(id: number): void {
    Atomics.add(this.#words, this.#own + OWN_IN_FLIGHT + id, 1);
    Atomics.add(this.#words, IN_FLIGHT + id, 1);
    Atomics.add(this.#words, TOTAL, 1);
  }

  ended(id: number): void {
    Atomics.sub(this.#words, this.#own + OWN_IN_FLIGHT + id, 1);
    Atomics.sub(this.#words, IN_FLIGHT + id, 1);
    Atomics.sub(this.#words, TOTAL, 1);
  }

  /** Gives back what a thread held that has died: nothing of it is in flight, waits or has the lock any more. */
  giveBack(thread: number): void {
    const words = this.#words;
    const own = OWN + thread * OWN_WORDS;
    const take = (word: number, all: number): number => {
      const held = Atomics.exchange(words, own + word, 0);
      if (held !== 0) Atomics.sub(words, all, held);
      return held;
    };
    this.#unlock(thread);
    for (let id = 0; id < MOST_ORIGINS; id++) {
      const held = take(OWN_IN_FLIGHT + id, IN_FLIGHT + id);
      if (held !== 0) Atomics.sub(words, TOTAL, held);
    }
    take(OWN_UNDER_WAY, UNDER_WAY);
    take(OWN_RETRIES, RETRIES);
    Atomics.store(words, FIRST + thread, 0);
    take(OWN_WAITING, WAITING);
    Atomics.store(words, WOKEN + thread, 0);
  }

  /** In the line of all threads. */
  get waiting(): number {
    return Atomics.load(this.#words, WAITING);
  }

  nextNumber(): number {
    return Atomics.add(this.#words, TICKETS, 1) + 1;
  }

  tell(first: number | undefined, waiting: number): void {
    Atomics.store(this.#words, FIRST + this.thread, first ?? 0);
    const more = waiting - Atomics.exchange(this.#words, this.#own + OWN_WAITING, waiting);
    if (more !== 0) Atomics.add(this.#words, WAITING, more);
  }

  /** The thread in which the first of all waits; undefined while nobody does. */
  get firstThread(): number | undefined {
    if (this.waiting === 0) return undefined;
    let found: number | undefined;
    let first = 0;
    for (let thread = 0; thread < MOST_THREADS; thread++) {
      const number = Atomics.load(this.#words, FIRST + thread);
      // Numbers begin anew after 2³¹; those who wait at the same time are never far apart.
      if (number === 0 || (found !== undefined && ((number - first) | 0) > 0)) continue;
      found = thread;
      first = number;
    }
    return found;
  }

  get isFirst(): boolean {
    return this.firstThread === this.thread;
  }

  /** @returns whether it is still to be told that it is to look again */
  wake(thread: number): boolean {
    return Atomics.exchange(this.#words, WOKEN + thread, 1) === 0;
  }

  /** This thread looks again. */
  awake(): void {
    Atomics.store(this.#words, WOKEN + this.thread, 0);
  }

  /**
   * The turns at one level; only for who has entered.
   * @param strategy the how many-th it is: another one begins with zeros
   * @param priority of the level; undefined: backups
   */
  turns(strategy: number, priority: number | undefined): SharedTurns {
    return turnsOf(this.#numbers, strategy, priority);
  }
}

/** One budget for all threads. */
class SharedBudget extends RetryBudget {
  readonly #words: Int32Array;
  readonly #own: number;

  constructor(words: Int32Array, own: number) {
    super();
    this.#words = words;
    this.#own = own;
  }

  override get requests(): number {
    return Atomics.load(this.#words, UNDER_WAY);
  }

  override get retries(): number {
    return Atomics.load(this.#words, RETRIES);
  }

  override requestStarted(): void {
    Atomics.add(this.#words, this.#own + OWN_UNDER_WAY, 1);
    Atomics.add(this.#words, UNDER_WAY, 1);
  }

  override requestFinished(): void {
    Atomics.sub(this.#words, this.#own + OWN_UNDER_WAY, 1);
    Atomics.sub(this.#words, UNDER_WAY, 1);
  }

  override retryStarted(): void {
    Atomics.add(this.#words, this.#own + OWN_RETRIES, 1);
    Atomics.add(this.#words, RETRIES, 1);
  }

  override retryFinished(): void {
    Atomics.sub(this.#words, this.#own + OWN_RETRIES, 1);
    Atomics.sub(this.#words, RETRIES, 1);
  }
}
