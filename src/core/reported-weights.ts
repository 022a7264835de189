import { Makeup } from './makeup.ts';
import { OriginMemory } from './origin-memory.ts';
import { SMOOTH_NUMBERS } from './smooth-weights.ts';
import type { AttemptTimes, Candidate, LoadReport, Outcome, SharedTurns } from './strategy.ts';

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
  /** As a share of the usual weight; undefined: not known. */
  share: number | undefined;
}

/** Where its numbers are among those that threads share, beside those of the turns: what is undefined has no bit in KNOWN. */
const UPDATED_AT = 0;
const USUAL = 1;
const MAKEUP = 2;
const KNOWN = SMOOTH_NUMBERS;
const WEIGHT = KNOWN + 1;
const LAST = KNOWN + 2;
const FIRST = KNOWN + 3;
const SEEN = KNOWN + 4;
const ENDED = KNOWN + 5;
const ERRORS = KNOWN + 6;
const SHARE = KNOWN + 7;

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
    share: undefined,
  }));
  readonly #makeup = new Makeup();
  #usual = 1;
  #updatedAt = Number.NEGATIVE_INFINITY;

  constructor(rules: ReportedWeightRules) {
    this.#rules = rules;
  }

  /** Works the weights out where it is time to, or origins are others. */
  advance(all: readonly Candidate[], now: number): void {
    if (!this.#makeup.isNew(all) && Math.abs(now - this.#updatedAt) < this.#rules.update) return;
    this.#reports.follow(all);
    this.#updatedAt = now;
    const weights = all.map((candidate) => this.#weightNow(candidate, now));
    const usual = median(weights.filter((weight) => weight !== undefined));
    all.forEach((candidate, index) => {
      const weight = weights[index];
      // On a scale of which the usual is 1, so that turns go on smoothly when all weights grow.
      this.#reports.of(candidate).share = weight === undefined ? undefined : weight / usual;
    });
    this.#usual = usual;
  }

  /** Goes on where other threads have come to, who go by the same reports. */
  takeOver(shared: SharedTurns, all: readonly Candidate[]): void {
    const isNew = this.#makeup.isNewToAll(all, shared.common(MAKEUP));
    this.#updatedAt = isNew ? Number.NEGATIVE_INFINITY : shared.common(UPDATED_AT);
    this.#usual = shared.common(USUAL) || 1;
    this.#reports.follow(all);
    for (const candidate of all) {
      const reports = this.#reports.of(candidate);
      const known = shared.of(candidate, KNOWN);
      reports.weight = known & 1 ? shared.of(candidate, WEIGHT) : undefined;
      reports.last = shared.of(candidate, LAST);
      reports.first = known & 2 ? shared.of(candidate, FIRST) : undefined;
      reports.seen = known & 4 ? seenAt(shared.of(candidate, SEEN), candidate.load) : undefined;
      reports.ended = shared.of(candidate, ENDED);
      reports.errors = shared.of(candidate, ERRORS);
      reports.share = known & 8 ? shared.of(candidate, SHARE) : undefined;
    }
  }

  handOver(shared: SharedTurns, all: readonly Candidate[]): void {
    shared.setCommon(MAKEUP, this.#makeup.current);
    shared.setCommon(UPDATED_AT, this.#updatedAt);
    shared.setCommon(USUAL, this.#usual);
    for (const candidate of all) {
      const { weight, last, first, seen, ended, errors, share } = this.#reports.of(candidate);
      const [one, two, four, eight] = [bit(weight, 1), bit(first, 2), bit(seen, 4), bit(share, 8)];
      shared.set(candidate, KNOWN, one | two | four | eight);
      shared.set(candidate, WEIGHT, weight ?? 0);
      shared.set(candidate, LAST, last);
      shared.set(candidate, FIRST, first ?? 0);
      shared.set(candidate, SEEN, seen?.at ?? 0);
      shared.set(candidate, ENDED, ended);
      shared.set(candidate, ERRORS, errors);
      shared.set(candidate, SHARE, share ?? 0);
    }
  }

  finished(origin: Candidate, outcome: Outcome, { failure }: AttemptTimes): void {
    if (outcome === 'abandoned') return;
    const reports = this.#reports.of(origin);
    reports.ended++;
    if (failure !== undefined) reports.errors++;
  }

  /** As a share of the usual weight. */
  of(candidate: Candidate): number {
    return this.#reports.peek(candidate).share ?? 1;
  }

  /** Requests a second for each unit of load. */
  absolute(candidate: Candidate): number {
    return this.of(candidate) * this.#usual;
  }

  isKnown(candidate: Candidate): boolean {
    return this.#reports.peek(candidate).share !== undefined;
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

function bit(value: unknown, number: number): number {
  return value === undefined ? 0 : number;
}

/** The report that a thread looked at, by when it came: this thread has an object of its own for it. */
function seenAt(at: number, load: LoadReport | undefined): LoadReport {
  return load?.at === at ? load : { value: 0, at };
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
