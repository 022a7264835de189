import { type HeapEntry, IndexedHeap } from './indexed-heap.ts';
import type { Candidate } from './strategy.ts';

/** Of those with the same key, the one that has had it longest goes first. */
interface Waiting extends HeapEntry {
  readonly candidate: Candidate;
}

/** Origins in the order of a key that follows their load, as HAProxy's leastconn keeps them in a tree (lb_fwlc.c). */
export class KeyQueue {
  readonly #keyOf: (candidate: Candidate) => number;
  readonly #waiting = new Map<Candidate, Waiting>();
  #heap = new IndexedHeap<Waiting>();
  #available: readonly Candidate[] = [];
  #changes = 0;

  constructor(keyOf: (candidate: Candidate) => number) {
    this.#keyOf = keyOf;
  }

  get first(): Candidate | undefined {
    return this.#heap.first?.candidate;
  }

  /** Takes in who is available, newcomers behind those with the same key; costs nothing while it is the same array. */
  follow(available: readonly Candidate[]): void {
    if (available === this.#available) return;
    this.#available = available;
    this.#heap = new IndexedHeap<Waiting>();
    const stays = new Set(available);
    for (const candidate of this.#waiting.keys()) if (!stays.has(candidate)) this.#waiting.delete(candidate);
    for (const candidate of available) {
      const key = this.#keyOf(candidate);
      let waiting = this.#waiting.get(candidate);
      if (waiting === undefined || waiting.key !== key) {
        waiting = { candidate, key, tie: this.#changes++, place: 0 };
        this.#waiting.set(candidate, waiting);
      }
      this.#heap.add(waiting);
    }
  }

  /** To be told after each change of what the key is made of. */
  changed(candidate: Candidate): void {
    const waiting = this.#waiting.get(candidate);
    if (waiting === undefined) return;
    waiting.key = this.#keyOf(candidate);
    waiting.tie = this.#changes++;
    this.#heap.moved(waiting);
  }
}
