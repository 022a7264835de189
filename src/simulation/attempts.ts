import { Attempt, AWAY } from './attempt.ts';
import type { RequestWorld } from './request-world.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** All attempts there are at one moment. What is over is used again, so the memory is that of the most there ever were at once. */
export class Attempts {
  readonly world: RequestWorld;
  /** By number. */
  readonly #all: Attempt[] = [];
  /** The one that became free last, before all others that are. */
  #free: Attempt | undefined;

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
    const attempt = this.#free ?? this.#another();
    this.#free = attempt.nextFree;
    return attempt;
  }

  release(attempt: Attempt): void {
    attempt.place = AWAY;
    attempt.tries = undefined;
    attempt.nextFree = this.#free;
    this.#free = attempt;
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

  #another(): Attempt {
    const attempt = new Attempt(this.#all.length, this.world);
    this.#all.push(attempt);
    return attempt;
  }
}
