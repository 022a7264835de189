import type { Comparison } from '../comparison.ts';
import { KEY_PARAMETER, KeyedStrategy, type Placement } from '../keyed-strategy.ts';
import type { Candidate, Pool, StrategyDefinition } from '../strategy.ts';
import type { XxHash64 } from '../xxhash64.ts';

/** Keys whose origin is remembered; a key that comes again costs no hash at all. */
const MOST_REMEMBERED = 10_000;
/** Longer ones would fill the memory. */
const LONGEST_REMEMBERED = 200;

/**
 * Highest random weight (Thaler and Ravishankar 1998), weighted by w / -ln(h) as in Schindelhauer and Schomaker 2005: the
 * largest of n such numbers is origin i's with probability w_i / Σw. With equal weights the order is that of the hashes alone,
 * which are Caddy's: xxHash64 of the origin's address followed by the key. The cost grows with the number of origins.
 */
class HighestScore implements Placement {
  readonly isLasting = true;
  /** The key's origin among all: as long as that is available, it is the one among those available, too. */
  readonly #winners = new Map<string, Candidate>();
  #all: readonly Candidate[] = [];
  #addresses: ReadonlyMap<Candidate, Uint8Array> = new Map();
  #equal = true;

  place(key: string, hash: XxHash64, pool: Pool): Candidate | undefined {
    this.#follow(pool.all, hash);
    let winner = this.#winners.get(key);
    if (winner === undefined) {
      winner = this.#highest(key, hash, pool.all);
      if (winner && key.length <= LONGEST_REMEMBERED) this.#remember(key, winner);
    }
    if (winner && pool.isAvailable(winner)) return winner;
    return this.#highest(key, hash, pool.available);
  }

  explain(key: string, hash: XxHash64, { all, available }: Pool, into: Comparison): void {
    this.#follow(all, hash);
    for (const candidate of available) {
      into.add(candidate, 'score', this.#scoreOf(candidate, key, hash));
      into.add(candidate, 'weight', candidate.weight);
    }
  }

  #follow(all: readonly Candidate[], hash: XxHash64): void {
    if (all === this.#all) return;
    this.#all = all;
    this.#winners.clear();
    this.#addresses = new Map(all.map((candidate) => [candidate, hash.bytesOf(candidate.address)]));
    this.#equal = all.every(({ weight }) => weight === all[0]?.weight);
  }

  #highest(key: string, hash: XxHash64, candidates: readonly Candidate[]): Candidate | undefined {
    let best: Candidate | undefined;
    let bestScore = 0;
    for (const candidate of candidates) {
      // The logarithm keeps the order of equal weights.
      const score = this.#equal ? this.#hashOf(candidate, key, hash) : this.#scoreOf(candidate, key, hash);
      if (best !== undefined && score <= bestScore) continue;
      best = candidate;
      bestScore = score;
    }
    return best;
  }

  #scoreOf(candidate: Candidate, key: string, hash: XxHash64): number {
    return candidate.weight / -Math.log(this.#hashOf(candidate, key, hash) / 9007199254740992);
  }

  #hashOf(candidate: Candidate, key: string, hash: XxHash64): number {
    const address = this.#addresses.get(candidate) ?? hash.bytesOf(candidate.address);
    return hash.updateAfter(address, key).top53();
  }

  #remember(key: string, winner: Candidate): void {
    if (this.#winners.size >= MOST_REMEMBERED) this.#winners.clear();
    // A copy (of what is joined and cut again): as a part of its request the key would keep all of that in the memory.
    this.#winners.set(` ${key}`.slice(1), winner);
  }
}

export const rendezvous: StrategyDefinition = {
  id: 'rendezvous',
  title: 'Rendezvous hash',
  rule: 'Each origin has a number for each key, hashed from both; the largest gets the request.',
  goodWhen: 'Keys must stay where they are: only those of an origin that leaves move, and to all others alike.',
  failsWhen: 'There are very many origins: every new key asks each of them for its number.',
  knownAs: ['Caddy header', 'Caddy cookie', 'Caddy query', 'Caddy client_ip_hash', 'Traefik hrw'],
  parameters: { key: KEY_PARAMETER },
  followsWeights: () => true,
  create: (spec) => new KeyedStrategy(spec.key, new HighestScore()),
};
