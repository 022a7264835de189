const NONE = -1;
/** In place of a neighbour: not in the list. */
const OUT = -2;

/**
 * Slots in the order in which they were added, each taken out from anywhere at once. Where all wait equally long, the first of the
 * list is the next whose time is up: a deadline for each attempt then costs a few array accesses instead of an event.
 */
export class SlotList {
  #before: Int32Array = new Int32Array(0);
  #behind: Int32Array = new Int32Array(0);
  #first = NONE;
  #last = NONE;

  /** -1 when the list is empty. */
  get first(): number {
    return this.#first;
  }

  add(slot: number): void {
    if (slot >= this.#before.length) this.#grow(slot);
    this.#before[slot] = this.#last;
    this.#behind[slot] = NONE;
    if (this.#last === NONE) this.#first = slot;
    else this.#behind[this.#last] = slot;
    this.#last = slot;
  }

  /** Nothing happens when it is not in the list. */
  remove(slot: number): void {
    const before = this.#before[slot];
    if (before === undefined || before === OUT) return;
    const behind = this.#behind[slot] as number;
    if (before === NONE) this.#first = behind;
    else this.#behind[before] = behind;
    if (behind === NONE) this.#last = before;
    else this.#before[behind] = before;
    this.#before[slot] = OUT;
  }

  /** Another slot takes the place of one in the list. */
  replace(slot: number, by: number): void {
    const before = this.#before[slot];
    if (before === undefined || before === OUT) return;
    if (by >= this.#before.length) this.#grow(by);
    const behind = this.#behind[slot] as number;
    this.#before[by] = before;
    this.#behind[by] = behind;
    if (before === NONE) this.#first = by;
    else this.#behind[before] = by;
    if (behind === NONE) this.#last = by;
    else this.#before[behind] = by;
    this.#before[slot] = OUT;
  }

  #grow(slot: number): void {
    const capacity = Math.max(1024, 2 ** Math.ceil(Math.log2(slot + 1)));
    const before = new Int32Array(capacity).fill(OUT);
    before.set(this.#before);
    const behind = new Int32Array(capacity);
    behind.set(this.#behind);
    this.#before = before;
    this.#behind = behind;
  }
}
