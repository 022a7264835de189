import { SmoothWeights } from '../smooth-weights.ts';
import type { Candidate, Pool, Strategy, StrategyDefinition } from '../strategy.ts';

class LeastConnections implements Strategy {
  readonly #turns = new SmoothWeights();
  /** Those tied for the least, reused from choice to choice. */
  readonly #tied: Candidate[] = [];

  choose(pool: Pool): Candidate | undefined {
    this.#turns.follow(pool.all);
    const tied = this.#tied;
    tied.length = 0;
    for (const candidate of pool.available) {
      const least = tied[0];
      // a/b < c/d as a·d < c·b: equal ratios compare as equal, which divisions would round apart.
      const mine = claims(candidate) * (least?.weight ?? 1);
      const its = (least ? claims(least) : Number.POSITIVE_INFINITY) * candidate.weight;
      if (mine < its) tied.length = 0;
      if (mine <= its) tied.push(candidate);
    }
    return tied.length === 1 ? tied[0] : this.#turns.pick(tied);
  }

  explain(pool: Pool) {
    return new Map(
      pool.available.map((candidate) => [
        candidate,
        [
          { label: 'in flight / weight', value: claims(candidate) / candidate.weight },
          { label: 'in flight', value: candidate.inFlight },
          ...(candidate.queued > 0 ? [{ label: 'queued', value: candidate.queued }] : []),
          { label: 'weight', value: candidate.weight },
        ],
      ]),
    );
  }
}

/** What it has to do already, requests that wait for it included (as HAProxy counts them). */
function claims({ inFlight, queued }: Candidate): number {
  return inFlight + queued;
}

export const leastConnections: StrategyDefinition = {
  id: 'least-connections',
  title: 'Least connections',
  rule: 'Each request goes to the origin with the fewest requests in flight for its weight.',
  goodWhen: 'Requests take different times, or one origin is slower: it gets fewer by itself.',
  failsWhen: 'An origin fails fast: it always looks idle and attracts the requests.',
  knownAs: ['HAProxy leastconn', 'nginx least_conn', 'Envoy LEAST_REQUEST', 'Caddy least_conn'],
  parameters: {},
  create: () => new LeastConnections(),
};
