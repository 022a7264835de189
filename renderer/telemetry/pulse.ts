/** Listeners told in one task: what they render has to leave room for a frame. */
const AT_ONCE = 4;

/**
 * A version number that moves at most once per `interval`, for `useSyncExternalStore`: data arrives up to 30 times a second,
 * people read a few times a second. Its listeners are told a few at a time, each group in a task of its own: all cards of a
 * lab rendered in one task would hold up the dots.
 */
export class Pulse {
  #interval: number;
  #version = 0;
  #last = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listeners = new Set<() => void>();

  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Something changed; listeners hear of it now, or when the interval is over. */
  touch(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#last + this.#interval - performance.now();
    if (wait <= 0) this.#beat();
    else this.#timer = setTimeout(() => this.#beat(), wait);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  #beat(): void {
    this.#timer = undefined;
    this.#last = performance.now();
    this.#version++;
    this.#tell([...this.#listeners]);
  }

  #tell(listeners: readonly (() => void)[]): void {
    // One may have gone while it waited for its turn.
    for (const listener of listeners.slice(0, AT_ONCE)) if (this.#listeners.has(listener)) listener();
    if (listeners.length > AT_ONCE) setTimeout(() => this.#tell(listeners.slice(AT_ONCE)));
  }
}
