import type { Comparison } from '../comparison.ts';
import { DistinctDraw } from '../distinct-draw.ts';
import { OriginMemory } from '../origin-memory.ts';
import type { Rng } from '../rng.ts';
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

interface Peak {
  /** ms, as of `at`; undefined before the first answer. */
  time: number | undefined;
  at: number;
}

/**
 * Finagle's and Envoy's peak EWMA: a slower answer counts at once and in full, faster ones only win through as the peak decays. It
 * decays without answers too, so that an origin that nobody chose for a while is tried again.
 */
class PeakEwma implements Strategy {
  readonly #decay: number;
  readonly #unknown: number;
  readonly #peaks = new OriginMemory<Peak>(() => ({ time: undefined, at: 0 }));
  readonly #draw = new DistinctDraw();

  constructor(decay: number, unknown: number) {
    this.#decay = decay;
    this.#unknown = unknown;
  }

  choose({ all, available }: Pool, _request: RequestInfo, now: number, rng: Rng): Candidate | undefined {
    this.#peaks.follow(all);
    const count = available.length;
    const one = available[this.#draw.next(0, count, rng)];
    if (count === 1 || one === undefined) return one;
    const other = available[this.#draw.next(1, count, rng)];
    // Ties go to the one drawn first, which is a fair lot.
    return other && this.#cost(other, now) < this.#cost(one, now) ? other : one;
  }

  finished(origin: Candidate, outcome: Outcome, { duration }: AttemptTimes, now: number): void {
    if (outcome === 'abandoned') return;
    const peak = this.#peaks.of(origin);
    const decayed = this.#decayed(peak, now);
    const kept = Math.exp(-Math.max(0, now - peak.at) / this.#decay);
    if (peak.time === undefined || duration > decayed) peak.time = Math.max(duration, 0);
    // A failure can make an origin look slow, never fast.
    else peak.time = outcome === 'failure' ? decayed : decayed + duration * (1 - kept);
    peak.at = now;
  }

  takeOver(shared: SharedTurns, all: readonly Candidate[]): void {
    this.#peaks.follow(all);
    for (const candidate of all) {
      const peak = this.#peaks.of(candidate);
      const [time, at] = [shared.of(candidate, 0), shared.of(candidate, 1)];
      peak.time = time === 0 && at === 0 ? undefined : time;
      peak.at = at;
    }
  }

  handOver(shared: SharedTurns, all: readonly Candidate[]): void {
    for (const candidate of all) {
      const { time, at } = this.#peaks.of(candidate);
      if (time === undefined) continue;
      shared.set(candidate, 0, time);
      shared.set(candidate, 1, at);
    }
  }

  explain({ available }: Pool, _request: RequestInfo, now: number, into: Comparison): void {
    for (const candidate of available) {
      into.add(candidate, 'cost', this.#cost(candidate, now));
      into.add(candidate, 'peak time (ms)', this.#decayed(this.#peaks.peek(candidate), now));
      into.add(candidate, 'in flight', candidate.inFlight);
      into.add(candidate, 'weight', candidate.weight);
    }
  }

  #cost(candidate: Candidate, now: number): number {
    return (this.#decayed(this.#peaks.peek(candidate), now) * (candidate.inFlight + 1)) / candidate.weight;
  }

  #decayed({ time, at }: Peak, now: number): number {
    return time === undefined ? this.#unknown : time * Math.exp(-Math.max(0, now - at) / this.#decay);
  }
}

export const peakEwma: StrategyDefinition = {
  id: 'peak-ewma',
  title: 'Peak EWMA',
  rule: 'Of two origins drawn by lot, the one with the smaller recent peak time × requests in flight.',
  goodWhen: 'Origins have sudden slow spells: one slow answer is enough to make the others preferred.',
  failsWhen: 'Slow answers are the nature of some requests: whoever happens to get one is avoided for it.',
  knownAs: ['Envoy PEAK_EWMA', 'Linkerd peak-ewma', 'Finagle p2cPeakEwma'],
  parameters: {
    decay: { kind: 'duration', label: 'Time in which a peak falls to 37 %', min: 1, max: 3_600_000, default: 10_000 },
    unknown: {
      kind: 'duration',
      label: 'Time assumed of an origin that has not answered yet',
      min: 0,
      max: 60_000,
      default: 10,
    },
  },
  create: (spec) => new PeakEwma(Number(spec.decay), Number(spec.unknown)),
};
