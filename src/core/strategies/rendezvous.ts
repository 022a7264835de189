import { KEY_PARAMETER, KeyedStrategy, type Placement } from '../keyed-strategy.ts';
import type { Candidate, Pool, StrategyDefinition } from '../strategy.ts';
import type { XxHash64 } from '../xxhash64.ts';

/**
 * Highest random weight (Thaler and Ravishankar 1998), weighted by w / -ln(h) as in Schindelhauer and Schomaker 2005: the
 * largest of n such numbers is origin i's with probability w_i / Σw. With equal weights the order is that of the hashes alone,
 * which are Caddy's: xxHash64 of the origin's address followed by the key. The cost grows with the number of origins.
 */
class HighestScore implements Placement {
  place(key: string, hash: XxHash64, { available }: Pool): Candidate | undefined {
    let best: Candidate | undefined;
    let bestScore = 0;
    for (const candidate of available) {
      const score = scoreOf(candidate, key, hash);
      if (best !== undefined && score <= bestScore) continue;
      best = candidate;
      bestScore = score;
    }
    return best;
  }

  explain(key: string, hash: XxHash64, { available }: Pool) {
    return new Map(
      available.map((candidate) => [
        candidate,
        [
          { label: 'score', value: scoreOf(candidate, key, hash) },
          { label: 'weight', value: candidate.weight },
        ],
      ]),
    );
  }
}

function scoreOf(candidate: Candidate, key: string, hash: XxHash64): number {
  return candidate.weight / -Math.log(hash.update(candidate.address + key).top53() / 9007199254740992);
}

export const rendezvous: StrategyDefinition = {
  id: 'rendezvous',
  title: 'Rendezvous hash',
  rule: 'Each origin has a number for each key, hashed from both; the largest gets the request.',
  goodWhen: 'Keys must stay where they are: only those of an origin that leaves move, and to all others alike.',
  failsWhen: 'There are very many origins: every request asks each of them for its number.',
  knownAs: ['Caddy header', 'Caddy cookie', 'Caddy query', 'Caddy client_ip_hash', 'Traefik hrw'],
  parameters: { key: KEY_PARAMETER },
  create: (spec) => new KeyedStrategy(spec.key, new HighestScore()),
};
