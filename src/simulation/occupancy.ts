import type { VirtualClock } from './virtual-clock.ts';

/** Requests in the system, and that number added up over time. */
export class Occupancy {
  now = 0;
  readonly #clock: VirtualClock;
  #area = 0;
  #countedTo = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Requests × ms until now: divided by the time, their mean number. */
  get area(): number {
    this.change(0);
    return this.#area;
  }

  /** So many requests more are in the system from now on. */
  change(more: number): void {
    this.#area += this.now * (this.#clock.now - this.#countedTo);
    this.#countedTo = this.#clock.now;
    this.now += more;
  }
}
