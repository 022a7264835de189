/**
 * Counts turns of the event loop, while anybody wants to know: data and the end that a client sends in one breath are read in
 * the same turn or in the next, whatever the clock says.
 */
export class Turns {
  #count = 0;
  #until = 0;
  #ticking = false;
  readonly #tick = (): void => {
    this.#count++;
    if (this.#count < this.#until) setImmediate(this.#tick);
    else this.#ticking = false;
  };

  /** This turn. */
  mark(): number {
    this.#until = this.#count + 2;
    if (!this.#ticking) {
      this.#ticking = true;
      setImmediate(this.#tick);
    }
    return this.#count;
  }

  /** Whether `turn` was this one or the one before. */
  isRecent(turn: number): boolean {
    return this.#count - turn <= 1;
  }
}
