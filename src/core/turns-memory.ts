import type { OriginView } from './origin.ts';
import type { Candidate, SharedTurns } from './strategy.ts';

/** Origins that a lab may have in its life; each keeps its place, as its last attempt may end long after it was removed. */
export const MOST_ORIGINS = 4096;
/** Strategies within one, each with turns of its own (path rules), the one for the rest included. */
export const MOST_PARTS = 32;
/** Priorities 0 to 9, and the backups. */
const LEVELS = 11;
/** Strategies that may be in use at once: while one takes another's place, some threads go by the old one. */
const STRATEGIES_AT_ONCE = 2;

/** Of one part of one strategy: which strategy it is, a position for each level, two numbers for each origin. */
const POSITIONS = 1;
const STANDINGS = POSITIONS + LEVELS;
const NUMBERS = STANDINGS + 2 * MOST_ORIGINS;

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

  constructor(numbers: Float64Array, strategy: number, level: number, part: number) {
    this.#numbers = numbers;
    this.#strategy = strategy;
    this.#level = level;
    this.#start = ((strategy % STRATEGIES_AT_ONCE) * MOST_PARTS + part) * NUMBERS;
    if (numbers[this.#start] === strategy) return;
    numbers.fill(0, this.#start, this.#start + NUMBERS);
    numbers[this.#start] = strategy;
  }

  get position(): number {
    return this.#numbers[this.#start + POSITIONS + this.#level] as number;
  }

  set position(position: number) {
    this.#numbers[this.#start + POSITIONS + this.#level] = position;
  }

  placeOf(origin: Candidate): number {
    return (origin as OriginView).id;
  }

  part(index: number): SharedTurns {
    return new Turns(this.#numbers, this.#strategy, this.#level, index);
  }

  first(origin: Candidate): number {
    return this.#numbers[this.#start + STANDINGS + 2 * this.placeOf(origin)] as number;
  }

  second(origin: Candidate): number {
    return this.#numbers[this.#start + STANDINGS + 2 * this.placeOf(origin) + 1] as number;
  }

  set(origin: Candidate, first: number, second: number): void {
    const at = this.#start + STANDINGS + 2 * this.placeOf(origin);
    this.#numbers[at] = first;
    this.#numbers[at + 1] = second;
  }
}
