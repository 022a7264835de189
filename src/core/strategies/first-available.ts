import type { Comparison } from '../comparison.ts';
import type { Candidate, Pool, RequestInfo, Strategy, StrategyDefinition } from '../strategy.ts';

class FirstAvailable implements Strategy {
  readonly #slots: number;

  constructor(slots: number) {
    this.#slots = slots;
  }

  choose({ available }: Pool): Candidate | undefined {
    let emptiest: Candidate | undefined;
    for (const candidate of available) {
      if (candidate.inFlight < this.#slotsOf(candidate)) return candidate;
      if (emptiest === undefined || this.#fill(candidate) < this.#fill(emptiest)) emptiest = candidate;
    }
    return emptiest;
  }

  explain({ available }: Pool, _request: RequestInfo, _now: number, into: Comparison): void {
    for (const candidate of available) {
      into.add(candidate, 'free slots', Math.max(0, this.#slotsOf(candidate) - candidate.inFlight));
      into.add(candidate, 'in flight', candidate.inFlight);
    }
  }

  #slotsOf(candidate: Candidate): number {
    return Math.max(1, Math.floor(this.#slots * candidate.weight));
  }

  #fill(candidate: Candidate): number {
    return candidate.inFlight / this.#slotsOf(candidate);
  }
}

export const firstAvailable: StrategyDefinition = {
  id: 'first-available',
  title: 'First available',
  rule: 'The first origin in order with a free slot gets it; where all are full, the least full one.',
  goodWhen: 'Fewer origins are cheaper: the last ones stay idle and can be switched off.',
  failsWhen: 'The first origins run at their limit all the time: every one that slows down delays the most requests.',
  knownAs: ['HAProxy first', 'Caddy first'],
  parameters: {
    slots: { kind: 'integer', label: 'Slots per unit of weight', min: 1, max: 100_000, default: 4 },
  },
  create: (spec) => new FirstAvailable(Number(spec.slots)),
};
