/** ms without a sign of work, after which the page is calm. */
const QUIET = 5000;
/** ms after which it is taken as it is: what a busy machine does all the time belongs to what is measured. */
const PATIENCE = 30_000;

/**
 * Whether the page has got over its own start: its code is there and nothing blocks it any more. On a weak machine that takes
 * processor time from the lab, which is no property of the lab. Times in ms on one clock.
 */
export class Calm {
  readonly #from: number;
  #lastAt: number;

  constructor(now: number) {
    this.#from = now;
    this.#lastAt = now;
  }

  /** The page was at work until `at`. */
  disturbed(at: number): void {
    this.#lastAt = Math.max(this.#lastAt, at);
  }

  /** From when on it has been calm; undefined while it is not. */
  since(now: number): number | undefined {
    if (now - this.#lastAt >= QUIET) return this.#lastAt;
    return now - this.#from >= PATIENCE ? this.#from + PATIENCE : undefined;
  }
}

/** Tells `calm` of each long task and each file fetched, on the page's clock (`performance.now()`). Returns what ends it. */
export function watchWork(calm: Calm): () => void {
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) calm.disturbed(startTime + duration);
  });
  for (const type of ['longtask', 'resource']) {
    // A browser that does not tell of one kind tells of the others.
    if (PerformanceObserver.supportedEntryTypes.includes(type)) observer.observe({ type });
  }
  return () => observer.disconnect();
}
