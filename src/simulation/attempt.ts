import type { RequestInfo } from '../core/strategy.ts';
import type { Tries } from '../core/tries.ts';
import { ANSWERED, type Ending } from './attempt-endings.ts';
import type { RequestWorld } from './request-world.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** Where an attempt is: at no origin. */
export const AWAY = 0;
/** On its way to the origin. */
export const COMING = 1;
/** At an origin that is frozen and reads it only when it thaws. */
export const HELD = 2;
/** In the origin's queue. */
export const WAITING = 3;
/** A worker is at it. */
export const SERVING = 4;
/** Its service is over, but the origin is frozen and cannot say so. */
export const OVERDUE = 5;
/** The answer is on its way back. */
const RETURNING = 6;
/** At an origin that hangs: it will never answer this one. */
export const IGNORED = 7;
/** At no origin: it waits at the balancer until one has room. */
export const QUEUED = 8;
/** At no origin: it waits at the balancer before it is tried again. */
export const PAUSING = 9;

/**
 * A request and its newest try, as the balancer and strategies see it, too. The object is used again for others when it is over
 * (`Attempts`). Times are ms on the run's clock; NaN, which a time begins with, tells engines that there will be fractions.
 */
export class Attempt implements RequestInfo {
  // What its end touches comes first and is near each other in memory: until then much else has been there.
  /** One of the places above. */
  place = AWAY;
  /** Where it is, or was at last. */
  origin: VirtualOrigin | undefined = undefined;
  /** When its service ends, or its pause. */
  endsAt = Number.NaN;
  /** Whoever sent it has given up on it and only the origin still knows it. */
  abandoned = false;
  /** Whether its request arrived after the warm-up. */
  counts = false;
  /** When this try began. */
  begunAt = Number.NaN;
  /** When the request arrived at the balancer. */
  arrivedAt = Number.NaN;
  /** What is known of its tries where there was more than one. */
  tries: Tries | undefined = undefined;
  /** Nobody else has it at the same time: it stands for the attempt in events. */
  readonly number: number;
  /** Number of the page it is a call of; -1 for none. */
  page = -1;
  /** Number of the closed loop's user; -1 for none. */
  user = -1;
  /** While it is free: the next one that is. */
  nextFree: Attempt | undefined = undefined;
  /** Its place in the origin's queue, see `ServiceQueue`. */
  ticket = 0;
  /** Tries of the request so far, this one included. */
  ordinal = 0;
  /** What the answer will be when it is back. */
  outcome: Ending = ANSWERED;
  readonly #world: RequestWorld;
  /** Number of the client; -1: nobody has asked yet. */
  #client = -1;
  /** Number of the path it asks for. */
  #path = 0;

  constructor(number: number, world: RequestWorld) {
    this.number = number;
    this.#world = world;
  }

  /** A request arrives. @param user and @param page as above. @param client -1: to be drawn when somebody asks */
  begin(now: number, user: number, page: number, client: number): void {
    this.arrivedAt = now;
    this.user = user;
    this.page = page;
    this.#client = client;
    this.#path = this.#world.paths.take();
    this.ordinal = 0;
    this.abandoned = false;
  }

  /** Goes on with the request of another one, which from now on is its origin's alone. */
  takeOver(other: Attempt): void {
    this.origin = other.origin;
    this.arrivedAt = other.arrivedAt;
    this.begunAt = other.begunAt;
    this.ordinal = other.ordinal;
    this.tries = other.tries;
    this.counts = other.counts;
    this.user = other.user;
    this.page = other.page;
    this.#client = other.#client;
    this.#path = other.#path;
    this.abandoned = false;
    other.tries = undefined;
    other.abandoned = true;
  }

  /** It waits before it is tried again. @returns until when (ms), as it was given */
  pause(until: number): number {
    this.place = PAUSING;
    this.endsAt = until;
    return until;
  }

  /** Its answer is on its way back. */
  sendBack(outcome: Ending): void {
    this.place = RETURNING;
    this.outcome = outcome;
  }

  get method(): string {
    return 'GET';
  }

  get path(): string {
    return this.#world.paths.path(this.#path);
  }

  get client(): string {
    const { addresses, addressOf } = this.#world;
    const client = this.clientNumber;
    let address = addresses[client];
    if (address === undefined) {
      address = addressOf(client);
      addresses[client] = address;
    }
    return address;
  }

  /** Drawn when somebody asks: most strategies never do. */
  get clientNumber(): number {
    if (this.#client < 0) this.#client = this.#world.pick();
    return this.#client;
  }

  /** Simulated clients send no headers; what a cookie would say is told to the balancer by itself. */
  header(): undefined {
    return undefined;
  }
}
