import { weightShares } from '../shares.ts';
import { SmoothWeights } from '../smooth-weights.ts';
import type { Candidate, Outcome, Pool, Strategy, StrategyDefinition } from '../strategy.ts';

class WeightedRoundRobin implements Strategy {
  readonly #weights = new SmoothWeights();
  readonly #maxFails: number;

  constructor(maxFails: number) {
    this.#maxFails = maxFails;
  }

  choose(pool: Pool): Candidate | undefined {
    this.#weights.follow(pool.all);
    return this.#weights.pick(pool.available);
  }

  finished(origin: Candidate, outcome: Outcome): void {
    if (outcome === 'failure' && this.#maxFails > 0) this.#weights.punish(origin, this.#maxFails);
  }

  explain(pool: Pool) {
    return new Map(
      pool.available.map((candidate) => {
        const { weight, current } = this.#weights.outlook(candidate);
        return [
          candidate,
          [
            { label: 'current weight', value: current },
            { label: 'effective weight', value: weight },
          ],
        ];
      }),
    );
  }
}

export const weightedRoundRobin: StrategyDefinition = {
  id: 'weighted-round-robin',
  title: 'Weighted round robin',
  rule: 'Requests go round in turn, but an origin of weight 3 gets three turns instead of one.',
  goodWhen: 'The origins are of different sizes and you know how different.',
  failsWhen: 'An origin slows down while the lab runs: its weight does not follow by itself.',
  knownAs: ['nginx weight', 'HAProxy roundrobin', 'Envoy ROUND_ROBIN', 'Traefik wrr', 'Caddy weighted_round_robin'],
  parameters: {
    maxFails: {
      kind: 'integer',
      label: 'Failures that lower a weight to nothing (0: failures do not matter)',
      min: 0,
      max: 1000,
      default: 1,
    },
  },
  create: (spec) => new WeightedRoundRobin(Number(spec.maxFails)),
  expectedShares: weightShares,
};
