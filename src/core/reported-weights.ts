import { OriginMemory } from './origin-memory.ts';
import type { AttemptTimes, Candidate, LoadReport, Outcome } from './strategy.ts';

/** How weights follow from reports; durations in ms. */
export interface ReportedWeightRules {
  /** How much a share of errors counts beside the load. */
  readonly penalty: number;
  /** For so long after its first report an origin keeps the usual weight: it may still be warming up. */
  readonly blackout: number;
  /** A report older than this says nothing any more. */
  readonly expiry: number;
  /** Weights change no more often than this. */
  readonly update: number;
}

interface Reports {
  /** What the newest useful report made of it; undefined: there was none. */
  weight: number | undefined;
  /** When the newest useful report came, and the first since there was none. */
  last: number;
  first: number | undefined;
  /** The newest report that was looked at, useful or not. */
  seen: LoadReport | undefined;
  /** Attempts that ended since then, and those with an error. */
  ended: number;
  errors: number;
}

/**
 * Envoy's client side weighted round robin (OrcaWeightManager): an origin's weight is qps / (utilization + errors / qps × penalty),
 * its work for its load. Those of which nothing is known (yet, or any more) have the median weight of the others, or 1. Where an
 * origin reports its load only, the balancer's own counts between two reports stand for its rates.
 */
export class ReportedWeights {
  readonly #rules: ReportedWeightRules;
  readonly #reports = new OriginMemory<Reports>(() => ({
    weight: undefined,
    last: 0,
    first: undefined,
    seen: undefined,
    ended: 0,
    errors: 0,
  }));
  #all: readonly Candidate[] = [];
  #weights: ReadonlyMap<string, number> = new Map();
  #usual = 1;
  #updatedAt = Number.NEGATIVE_INFINITY;

  constructor(rules: ReportedWeightRules) {
    this.#rules = rules;
  }

  /** Works the weights out where it is time to, or origins are others. */
  advance(all: readonly Candidate[], now: number): void {
    if (all === this.#all && Math.abs(now - this.#updatedAt) < this.#rules.update) return;
    this.#reports.follow(all);
    this.#all = all;
    this.#updatedAt = now;
    const known = new Map<string, number>();
    for (const candidate of all) {
      const weight = this.#weightNow(candidate, now);
      if (weight !== undefined) known.set(candidate.name, weight);
    }
    const usual = median([...known.values()]);
    // On a scale of which the usual is 1, so that turns go on smoothly when all weights grow.
    this.#weights = new Map([...known].map(([name, weight]) => [name, weight / usual]));
    this.#usual = usual;
  }

  finished(origin: Candidate, outcome: Outcome, { failure }: AttemptTimes): void {
    if (outcome === 'abandoned') return;
    const reports = this.#reports.of(origin);
    reports.ended++;
    if (failure !== undefined) reports.errors++;
  }

  /** As a share of the usual weight. */
  of(candidate: Candidate): number {
    return this.#weights.get(candidate.name) ?? 1;
  }

  /** Requests a second for each unit of load. */
  absolute(candidate: Candidate): number {
    return this.of(candidate) * this.#usual;
  }

  isKnown(candidate: Candidate): boolean {
    return this.#weights.has(candidate.name);
  }

  #weightNow(candidate: Candidate, now: number): number | undefined {
    const reports = this.#reports.of(candidate);
    const { load } = candidate;
    if (load !== undefined && load !== reports.seen) this.#take(reports, load);
    if (reports.first === undefined || reports.weight === undefined) return undefined;
    if (now - reports.last > this.#rules.expiry) {
      reports.first = undefined;
      return undefined;
    }
    return now - reports.first < this.#rules.blackout ? undefined : reports.weight;
  }

  #take(reports: Reports, load: LoadReport): void {
    const { seen, ended, errors } = reports;
    reports.seen = load;
    reports.ended = 0;
    reports.errors = 0;
    const seconds = seen === undefined ? 0 : (load.at - seen.at) / 1000;
    const rate = load.rate ?? (seconds > 0 ? ended / seconds : 0);
    const errorRate = load.errorRate ?? (seconds > 0 ? errors / seconds : 0);
    const weight = weightFor(rate, load.value, errorRate, this.#rules.penalty);
    // A report that makes no weight leaves the one before.
    if (weight === undefined) return;
    reports.weight = weight;
    reports.last = load.at;
    reports.first ??= load.at;
  }
}

/** Undefined where the formula has no answer: nothing was done, or without any load. Rates in 1/s. */
export function weightFor(rate: number, load: number, errorRate: number, penalty: number): number | undefined {
  if (!(rate > 0)) return undefined;
  const utilization = load + (errorRate / rate) * penalty;
  return utilization > 0 ? rate / utilization : undefined;
}

/** The middle one, or the mean of the two in the middle; 1 of none. */
function median(values: number[]): number {
  if (values.length === 0) return 1;
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  const upper = values[middle] ?? 1;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] ?? upper) + upper) / 2;
}
