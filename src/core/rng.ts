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
export function createRng(seed: number): Rng {
  let mix = seed | 0;
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let counter = 1;
  const next32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next32();
  return {
    next: () => next32() / 4294967296,
    below: (bound) => Math.floor((next32() / 4294967296) * bound),
  };
}
