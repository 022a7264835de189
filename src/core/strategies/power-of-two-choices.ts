import type { Comparison } from '../comparison.ts';
import { DistinctDraw } from '../distinct-draw.ts';
import { EarliestDeadline } from '../earliest-deadline.ts';
import type { Rng } from '../rng.ts';
import type { Candidate, Pool, RequestInfo, SharedTurns, Strategy, StrategyDefinition } from '../strategy.ts';

class PowerOfChoices implements Strategy {
  readonly #choices: number;
  readonly #replacement: boolean;
  readonly #bias: number;
  readonly #draw = new DistinctDraw();
  readonly #schedule = new EarliestDeadline((candidate) => this.#standing(candidate));
  /** The origins that `#unequal` is about. */
  #available: readonly Candidate[] = [];
  #unequal = false;

  constructor(choices: number, replacement: boolean, bias: number) {
    this.#choices = choices;
    this.#replacement = replacement;
    this.#bias = bias;
  }

  /** A lot does not see weights, so where they are unequal it goes by deadlines, as in Envoy. */
  choose({ all, available }: Pool, _request: RequestInfo, _now: number, rng: Rng): Candidate | undefined {
    this.#schedule.follow(all);
    if (available !== this.#available) {
      this.#available = available;
      this.#unequal = haveUnequalWeights(available);
    }
    return this.#unequal === true ? this.#schedule.pick(available) : this.#lot(available, rng);
  }

  /** Only deadlines are remembered. */
  takeOver(turns: SharedTurns, all: readonly Candidate[]): void {
    if (haveUnequalWeights(all)) this.#schedule.takeOver(turns, all);
  }

  handOver(turns: SharedTurns, all: readonly Candidate[]): void {
    if (haveUnequalWeights(all)) this.#schedule.handOver(turns, all);
  }

  explain({ available }: Pool, _request: RequestInfo, _now: number, into: Comparison): void {
    const unequal = haveUnequalWeights(available);
    for (const candidate of available) {
      into.add(candidate, 'in flight', candidate.inFlight);
      if (!unequal) continue;
      into.add(candidate, 'weight for its requests in flight', this.#standing(candidate));
      into.add(candidate, 'due in', this.#schedule.waitOf(candidate));
    }
  }

  #lot(available: readonly Candidate[], rng: Rng): Candidate | undefined {
    const count = available.length;
    const replaces = this.#replacement === true;
    const draws = replaces ? this.#choices : Math.min(this.#choices, count);
    let best = 0;
    let least = 0x3fffffff;
    for (let draw = 0; draw < draws; draw++) {
      const drawn = replaces ? rng.below(count) : this.#draw.next(draw, count, rng);
      const more = (available[drawn] as Candidate).inFlight - least;
      // All ones where it has fewer, else 0: a branch that no processor can foresee would cost more. Ties go to the one drawn first.
      const less = more >> 31;
      best += (drawn - best) & less;
      least += more & less;
    }
    return available[best];
  }

  #standing({ weight, inFlight }: Candidate): number {
    return weight / (inFlight + 1) ** this.#bias;
  }
}

function haveUnequalWeights(candidates: readonly Candidate[]): boolean {
  return candidates.some(({ weight }) => weight !== candidates[0]?.weight);
}

export const powerOfTwoChoices: StrategyDefinition = {
  id: 'power-of-two-choices',
  title: 'Power of two choices',
  rule: 'Two origins are drawn by lot and the one with fewer requests in flight gets the request.',
  goodWhen: 'There are many origins or many balancers: nearly as good as looking at all, without herding.',
  failsWhen: 'An origin fails fast: it looks idle and wins. With unequal weights it goes by deadlines, not by lot.',
  knownAs: ['HAProxy random(2)', 'nginx random two', 'Envoy LEAST_REQUEST', 'Traefik p2c', 'Caddy random_choose'],
  parameters: {
    choices: { kind: 'integer', label: 'Origins drawn', min: 1, max: 100, default: 2 },
    replacement: {
      kind: 'boolean',
      label: 'The same origin may be drawn twice (as in Envoy)',
      default: false,
    },
    bias: {
      kind: 'number',
      label: 'Unequal weights: how much requests in flight count, weight / (in flight + 1) to this power',
      min: 0,
      max: 10,
      default: 1,
    },
  },
  followsWeights: () => true,
  create: (spec) => new PowerOfChoices(Number(spec.choices), spec.replacement === true, Number(spec.bias)),
};
