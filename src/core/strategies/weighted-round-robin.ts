import type { Comparison } from '../comparison.ts';
import { EarliestDeadline } from '../earliest-deadline.ts';
import { weightShares } from '../shares.ts';
import { SmoothWeights } from '../smooth-weights.ts';
import type { Candidate, Outcome, Pool, RequestInfo, SharedTurns, Strategy, StrategyDefinition } from '../strategy.ts';
import { WeightBlocks } from '../weight-blocks.ts';

/** nginx's. */
class SmoothTurns implements Strategy {
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

  takeOver(turns: SharedTurns, all: readonly Candidate[]): void {
    this.#weights.takeOver(turns, all);
  }

  handOver(turns: SharedTurns, all: readonly Candidate[]): void {
    this.#weights.handOver(turns, all);
  }

  explain({ available }: Pool, _request: RequestInfo, _now: number, into: Comparison): void {
    for (const candidate of available) {
      const { weight, current } = this.#weights.outlook(candidate);
      into.add(candidate, 'current weight', current);
      into.add(candidate, 'effective weight', weight);
    }
  }
}

/** Envoy's and Traefik's. */
class DeadlineTurns implements Strategy {
  readonly #schedule = new EarliestDeadline(({ weight }) => weight);

  choose(pool: Pool): Candidate | undefined {
    this.#schedule.follow(pool.all);
    return this.#schedule.pick(pool.available);
  }

  takeOver(turns: SharedTurns, all: readonly Candidate[]): void {
    this.#schedule.takeOver(turns, all);
  }

  handOver(turns: SharedTurns, all: readonly Candidate[]): void {
    this.#schedule.handOver(turns, all);
  }

  explain({ available }: Pool, _request: RequestInfo, _now: number, into: Comparison): void {
    for (const candidate of available) {
      into.add(candidate, 'due in', this.#schedule.waitOf(candidate));
      into.add(candidate, 'weight', candidate.weight);
    }
  }
}

/** Caddy's. */
class BlockTurns implements Strategy {
  readonly #blocks = new WeightBlocks();

  choose(pool: Pool): Candidate | undefined {
    return this.#blocks.pick(pool);
  }

  takeOver(turns: SharedTurns, all: readonly Candidate[]): void {
    this.#blocks.takeOver(turns, all);
  }

  handOver(turns: SharedTurns, all: readonly Candidate[]): void {
    this.#blocks.handOver(turns, all);
  }

  explain({ available }: Pool, _request: RequestInfo, _now: number, into: Comparison): void {
    for (const candidate of available) {
      into.add(candidate, 'turns left in its block', this.#blocks.leftOf(candidate));
      into.add(candidate, 'weight', candidate.weight);
    }
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
    order: {
      kind: 'choice',
      label: 'How turns follow: smooth (nginx), deadline (Envoy, Traefik) or blocks (Caddy: a a a b b c)',
      options: ['smooth', 'deadline', 'blocks'],
      default: 'smooth',
    },
    maxFails: {
      kind: 'integer',
      label: 'Failures that lower a weight to nothing, in smooth order (0: failures do not matter)',
      min: 0,
      max: 1000,
      default: 1,
    },
  },
  followsWeights: () => true,
  create: ({ order, maxFails }) => {
    if (order === 'deadline') return new DeadlineTurns();
    return order === 'blocks' ? new BlockTurns() : new SmoothTurns(Number(maxFails));
  },
  expectedShares: weightShares,
};
