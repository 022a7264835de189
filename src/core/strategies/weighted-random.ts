import type { Comparison } from '../comparison.ts';
import type { Rng } from '../rng.ts';
import { weightShares } from '../shares.ts';
import type { Candidate, Pool, RequestInfo, Strategy, StrategyDefinition } from '../strategy.ts';

class WeightedRandom implements Strategy {
  choose({ available }: Pool, _request: RequestInfo, _now: number, rng: Rng): Candidate | undefined {
    let total = 0;
    for (const candidate of available) total += candidate.weight;
    let ticket = rng.next() * total;
    for (const candidate of available) {
      ticket -= candidate.weight;
      if (ticket < 0) return candidate;
    }
    // Rounding can leave a crumb of the last ticket.
    return available.at(-1);
  }

  explain({ available }: Pool, _request: RequestInfo, _now: number, into: Comparison): void {
    const shares = weightShares(available);
    for (const [index, candidate] of available.entries()) into.add(candidate, 'chance', shares[index] as number);
  }
}

export const weightedRandom: StrategyDefinition = {
  id: 'weighted-random',
  title: 'Weighted random',
  rule: 'Each request goes to an origin drawn by lot; twice the weight is twice the chance.',
  goodWhen: 'Many balancers share origins of different sizes.',
  failsWhen: 'Load is high: by chance some origins get several requests in a row while others are idle.',
  knownAs: ['HAProxy random(1)', 'nginx random', 'Envoy weighted_clusters'],
  parameters: {},
  followsWeights: () => true,
  create: () => new WeightedRandom(),
  expectedShares: weightShares,
};
