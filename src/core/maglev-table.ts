import type { Candidate } from './strategy.ts';
import type { XxHash64 } from './xxhash64.ts';

/**
 * Maglev's lookup table (Eisenbud et al. 2016, section 3.4) as Envoy fills it: an origin of the largest weight takes a place in
 * every round, one of a third of it in every third.
 */
export class MaglevTable {
  readonly origins: readonly Candidate[];
  /** For each place the index of its origin. */
  readonly places: Uint16Array;
  /** Each origin's share (0–1) of the places. */
  readonly shares: readonly number[];

  /** @param size at least this many places: the next prime */
  constructor(origins: readonly Candidate[], size: number, hash: XxHash64) {
    this.origins = origins;
    const count = nextPrime(size);
    const places = new Uint16Array(count).fill(FREE);
    const largest = Math.max(...origins.map(({ weight }) => weight));
    const builders = origins.map(({ address, weight }, index) => ({
      index,
      address,
      at: hash.update(address).modulo(count),
      skip: hash.update(address, 1).modulo(count - 1) + 1,
      weight,
      target: 0,
      claimed: 0,
    }));
    // In the order of addresses, as in Envoy: an origin that leaves and comes back at the end of the list moves nobody.
    const turns = [...builders].sort((a, b) => (a.address < b.address ? -1 : 1));
    let taken = 0;
    for (let round = 1; taken < count && builders.length > 0; round++) {
      for (const builder of turns) {
        if (taken === count) break;
        if (round * builder.weight < builder.target) continue;
        builder.target += largest;
        while (places[builder.at] !== FREE) builder.at = (builder.at + builder.skip) % count;
        places[builder.at] = builder.index;
        builder.claimed++;
        taken++;
      }
    }
    this.places = places;
    this.shares = builders.map((builder) => builder.claimed / count);
  }
}

const FREE = 0xffff;

function nextPrime(from: number): number {
  let candidate = Math.max(2, from);
  while (!isPrime(candidate)) candidate++;
  return candidate;
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}
