import { byNumber } from './by-number.ts';
import { HeapEntries, IndexedHeap } from './indexed-heap.ts';
import type { Candidate } from './strategy.ts';

/** Origins in the order of a key that follows their load, as HAProxy's leastconn keeps them in a tree (lb_fwlc.c). */
export class KeyQueue {
  readonly #keyOf: (candidate: Candidate) => number;
  /** By their numbers. Of those with the same key, the one that has had it longest goes first. */
  readonly #entries = new HeapEntries();
  /** Those in the heap, by their numbers. */
  #waiting: (Candidate | undefined)[] = [];
  #heap = new IndexedHeap(this.#entries);
  #available: readonly Candidate[] = [];
  #changes = 0;

  constructor(keyOf: (candidate: Candidate) => number) {
    this.#keyOf = keyOf;
  }

  get first(): Candidate | undefined {
    return this.#heap.size === 0 ? undefined : this.#waiting[this.#heap.first];
  }

  /** Takes in who is available, newcomers behind those with the same key; costs nothing while it is the same array. */
  follow(available: readonly Candidate[]): void {
    if (available === this.#available) return;
    this.#available = available;
    const before = this.#waiting;
    this.#heap = new IndexedHeap(this.#entries);
    this.#waiting = byNumber(available, (candidate) => candidate);
    this.#entries.makeRoom(this.#waiting.length);
    for (const candidate of available) {
      const { id } = candidate;
      const key = this.#keyOf(candidate);
      if (before[id] !== candidate || this.#entries.keys[id] !== key) this.#put(id, key);
      this.#heap.add(id);
    }
  }

  /** To be told after each change of what the key is made of. */
  changed(candidate: Candidate): void {
    const { id } = candidate;
    if (id >= this.#waiting.length || this.#waiting[id] !== candidate) return;
    this.#put(id, this.#keyOf(candidate));
    this.#heap.moved(id);
  }

  #put(entry: number, key: number): void {
    this.#entries.keys[entry] = key;
    this.#entries.ties[entry] = this.#changes++;
  }
}
