/** Pages under way, as columns: an arrival that makes several calls at once and is done when the last of them is. */
export class Pages {
  #arrivedAt = new Float64Array(64);
  #open = new Int32Array(64);
  #sender = new Int32Array(64);
  #failed = new Uint8Array(64);
  readonly #free: number[] = [];
  #used = 0;

  /** @param sender number of the closed loop's user; -1 for none @returns its number */
  begin(arrivedAt: number, calls: number, sender: number): number {
    const page = this.#free.pop() ?? this.#used++;
    if (page === this.#arrivedAt.length) this.#grow();
    this.#arrivedAt[page] = arrivedAt;
    this.#open[page] = calls;
    this.#sender[page] = sender;
    this.#failed[page] = 0;
    return page;
  }

  /** @returns the page when this was the last of its calls */
  callEnded(page: number, failed: boolean): { arrivedAt: number; sender: number; failed: boolean } | undefined {
    if (failed) this.#failed[page] = 1;
    const open = (this.#open[page] as number) - 1;
    this.#open[page] = open;
    if (open > 0) return undefined;
    this.#free.push(page);
    return {
      arrivedAt: this.#arrivedAt[page] as number,
      sender: this.#sender[page] as number,
      failed: this.#failed[page] === 1,
    };
  }

  #grow(): void {
    const capacity = this.#arrivedAt.length * 2;
    const [arrivedAt, open, sender, failed] = [this.#arrivedAt, this.#open, this.#sender, this.#failed];
    this.#arrivedAt = new Float64Array(capacity);
    this.#arrivedAt.set(arrivedAt);
    this.#open = new Int32Array(capacity);
    this.#open.set(open);
    this.#sender = new Int32Array(capacity);
    this.#sender.set(sender);
    this.#failed = new Uint8Array(capacity);
    this.#failed.set(failed);
  }
}
