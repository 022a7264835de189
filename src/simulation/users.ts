import { exponential, type Rng } from '../core/rng.ts';
import type { TrafficDefinition } from '../protocol/lab.ts';

/** The users of a closed loop, who think (exponentially long) before each request; none under open traffic. */
export class Users {
  readonly #until: number;
  readonly #rng: Rng;
  readonly #schedule: (at: number, user: number) => void;
  /** Numbers below were users of earlier traffic. */
  #first = 0;
  #end = 0;
  #think = 0;

  /** @param until ms from which on nobody comes again. @param schedule when (ms) a user has thought */
  constructor(traffic: TrafficDefinition, until: number, rng: Rng, schedule: (at: number, user: number) => void) {
    this.#until = until;
    this.#rng = rng;
    this.#schedule = schedule;
    this.set(traffic, 0);
  }

  /** Whether it is a user of the traffic as it is now. */
  has(user: number): boolean {
    return user >= this.#first;
  }

  /** A user begins to think; nothing happens for one of earlier traffic. */
  think(user: number, now: number): void {
    if (!this.has(user)) return;
    const at = now + exponential(this.#think, this.#rng);
    if (at < this.#until) this.#schedule(at, user);
  }

  /** Other users from now on, who begin by thinking; those there were do not come again. */
  set(traffic: TrafficDefinition, now: number): void {
    this.#first = this.#end;
    this.#end += 'closed' in traffic ? traffic.closed.users : 0;
    this.#think = 'closed' in traffic ? traffic.closed.think : 0;
    for (let user = this.#first; user < this.#end; user++) this.think(user, now);
  }
}
