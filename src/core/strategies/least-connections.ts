import type { Comparison } from '../comparison.ts';
import { KeyQueue } from '../key-queue.ts';
import { LoadLevels } from '../load-levels.ts';
import type { Rng } from '../rng.ts';
import type { Candidate, Pool, RequestInfo, Strategy, StrategyDefinition } from '../strategy.ts';

/** nginx's, and Caddy's, which does not look at weights and breaks ties by lot. */
class LeastInFlight implements Strategy {
  readonly #byWeight: boolean;
  readonly #levels: LoadLevels;

  constructor(byWeight: boolean) {
    this.#byWeight = byWeight;
    this.#levels = new LoadLevels(byWeight);
  }

  choose({ all, available }: Pool, _request: RequestInfo, _now: number, rng: Rng): Candidate | undefined {
    this.#levels.follow(all, available);
    return this.#byWeight === true ? this.#levels.inTurn() : this.#levels.byLot(rng);
  }

  loadChanged(origin: Candidate): void {
    this.#levels.changed(origin);
  }

  explain({ available }: Pool, _request: RequestInfo, _now: number, into: Comparison): void {
    for (const candidate of available) {
      const { inFlight, weight } = candidate;
      if (this.#byWeight) into.add(candidate, 'in flight / weight', inFlight / weight);
      into.add(candidate, 'in flight', inFlight);
      into.add(candidate, 'weight', weight);
    }
  }
}

/** HAProxy's leastconn, which counts the request that it is about. */
class LeastKey implements Strategy {
  readonly #queue = new KeyQueue(haproxyKey);

  choose({ available }: Pool): Candidate | undefined {
    this.#queue.follow(available);
    return this.#queue.first;
  }

  loadChanged(origin: Candidate): void {
    this.#queue.changed(origin);
  }

  explain({ available }: Pool, _request: RequestInfo, _now: number, into: Comparison): void {
    for (const candidate of available) {
      into.add(candidate, '(in flight + queued + 1) × 256 / weight', haproxyKey(candidate));
      into.add(candidate, 'in flight', candidate.inFlight);
      into.add(candidate, 'queued', candidate.queued);
      into.add(candidate, 'weight', candidate.weight);
    }
  }
}

/** (served + queued + 1) × 4096 / eweight in whole numbers, with an eweight of 16 per unit of weight. */
function haproxyKey({ inFlight, queued, weight }: Candidate): number {
  return Math.floor(((inFlight + queued + 1) * 4096) / (weight * 16));
}

export const leastConnections: StrategyDefinition = {
  id: 'least-connections',
  title: 'Least connections',
  rule: 'Each request goes to the origin with the fewest requests in flight for its weight.',
  goodWhen: 'Requests take different times, or one origin is slower: it gets fewer by itself.',
  failsWhen: 'An origin fails fast: it always looks idle and attracts the requests.',
  knownAs: ['HAProxy leastconn', 'nginx least_conn', 'Envoy LEAST_REQUEST', 'Caddy least_conn'],
  parameters: {
    as: {
      kind: 'choice',
      label:
        'As in nginx (in flight / weight, ties in turn), HAProxy ((in flight + 1) / weight, ties to who waited longest) or Caddy (no weights, ties by lot)',
      options: ['nginx', 'haproxy', 'caddy'],
      default: 'nginx',
    },
  },
  followsWeights: ({ as }) => as !== 'caddy',
  create: (spec) => (spec.as === 'haproxy' ? new LeastKey() : new LeastInFlight(spec.as === 'nginx')),
};
