import type { Candidate } from './strategy.ts';

/** Notices when the origins of a level, or their weights, are others than before. */
export class Makeup {
  #all: readonly Candidate[] = [];
  /** Of `#all`, and of those that whoever asks goes by now; 0: of none. */
  #own = 0;
  #current = 0;

  /** Whether they are others than when this was last said; costs nothing while `all` is the same array. */
  isNew(all: readonly Candidate[]): boolean {
    return all !== this.#all && this.#isOther(all);
  }

  /** What to tell other threads, which then do not find it new any more. */
  get current(): number {
    return this.#current;
  }

  /**
   * The same where several threads notice together: each hears of a change at its own moment, and the first to hear of it finds it new.
   * @param current what was told by the thread that was asked last; 0: none was
   */
  isNewToAll(all: readonly Candidate[], current: number): boolean {
    this.#current = current;
    return this.isNew(all);
  }

  #isOther(all: readonly Candidate[]): boolean {
    this.#all = all;
    this.#own = makeupOf(all);
    if (this.#own === this.#current) return false;
    this.#current = this.#own;
    return true;
  }
}

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);

/** A number above 0 that is another for other origins, another order or other weights. */
function makeupOf(all: readonly Candidate[]): number {
  let high = 0x811c9dc5;
  let low = 0x01000193;
  const take = (word: number): void => {
    high = mixed(high, word);
    low = mixed(low, word ^ high);
  };
  for (const { id, weight } of all) {
    number[0] = weight;
    take(id);
    take(words[0] as number);
    take(words[1] as number);
  }
  return high * 2 ** 20 + (low >>> 12) + 1;
}

/** A round of MurmurHash3. */
function mixed(hash: number, word: number): number {
  let product = Math.imul(word, 0xcc9e2d51);
  product = Math.imul((product << 15) | (product >>> 17), 0x1b873593) ^ hash;
  return (Math.imul((product << 13) | (product >>> 19), 5) + 0xe6546b64) >>> 0;
}
