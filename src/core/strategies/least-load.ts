import type { Rng } from '../rng.ts';
import type { Candidate, Figure, Pool, RequestInfo, Strategy, StrategyDefinition } from '../strategy.ts';

/**
 * An origin without a report, or with one that is too old, counts as one with a single worker: its load is its requests in
 * flight. So it gets a request now and then, which brings a new report, and is neither starved nor flooded.
 */
class LeastLoad implements Strategy {
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

  explain({ available }: Pool, _request: RequestInfo, now: number) {
    return new Map(available.map((candidate) => [candidate, this.#figures(candidate, now)]));
  }

  #figures(candidate: Candidate, now: number): Figure[] {
    const figures: Figure[] = [
      this.#isFresh(candidate, now)
        ? { label: 'reported load', value: candidate.load.value }
        : { label: 'assumed load', value: candidate.inFlight },
    ];
    if (candidate.load) figures.push({ label: 'age of the report (ms)', value: now - candidate.load.at });
    figures.push({ label: 'in flight', value: candidate.inFlight });
    return figures;
  }

  /** A report from far in the future is left over from before the clock was set back. */
  #isFresh(candidate: Candidate, now: number): candidate is Candidate & { readonly load: { readonly value: number } } {
    return candidate.load !== undefined && Math.abs(now - candidate.load.at) <= this.#maxAge;
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
    maxAge: {
      kind: 'duration',
      label: 'Age from which a report no longer counts',
      min: 1,
      max: 3_600_000,
      default: 10_000,
    },
  },
  create: (spec) => new LeastLoad(Number(spec.maxAge)),
};
