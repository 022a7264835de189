/** Listeners told in one task at most: what they render has to leave room for a frame. */
const AT_ONCE = 4;
/** ms by the clock that telling a few may take; after more than this fewer are told at once, after less than half of it more. */
const SHORT = 10;
/** Of the time, listeners take one part in this many at most: a page that waits for a processor moves on less often. */
const REST = 4;
/** ms between two beats at most, whatever it took: the machine may have slept in between. */
const SLOWEST = 2000;

/**
 * A version number that moves at most once per `interval`, for `useSyncExternalStore`: data arrives up to 30 times a second,
 * people read a few times a second. Its listeners are told a few at a time, each group in a task of its own: all cards of a
 * lab rendered in one task would hold up the page. Where the machine has more to do than it can, what they render takes longer
 * by the clock; then the groups get smaller, the pulse slower, and input and motion still have their turn.
 */
export class Pulse {
  #interval: number;
  #version = 0;
  #last = Number.NEGATIVE_INFINITY;
  /** Runs until the next beat, or until the next group of this one is told. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #touched = false;
  #listeners = new Set<() => void>();
  #atOnce = AT_ONCE;
  /** ms by the clock that the last beat's listeners took, what they rendered included. */
  #took = 0;

  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Something changed; listeners hear of it now, or when the interval is over. */
  touch(): void {
    this.#touched = true;
    if (this.#timer === undefined) this.#goOn();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  #goOn(): void {
    if (!this.#touched) return;
    const apart = Math.max(this.#interval, Math.min(SLOWEST, this.#took * REST));
    const wait = this.#last + apart - performance.now();
    if (wait <= 0) this.#beat();
    else this.#timer = setTimeout(() => this.#beat(), wait);
  }

  #beat(): void {
    this.#timer = undefined;
    this.#touched = false;
    this.#last = performance.now();
    this.#took = 0;
    this.#version++;
    this.#tell([...this.#listeners]);
  }

  #tell(listeners: readonly (() => void)[]): void {
    const from = performance.now();
    const now = listeners.slice(0, this.#atOnce);
    const later = listeners.slice(this.#atOnce);
    this.#timer = later.length > 0 ? setTimeout(() => this.#tell(later)) : undefined;
    // One may have gone while it waited for its turn.
    for (const listener of now) if (this.#listeners.has(listener)) listener();
    // React renders what they ask for in a microtask, which is due before this one.
    queueMicrotask(() => {
      this.#learn(performance.now() - from);
      if (this.#timer === undefined) this.#goOn();
    });
  }

  #learn(took: number): void {
    this.#took += took;
    if (took > SHORT) this.#atOnce = Math.max(1, this.#atOnce >> 1);
    else if (took < SHORT / 2) this.#atOnce = Math.min(AT_ONCE, this.#atOnce + 1);
  }
}
