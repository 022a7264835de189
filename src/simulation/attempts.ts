import { Attempt, AWAY } from './attempt.ts';
import type { RequestWorld } from './request-world.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** All attempts there are at one moment. What is over is used again, so the memory is that of the most there ever were at once. */
export class Attempts {
  readonly world: RequestWorld;
  /** By number. */
  readonly #all: Attempt[] = [];
  /** From `#used` on those that are free, the one that became so last first. */
  readonly #stack: Attempt[] = [];
  #used = 0;

  constructor(world: RequestWorld) {
    this.world = world;
  }

  /** All that were ever used, in the order of their numbers. */
  get all(): readonly Attempt[] {
    return this.#all;
  }

  /** The attempt of this number. */
  at(number: number): Attempt {
    return this.#all[number] as Attempt;
  }

  /** One that is free, as its last request has left it. */
  take(): Attempt {
    if (this.#used === this.#stack.length) this.#grow();
    return this.#stack[this.#used++] as Attempt;
  }

  release(attempt: Attempt): void {
    attempt.place = AWAY;
    attempt.tries = undefined;
    this.#stack[--this.#used] = attempt;
  }

  /** Another one for the request of this one, which from now on is the origin's alone. */
  succeed(attempt: Attempt): Attempt {
    const next = this.take();
    next.takeOver(attempt);
    return next;
  }

  /** Those at an origin that are in one of these places, those first that began first. */
  of(origin: VirtualOrigin, places: readonly number[]): Attempt[] {
    return this.#all
      .filter((attempt) => attempt.origin === origin && places.includes(attempt.place))
      .sort((one, other) => one.begunAt - other.begunAt || one.number - other.number);
  }

  #grow(): void {
    const attempt = new Attempt(this.#all.length, this.world);
    this.#all.push(attempt);
    this.#stack.push(attempt);
  }
}
