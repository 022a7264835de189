/** A seeded source of randomness; every random choice in the core takes one, so that a seed replays a run. */
export interface Rng {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, bound); `bound` is at least 1. */
  below(bound: number): number;
}

/**
 * sfc32, a small fast generator that passes PractRand (Chris Doty-Humphrey's "Small Fast Counting" family), seeded
 * through splitmix32 so that neighbouring seeds give unrelated streams.
 */
class Sfc32 implements Rng {
  /** The words a, b, c and the counter. In a typed array, as some engines allocate for each other integer of 32 bits that changes. */
  readonly #state = new Int32Array(4);

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
    this.#state.set([splitmix(), splitmix(), splitmix(), 1]);
    for (let i = 0; i < 12; i++) this.#next32();
  }

  next(): number {
    return this.#next32() / 4294967296;
  }

  below(bound: number): number {
    return Math.floor((this.#next32() / 4294967296) * bound);
  }

  #next32(): number {
    const state = this.#state;
    const b = state[1] as number;
    const c = state[2] as number;
    const counter = state[3] as number;
    const sum = ((((state[0] as number) + b) | 0) + counter) | 0;
    state[3] = counter + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + sum;
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
