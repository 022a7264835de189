/** Requests in the system, and that number added up over time. */
export class Occupancy {
  now = 0;
  #area = 0;
  #countedTo = 0;

  /** Requests × ms until `now` (ms): divided by the time, their mean number. */
  areaAt(now: number): number {
    this.change(0, now);
    return this.#area;
  }

  /** So many requests more are in the system from `now` (ms) on. */
  change(more: number, now: number): void {
    this.#area += this.now * (now - this.#countedTo);
    this.#countedTo = now;
    this.now += more;
  }
}
