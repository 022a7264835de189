import { performance } from 'node:perf_hooks';
import { now } from '../clock.ts';

/** How late (ms) a deadline may be noticed. */
const SWEEP_MS = 25;
/** A look that comes so much later (ms) than it should says that this thread, or all of its process, was stopped meanwhile. */
const STOPPED_MS = 250;

export interface Timed {
  /** ms on the engine's clock; Infinity for none. */
  deadline: number;
  /** The deadline has passed; it was set to Infinity. */
  expired(): void;
  /** Whether it gets older also while this thread is stopped; none: what came meanwhile is not read yet, so that it is not late for that time. */
  readonly ages?: boolean;
}

/**
 * Timeouts of many connections by one timer: setting a deadline is an assignment, where a timer of its own for each attempt
 * took 7 % of the throughput.
 */
export class Deadlines {
  readonly #timed = new Set<Timed>();
  #timer: NodeJS.Timeout | undefined;
  /** By the machine's clock, ms. */
  #lookedAt = 0;

  add(timed: Timed): void {
    this.#timed.add(timed);
    if (this.#timer !== undefined) return;
    this.#lookedAt = performance.now();
    this.#timer = setInterval(() => this.#look(), SWEEP_MS);
  }

  remove(timed: Timed): void {
    this.#timed.delete(timed);
    if (this.#timed.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const looked = performance.now();
    const late = looked - this.#lookedAt - SWEEP_MS;
    this.#lookedAt = looked;
    if (late < STOPPED_MS) this.#sweep();
    else for (const timed of this.#timed) if (!timed.ages) timed.deadline += late;
  }

  #sweep(): void {
    const at = now();
    for (const timed of this.#timed) {
      if (timed.deadline > at) continue;
      timed.deadline = Number.POSITIVE_INFINITY;
      timed.expired();
    }
  }
}
