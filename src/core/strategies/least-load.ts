import type { Comparison } from '../comparison.ts';
import { type ReportedWeightRules, ReportedWeights } from '../reported-weights.ts';
import type { Rng } from '../rng.ts';
import { SmoothWeights } from '../smooth-weights.ts';
import type {
  AttemptTimes,
  Candidate,
  Outcome,
  Pool,
  RequestInfo,
  SharedTurns,
  Strategy,
  StrategyDefinition,
} from '../strategy.ts';

/**
 * The smallest reported load. An origin without a report, or with one that is too old, counts as one with a single worker: its load is its requests in
 * flight. So it gets a request now and then, which brings a new report, and is neither starved nor flooded.
 */
class SmallestLoad implements Strategy {
  readonly #maxAge: number;

  constructor(maxAge: number) {
    this.#maxAge = maxAge;
  }

  choose({ available }: Pool, _request: RequestInfo, now: number, rng: Rng): Candidate | undefined {
    let best: Candidate | undefined;
    let bestLoad = 0;
    let ties = 0;
    for (const candidate of available) {
      const load = this.#isFresh(candidate, now) ? candidate.load.value : candidate.inFlight;
      const order = best === undefined ? -1 : load - bestLoad || candidate.inFlight - best.inFlight;
      if (order > 0) continue;
      ties = order < 0 ? 1 : ties + 1;
      // The n-th of those tied takes the place with a chance of 1/n, which is the same chance for each.
      if (order < 0 || rng.below(ties) === 0) {
        best = candidate;
        bestLoad = load;
      }
    }
    return best;
  }

  explain({ available }: Pool, _request: RequestInfo, now: number, into: Comparison): void {
    for (const candidate of available) {
      if (this.#isFresh(candidate, now)) into.add(candidate, 'reported load', candidate.load.value);
      else into.add(candidate, 'assumed load', candidate.inFlight);
      if (candidate.load) into.add(candidate, 'age of the report (ms)', now - candidate.load.at);
      into.add(candidate, 'in flight', candidate.inFlight);
    }
  }

  /** A report from far in the future is left over from before the clock was set back. */
  #isFresh(candidate: Candidate, now: number): candidate is Candidate & { readonly load: { readonly value: number } } {
    return candidate.load !== undefined && Math.abs(now - candidate.load.at) <= this.#maxAge;
  }
}

/** Turns by weights that follow from the reports: slower than the smallest load, but it neither herds nor starves. */
class WeightsOfLoads implements Strategy {
  readonly #weights: ReportedWeights;
  readonly #turns = new SmoothWeights((candidate) => this.#weights.of(candidate));

  constructor(rules: ReportedWeightRules) {
    this.#weights = new ReportedWeights(rules);
  }

  choose({ all, available }: Pool, _request: RequestInfo, now: number): Candidate | undefined {
    this.#weights.advance(all, now);
    this.#turns.follow(all);
    return this.#turns.pick(available);
  }

  finished(origin: Candidate, outcome: Outcome, times: AttemptTimes): void {
    this.#weights.finished(origin, outcome, times);
  }

  takeOver(shared: SharedTurns, all: readonly Candidate[]): void {
    this.#weights.takeOver(shared, all);
    this.#turns.takeOver(shared, all);
  }

  handOver(shared: SharedTurns, all: readonly Candidate[]): void {
    this.#weights.handOver(shared, all);
    this.#turns.handOver(shared, all);
  }

  explain({ available }: Pool, _request: RequestInfo, now: number, into: Comparison): void {
    for (const candidate of available) {
      const known = this.#weights.isKnown(candidate);
      into.add(candidate, 'current weight', this.#turns.outlook(candidate).current);
      into.add(
        candidate,
        known ? 'requests/s for its load' : 'requests/s for its load, assumed',
        this.#weights.absolute(candidate),
      );
      if (candidate.load === undefined) continue;
      into.add(candidate, 'reported load', candidate.load.value);
      into.add(candidate, 'age of the report (ms)', now - candidate.load.at);
    }
  }
}

export const leastLoad: StrategyDefinition = {
  id: 'least-load',
  title: 'Least load',
  rule: 'Each request goes to the origin that last reported the smallest load.',
  goodWhen: 'Others use the origins too: their own reports see load that the balancer cannot.',
  failsWhen: 'Reports are old: all requests run to the origin that was idle when it last reported.',
  knownAs: ['Envoy client_side_weighted_round_robin', 'HAProxy agent-check'],
  parameters: {
    method: {
      kind: 'choice',
      label:
        'The smallest load wins, or turns by weight = requests/s / (load + share of errors × penalty) (Envoy, from ORCA reports)',
      options: ['smallest', 'weights'],
      default: 'smallest',
    },
    maxAge: {
      kind: 'duration',
      label: 'Smallest: age from which a report no longer counts',
      min: 1,
      max: 3_600_000,
      default: 10_000,
    },
    penalty: { kind: 'number', label: 'Weights: how much errors count', min: 0, max: 100, default: 1 },
    blackout: {
      kind: 'duration',
      label: 'Weights: time from the first report for which nothing is made of them',
      min: 0,
      max: 3_600_000,
      default: 10_000,
    },
    expiry: {
      kind: 'duration',
      label: 'Weights: age from which a report no longer counts',
      min: 1,
      max: 86_400_000,
      default: 180_000,
    },
    update: {
      kind: 'duration',
      label: 'Weights: shortest time between two changes',
      min: 100,
      max: 3_600_000,
      default: 1000,
    },
  },
  create: ({ method, maxAge, penalty, blackout, expiry, update }) =>
    method === 'weights'
      ? new WeightsOfLoads({
          penalty: Number(penalty),
          blackout: Number(blackout),
          expiry: Number(expiry),
          update: Number(update),
        })
      : new SmallestLoad(Number(maxAge)),
};
