import type { Comparison } from '../comparison.ts';
import { OriginMemory } from '../origin-memory.ts';
import { SMOOTH_NUMBERS, SmoothWeights } from '../smooth-weights.ts';
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

/** What nginx has built in, in ms: a new time counts for a twentieth; times within a step count as alike; beyond the cap all do. */
const NEWEST = 0.05;
const STEP = 20;
const CAP = 5000;
/** nginx counts idle time in whole seconds, and halves after one more than it is told to. */
const SECOND = 1000;

/** Where its numbers are among those that threads share. */
const AVERAGE = SMOOTH_NUMBERS;
const CHECKED = SMOOTH_NUMBERS + 1;
const IS_CHECKED = SMOOTH_NUMBERS + 2;

interface Times {
  /** Moving average in ms; 0 before the first answer. */
  average: number;
  /** When it was last found idle and tried; undefined: never. */
  checked: number | undefined;
  /** Attempts in flight that this strategy saw begin, and the sum of the moments at which they did. */
  waiting: number;
  begun: number;
  /** Moving average of their age, as of the choices it was looked at; 0 before the first. */
  age: number;
}

/** nginx's least_time (open source since 1.31). */
class LeastTime implements Strategy {
  readonly #toFirstByte: boolean;
  readonly #halving: number;
  readonly #countsWaiting: boolean;
  readonly #times = new OriginMemory<Times>(() => ({ average: 0, checked: undefined, waiting: 0, begun: 0, age: 0 }));
  readonly #turns = new SmoothWeights();
  /** Those tied for the least, reused from choice to choice. */
  readonly #tied: Candidate[] = [];

  constructor(toFirstByte: boolean, halving: number, countsWaiting: boolean) {
    this.#toFirstByte = toFirstByte;
    this.#halving = halving;
    this.#countsWaiting = countsWaiting;
  }

  choose({ all, available }: Pool, _request: RequestInfo, now: number): Candidate | undefined {
    this.#times.follow(all);
    this.#turns.follow(all);
    const tied = this.#tied;
    tied.length = 0;
    let least = 0;
    let leastWeight = 1;
    for (const candidate of available) {
      if (this.#countsWaiting) grow(this.#times.of(candidate), now);
      const time = this.#expected(candidate, now);
      // a/b < c/d as a·d < c·b: equal ratios compare as equal, which divisions would round apart.
      const order = tied.length === 0 ? -1 : time * leastWeight - least * candidate.weight;
      if (order > 0) continue;
      if (order < 0) {
        tied.length = 0;
        least = time;
        leastWeight = candidate.weight;
      }
      tied.push(candidate);
    }
    return tied.length === 1 ? tied[0] : this.#turns.pick(tied);
  }

  started(origin: Candidate, now: number): void {
    const times = this.#times.of(origin);
    if (this.#idle(times, now) > this.#halving) times.checked = now;
    times.waiting++;
    times.begun += now;
  }

  /** Only answers count: else an origin that fails at once would look like the fastest. */
  finished(origin: Candidate, outcome: Outcome, { duration, firstByte }: AttemptTimes, now: number): void {
    const times = this.#times.of(origin);
    if (times.waiting > 0) {
      times.waiting--;
      times.begun = times.waiting === 0 ? 0 : times.begun - (now - duration);
    }
    if (outcome !== 'success') return;
    const took = this.#toFirstByte ? (firstByte ?? duration) : duration;
    times.average = averaged(times.average, took);
  }

  takeOver(shared: SharedTurns, all: readonly Candidate[]): void {
    this.#times.follow(all);
    for (const candidate of all) {
      const times = this.#times.of(candidate);
      times.average = shared.of(candidate, AVERAGE);
      times.checked = shared.of(candidate, IS_CHECKED) === 1 ? shared.of(candidate, CHECKED) : undefined;
    }
    this.#turns.takeOver(shared, all);
  }

  handOver(shared: SharedTurns, all: readonly Candidate[]): void {
    for (const candidate of all) {
      const { average, checked } = this.#times.of(candidate);
      shared.set(candidate, AVERAGE, average);
      shared.set(candidate, CHECKED, checked ?? 0);
      shared.set(candidate, IS_CHECKED, checked === undefined ? 0 : 1);
    }
    this.#turns.handOver(shared, all);
  }

  explain({ available }: Pool, _request: RequestInfo, now: number, into: Comparison): void {
    for (const candidate of available) {
      const times = this.#times.peek(candidate);
      into.add(candidate, 'expected time (ms) / weight', this.#expected(candidate, now) / candidate.weight);
      into.add(candidate, 'average time (ms)', times.average);
      into.add(candidate, 'halved, as it was idle', this.#halvings(times, now));
      into.add(candidate, 'in flight', candidate.inFlight);
      into.add(candidate, 'weight', candidate.weight);
    }
  }

  /** ms until it would be done with what it has and one more. */
  #expected(candidate: Candidate, now: number): number {
    const times = this.#times.peek(candidate);
    let time = times.average / 2 ** this.#halvings(times, now);
    // Requests that are older than answers usually take are a bad sign.
    if (this.#countsWaiting && times.waiting > 0) time = Math.max(time, times.age);
    time = time > CAP ? CAP : (Math.floor(time / STEP) + 1) * STEP;
    return time * (1 + candidate.inFlight);
  }

  /** An origin that nobody tried for a while looks faster and faster, until somebody does. */
  #halvings(times: Times, now: number): number {
    const idle = this.#idle(times, now);
    return idle > this.#halving ? Math.floor(idle / (this.#halving + SECOND)) : 0;
  }

  #idle({ checked }: Times, now: number): number {
    if (checked === undefined) return Number.POSITIVE_INFINITY;
    return Math.floor(now / SECOND) * SECOND - Math.floor(checked / SECOND) * SECOND;
  }
}

function averaged(average: number, newest: number): number {
  return average === 0 ? newest : newest * NEWEST + average * (1 - NEWEST);
}

function grow(times: Times, now: number): void {
  if (times.waiting > 0) times.age = averaged(times.age, now - times.begun / times.waiting);
}

export const leastTime: StrategyDefinition = {
  id: 'least-time',
  title: 'Least time',
  rule: 'Each request goes where average answer time × (requests in flight + 1) is smallest.',
  goodWhen: 'Origins are of unequal or changing speed: it sees a slow one even when it is idle.',
  failsWhen: 'An origin answers errors quickly: it looks like the best one. And times alike by 20 ms count as equal.',
  knownAs: ['nginx least_time', 'Traefik leasttime'],
  oneThread: ({ inFlight }) =>
    inFlight === true ? 'with inFlight: true goes by the age of requests in one thread' : undefined,
  parameters: {
    measure: {
      kind: 'choice',
      label: 'Time to the first or to the last byte of the answer',
      options: ['first-byte', 'last-byte'],
      default: 'first-byte',
    },
    halveAfter: {
      kind: 'duration',
      label: 'Idle time (and 1 s) after which an average counts half: nginx fail_timeout',
      min: 100,
      max: 3_600_000,
      default: 10_000,
    },
    inFlight: { kind: 'boolean', label: 'The age of requests in flight counts too', default: false },
  },
  create: (spec) => new LeastTime(spec.measure === 'first-byte', Number(spec.halveAfter), spec.inFlight === true),
};
