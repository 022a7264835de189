/** A seeded source of randomness; every random choice in the core takes one, so that a seed replays a run. */
export interface Rng {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, bound); `bound` is at least 1. */
  below(bound: number): number;
}

/** Words of a generator: a power of two, so that `|` adds to a multiple of it. */
const WORDS = 4;
/** Words of as many generators as share an array. */
const BLOCK = 256 * WORDS;
/** The array for the next generators, and how much of it is taken. */
let block = new Int32Array(BLOCK);
let taken = 0;

/** An array of which one more generator has taken the last words that are taken. */
function wordsOfAnother(): Int32Array {
  if (taken === block.length) {
    block = new Int32Array(BLOCK);
    taken = 0;
  }
  taken += WORDS;
  return block;
}

/**
 * sfc32, a small fast generator that passes PractRand (Chris Doty-Humphrey's "Small Fast Counting" family), seeded
 * through splitmix32 so that neighbouring seeds give unrelated streams.
 */
class Sfc32 implements Rng {
  /**
   * The words a, b, c and the counter, from `#first` on. In a typed array, as some engines allocate for each other integer of 32 bits
   * that changes; and in one for many generators, as a run over a thousand origins draws from one after the other and a processor
   * finds four words sooner than an array of its own.
   */
  readonly #words = wordsOfAnother();
  readonly #first = taken - WORDS;

  constructor(seed: number) {
    let mix = seed | 0;
    const splitmix = (): number => {
      mix = (mix + 0x9e3779b9) | 0;
      let z = mix ^ (mix >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z ^= z >>> 15;
      z = Math.imul(z, 0x735a2d97);
      return z ^ (z >>> 15);
    };
    this.#words.set([splitmix(), splitmix(), splitmix(), 1], this.#first);
    for (let i = 0; i < 12; i++) this.#next32();
  }

  next(): number {
    return this.#next32() / 4294967296;
  }

  below(bound: number): number {
    return Math.floor((this.#next32() / 4294967296) * bound);
  }

  #next32(): number {
    const words = this.#words;
    const first = this.#first;
    const b = words[first | 1] as number;
    const c = words[first | 2] as number;
    const counter = words[first | 3] as number;
    const sum = ((((words[first] as number) + b) | 0) + counter) | 0;
    words[first | 3] = counter + 1;
    words[first] = b ^ (b >>> 9);
    words[first | 1] = c + (c << 3);
    words[first | 2] = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  }
}

/** @param seed any whole number; its lower 32 bits count */
export function createRng(seed: number): Rng {
  return new Sfc32(seed);
}

/** A number that is exponentially distributed around this mean. */
export function exponential(mean: number, rng: Rng): number {
  return -Math.log(1 - rng.next()) * mean;
}
