/**
 * What heaps compare of their entries, which are small whole numbers (origins' numbers): columns rather than objects, as many fit
 * into a processor's cache. Several heaps may share them as long as an entry is in one of them at most.
 */
export class HeapEntries {
  /** By entry: the smallest comes first. */
  keys = new Float64Array(0);
  /** By entry: which of those of the same key comes first. */
  ties = new Float64Array(0);
  /** By entry: kept by the heap that it is in. */
  places = new Int32Array(0);

  /** Entries are below `count` from now on. */
  makeRoom(count: number): void {
    if (count <= this.keys.length) return;
    this.keys = grown(this.keys, new Float64Array(count));
    this.ties = grown(this.ties, new Float64Array(count));
    this.places = grown(this.places, new Int32Array(count));
  }
}

/** Entries that a heap has room for at first; it grows by doubling. */
const FIRST_CAPACITY = 16;

/** A binary heap from which any entry can be taken, not only the first: the places of all are known. */
export class IndexedHeap {
  readonly #of: HeapEntries;
  /** The first `#size` are the heap. */
  #entries = new Int32Array(FIRST_CAPACITY);
  #size = 0;

  constructor(of: HeapEntries) {
    this.#of = of;
  }

  get size(): number {
    return this.#size;
  }

  /** There has to be one. */
  get first(): number {
    return this.#entries[0] as number;
  }

  /** The one at a place below `size`. But for the first they follow no order that means anything. */
  at(place: number): number {
    return this.#entries[place] as number;
  }

  add(entry: number): void {
    if (this.#size === this.#entries.length) this.#entries = grown(this.#entries, new Int32Array(this.#size * 2));
    this.#rise(entry, this.#size++);
  }

  /** Takes out an entry that is in it. */
  remove(entry: number): void {
    const last = this.#entries[--this.#size] as number;
    if (last !== entry) this.#settle(last, this.#of.places[entry] as number);
  }

  /** Finds the place of an entry that compares otherwise now. */
  moved(entry: number): void {
    this.#settle(entry, this.#of.places[entry] as number);
  }

  #settle(entry: number, place: number): void {
    if (this.#rise(entry, place) === place) this.#sink(entry, place);
  }

  // Both carry a hole instead of swapping, and never read beside the array: this is the inner loop of some strategies.

  /** @returns the place that it has come to */
  #rise(entry: number, from: number): number {
    const entries = this.#entries;
    const { keys, ties, places } = this.#of;
    const key = keys[entry] as number;
    let hole = from;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = entries[above] as number;
      const keyOfParent = keys[parent] as number;
      if (key > keyOfParent || (key === keyOfParent && (ties[entry] as number) >= (ties[parent] as number))) break;
      entries[hole] = parent;
      places[parent] = hole;
      hole = above;
    }
    entries[hole] = entry;
    places[entry] = hole;
    return hole;
  }

  #sink(entry: number, from: number): void {
    const entries = this.#entries;
    const { keys, ties, places } = this.#of;
    const size = this.#size;
    const key = keys[entry] as number;
    let hole = from;
    for (let below = 2 * hole + 1; below < size; below = 2 * hole + 1) {
      let child = entries[below] as number;
      let keyOfChild = keys[child] as number;
      if (below + 1 < size) {
        const right = entries[below + 1] as number;
        const keyOfRight = keys[right] as number;
        if (
          keyOfRight < keyOfChild ||
          (keyOfRight === keyOfChild && (ties[right] as number) < (ties[child] as number))
        ) {
          child = right;
          keyOfChild = keyOfRight;
          below++;
        }
      }
      if (key < keyOfChild || (key === keyOfChild && (ties[entry] as number) <= (ties[child] as number))) break;
      entries[hole] = child;
      places[child] = hole;
      hole = below;
    }
    entries[hole] = entry;
    places[entry] = hole;
  }
}

function grown<Numbers extends Float64Array | Int32Array>(from: Numbers, into: Numbers): Numbers {
  into.set(from);
  return into;
}
