/** Something that a heap keeps in order: by its key, the smallest first, those of the same key by `tie`. */
export interface HeapEntry {
  key: number;
  tie: number;
  /** Kept by the heap. */
  place: number;
}

/** A binary heap from which any entry can be taken, not only the first: each knows its place. */
export class IndexedHeap<Entry extends HeapEntry> {
  /** The first `#size` are the heap. Never made shorter: a small heap that fills and empties would be allocated anew all the time. */
  readonly #entries: (Entry | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): Entry | undefined {
    return this.#size === 0 ? undefined : this.#entries[0];
  }

  /** The one at a place below `size`. But for the first they follow no order that means anything. */
  at(place: number): Entry | undefined {
    return this.#entries[place];
  }

  add(entry: Entry): void {
    entry.place = this.#size;
    this.#entries[this.#size++] = entry;
    this.#rise(entry);
  }

  /** Takes out an entry that is in it. */
  remove(entry: Entry): void {
    const last = this.#entries[--this.#size] as Entry;
    this.#entries[this.#size] = undefined;
    if (last === entry) return;
    last.place = entry.place;
    this.moved(last);
  }

  /** Finds the place of an entry that compares otherwise now. */
  moved(entry: Entry): void {
    const { place } = entry;
    this.#rise(entry);
    if (entry.place === place) this.#sink(entry);
  }

  // Both carry a hole instead of swapping, and never read beside the array: this is the inner loop of some strategies.

  #rise(entry: Entry): void {
    const entries = this.#entries;
    let hole = entry.place;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = entries[above] as Entry;
      if (!isBefore(entry, parent)) break;
      entries[hole] = parent;
      parent.place = hole;
      hole = above;
    }
    entries[hole] = entry;
    entry.place = hole;
  }

  #sink(entry: Entry): void {
    const entries = this.#entries;
    const size = this.#size;
    let hole = entry.place;
    for (let below = 2 * hole + 1; below < size; below = 2 * hole + 1) {
      let child = entries[below] as Entry;
      const right = below + 1 < size ? (entries[below + 1] as Entry) : child;
      if (right !== child && isBefore(right, child)) {
        child = right;
        below++;
      }
      if (!isBefore(child, entry)) break;
      entries[hole] = child;
      child.place = hole;
      hole = below;
    }
    entries[hole] = entry;
    entry.place = hole;
  }
}

/** Numbers, not a function that each heap brings along: it would be called for every comparison. */
function isBefore(one: HeapEntry, other: HeapEntry): boolean {
  return one.key < other.key || (one.key === other.key && one.tie < other.tie);
}
