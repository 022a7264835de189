/** Something that a heap keeps in order, with its place in it, so that it can be taken out from the middle. */
export interface HeapEntry {
  /** Kept by the heap. */
  place: number;
}

/** A binary heap from which any entry can be taken, not only the first. */
export class IndexedHeap<Entry extends HeapEntry> {
  /** In the heap's order: the first is at 0, the others follow no order that means anything. */
  readonly entries: Entry[] = [];
  readonly #isBefore: (one: Entry, other: Entry) => boolean;

  constructor(isBefore: (one: Entry, other: Entry) => boolean) {
    this.#isBefore = isBefore;
  }

  get first(): Entry | undefined {
    return this.entries[0];
  }

  add(entry: Entry): void {
    entry.place = this.entries.length;
    this.entries.push(entry);
    this.#rise(entry);
  }

  /** Takes out an entry that is in it. */
  remove(entry: Entry): void {
    const last = this.entries.pop();
    if (last === undefined || last === entry) return;
    last.place = entry.place;
    this.entries[last.place] = last;
    this.moved(last);
  }

  /** Finds the place of an entry that compares otherwise now. */
  moved(entry: Entry): void {
    this.#rise(entry);
    this.#sink(entry);
  }

  #rise(entry: Entry): void {
    for (;;) {
      const parent = this.entries[(entry.place - 1) >> 1];
      if (parent === undefined || !this.#isBefore(entry, parent)) return;
      this.#swap(entry, parent);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const left = this.entries[2 * entry.place + 1];
      const right = this.entries[2 * entry.place + 2];
      const child = right && left && this.#isBefore(right, left) ? right : left;
      if (child === undefined || !this.#isBefore(child, entry)) return;
      this.#swap(child, entry);
    }
  }

  #swap(one: Entry, other: Entry): void {
    const { place } = one;
    one.place = other.place;
    other.place = place;
    this.entries[one.place] = one;
    this.entries[other.place] = other;
  }
}
