import type { Rng } from '../rng.ts';
import type { Candidate, Pool, RequestInfo, Strategy, StrategyDefinition } from '../strategy.ts';

class PowerOfChoices implements Strategy {
  readonly #choices: number;
  readonly #replacement: boolean;
  /** A permutation of the indices; any will do as the start of the next draw, so it is never put back in order. */
  #indices: number[] = [];

  constructor(choices: number, replacement: boolean) {
    this.#choices = choices;
    this.#replacement = replacement;
  }

  choose({ available }: Pool, _request: RequestInfo, _now: number, rng: Rng): Candidate | undefined {
    const count = available.length;
    const draws = this.#replacement ? this.#choices : Math.min(this.#choices, count);
    let best: Candidate | undefined;
    for (let draw = 0; draw < draws; draw++) {
      const drawn = available[this.#replacement ? rng.below(count) : this.#drawDistinct(draw, count, rng)];
      // Ties go to the one drawn first, which is a fair lot.
      if (drawn && (best === undefined || drawn.inFlight < best.inFlight)) best = drawn;
    }
    return best;
  }

  explain({ available }: Pool) {
    return new Map(available.map((candidate) => [candidate, [{ label: 'in flight', value: candidate.inFlight }]]));
  }

  /** One step of a Fisher–Yates shuffle: the `draw`-th of the distinct draws. */
  #drawDistinct(draw: number, count: number, rng: Rng): number {
    if (this.#indices.length !== count) this.#indices = Array.from({ length: count }, (_, index) => index);
    const from = draw + rng.below(count - draw);
    const drawn = this.#indices[from] ?? 0;
    this.#indices[from] = this.#indices[draw] ?? 0;
    this.#indices[draw] = drawn;
    return drawn;
  }
}

export const powerOfTwoChoices: StrategyDefinition = {
  id: 'power-of-two-choices',
  title: 'Power of two choices',
  rule: 'Two origins are drawn by lot and the one with fewer requests in flight gets the request.',
  goodWhen: 'There are many origins or many balancers: nearly as good as looking at all, without herding.',
  failsWhen: 'The origins are of different sizes: it does not look at weights.',
  knownAs: ['HAProxy random(2)', 'nginx random two', 'Envoy LEAST_REQUEST', 'Traefik p2c', 'Caddy random_choose'],
  parameters: {
    choices: { kind: 'integer', label: 'Origins drawn', min: 1, max: 100, default: 2 },
    replacement: {
      kind: 'boolean',
      label: 'The same origin may be drawn twice (as in Envoy)',
      default: false,
    },
  },
  create: (spec) => new PowerOfChoices(Number(spec.choices), spec.replacement === true),
};
