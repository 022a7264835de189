import type { Rng } from '../core/rng.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { exponential } from './arrivals.ts';

/** The users of a closed loop, who think (exponentially long) before each request; none under open traffic. */
export class Users {
  readonly count: number;
  readonly #think: number;
  readonly #until: number;
  readonly #rng: Rng;
  readonly #schedule: (at: number, user: number) => void;

  /** @param until ms from which on nobody comes again */
  constructor({ traffic }: LabDefinition, until: number, rng: Rng, schedule: (at: number, user: number) => void) {
    this.count = 'closed' in traffic ? traffic.closed.users : 0;
    this.#think = 'closed' in traffic ? traffic.closed.think : 0;
    this.#until = until;
    this.#rng = rng;
    this.#schedule = schedule;
  }

  think(user: number, now: number): void {
    const at = now + exponential(this.#think, this.#rng);
    if (at < this.#until) this.#schedule(at, user);
  }
}
