import type { Comparison } from '../comparison.ts';
import type { Rng } from '../rng.ts';
import { equalShares } from '../shares.ts';
import type { Candidate, Pool, RequestInfo, Strategy, StrategyDefinition } from '../strategy.ts';

class Random implements Strategy {
  choose({ available }: Pool, _request: RequestInfo, _now: number, rng: Rng): Candidate | undefined {
    return available[rng.below(available.length)];
  }

  explain({ available }: Pool, _request: RequestInfo, _now: number, into: Comparison): void {
    for (const candidate of available) into.add(candidate, 'chance', 1 / available.length);
  }
}

export const random: StrategyDefinition = {
  id: 'random',
  title: 'Random',
  rule: 'Each request goes to an origin drawn by lot, all with the same chance.',
  goodWhen: 'Many balancers share the origins: they need to know nothing of each other.',
  failsWhen: 'Load is high: by chance some origins get several requests in a row while others are idle.',
  knownAs: ['Envoy RANDOM', 'Caddy random', 'HAProxy random(1)', 'nginx random'],
  parameters: {},
  create: () => new Random(),
  expectedShares: equalShares,
};
