import type { Candidate, SharedTurns } from './strategy.ts';

/** Origins that a lab may have in its life; each keeps its place, as its last attempt may end long after it was removed. */
export const MOST_ORIGINS = 4096;
/** Strategies within one, each with turns of its own (path rules), the one for the rest included. */
export const MOST_PARTS = 32;
/** Priorities 0 to 9, and the backups. */
const LEVELS = 11;
/** Strategies that may be in use at once: while one takes another's place, some threads go by the old one. */
const STRATEGIES_AT_ONCE = 2;

/** Numbers of a strategy for all origins of a level, and for each origin: as many as the one that needs most. */
const COMMON_NUMBERS = 3;
const ORIGIN_NUMBERS = 10;

/** Of one part of one strategy: which strategy it is, the numbers of each level, those of each origin. */
const COMMON = 1;
const ORIGINS = COMMON + LEVELS * COMMON_NUMBERS;
const NUMBERS = ORIGINS + MOST_ORIGINS * ORIGIN_NUMBERS;

/** Most of it is never touched, and so costs no memory. */
export const TURNS_BYTES = STRATEGIES_AT_ONCE * MOST_PARTS * NUMBERS * 8;

/**
 * A strategy's turns at one level in memory that several threads share.
 * @param strategy the how many-th it is: another one begins with zeros
 * @param priority of the level; undefined: backups
 */
export function turnsOf(numbers: Float64Array, strategy: number, priority: number | undefined): SharedTurns {
  return new Turns(numbers, strategy, priority === undefined ? LEVELS - 1 : priority, 0);
}

class Turns implements SharedTurns {
  readonly #numbers: Float64Array;
  readonly #strategy: number;
  readonly #level: number;
  readonly #start: number;
  readonly #common: number;

  constructor(numbers: Float64Array, strategy: number, level: number, part: number) {
    this.#numbers = numbers;
    this.#strategy = strategy;
    this.#level = level;
    this.#start = ((strategy % STRATEGIES_AT_ONCE) * MOST_PARTS + part) * NUMBERS;
    this.#common = this.#start + COMMON + level * COMMON_NUMBERS;
    if (numbers[this.#start] === strategy) return;
    // What no strategy has used is zeros, and stays out of memory.
    if (numbers[this.#start] !== 0) numbers.fill(0, this.#start, this.#start + NUMBERS);
    numbers[this.#start] = strategy;
  }

  common(which: number): number {
    return this.#numbers[this.#common + which] as number;
  }

  setCommon(which: number, value: number): void {
    this.#numbers[this.#common + which] = value;
  }

  placeOf(origin: Candidate): number {
    return origin.id;
  }

  part(index: number): SharedTurns {
    return new Turns(this.#numbers, this.#strategy, this.#level, index);
  }

  of(origin: Candidate, which: number): number {
    return this.#numbers[this.#start + ORIGINS + origin.id * ORIGIN_NUMBERS + which] as number;
  }

  set(origin: Candidate, which: number, value: number): void {
    this.#numbers[this.#start + ORIGINS + origin.id * ORIGIN_NUMBERS + which] = value;
  }
}
