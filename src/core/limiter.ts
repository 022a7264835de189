import type { Origin } from './origin.ts';
import type { OriginPool } from './origin-pool.ts';
import { type LimitPolicy, limitOf, UNLIMITED } from './policies.ts';
import type { RequestInfo } from './strategy.ts';
import { type Place, WaitingLine } from './waiting-line.ts';

/** A request that waits for an origin with room. Whoever drives the balancer is told exactly one of the two, unless it leaves. */
export interface Waiter {
  readonly request: RequestInfo;
  /** The origin its client stays with, if it does. */
  readonly own: string | undefined;
  /** An origin has room: call `choose` and `started` for it before returning. */
  turn(now: number): void;
  /** It waits no longer. `queue-timeout`: too long; `none-available`: nobody is left who could ever serve it. */
  refused(why: 'queue-timeout' | 'none-available', now: number): void;
}

/** Where a request waits. */
export interface WaiterPlace extends Place<WaiterPlace> {
  readonly who: Waiter;
  /** ms on the lab's clock. */
  readonly since: number;
  /** Whose line it is; undefined for the one for all. */
  origin: Origin | undefined;
}

/** What the limiter asks and tells whoever chooses. */
export interface LimiterChooser {
  /** Whether any available origin may serve a request (a path rule may keep it from some). */
  canServe(request: RequestInfo): boolean;
  /** Whether any in rotation may, when it has room. */
  couldServe(request: RequestInfo): boolean;
  /** More or fewer requests are in flight at this origin, or wait for it alone. */
  loadChanged(origin: Origin): void;
}

/** Where several threads have one line for all: what each limiter tells and knows of it. */
export interface SharedLine {
  /** Requests that wait in all threads. */
  readonly waiting: number;
  /** Whether nobody in another thread came before the first in this one. */
  readonly isFirst: boolean;
  /** For the next who comes, above all who are there. */
  nextNumber(): number;
  /** The number of the first in this thread, and how many wait there. */
  tell(first: number | undefined, waiting: number): void;
}

/** Why a request cannot even wait. `queue-full`: those who could serve it are full, and so is the queue. */
export type Refusal = 'none-available' | 'queue-full';

/**
 * How many attempts may be in flight, and the queue of the requests beyond.
 *
 * Who waits where: a request waits in one line for all origins, and the first that has room takes the one that came first
 * (one line before many counters is the fairest and the fastest). Only a client that stays with an origin (sticky) waits in
 * that origin's own line, as in HAProxy: it has its session there. Where both lines want the same place, who came first has it.
 */
export class Limiter {
  readonly #pool: OriginPool;
  readonly #chooser: LimiterChooser;
  readonly #shared = new WaitingLine<WaiterPlace>();
  readonly #places = new Map<Waiter, WaiterPlace>();
  /** As many as there are places: looked at with every attempt that ends, where a map's size would take longer. */
  #waiting = 0;
  /** Places in origins' own lines. */
  #owned = 0;
  #number = 0;
  #policy: LimitPolicy;
  #inFlight = 0;
  #most = UNLIMITED;
  #perOrigin = UNLIMITED;
  #releasing = false;
  #again = false;
  /** Only where several threads have one line. */
  readonly #line: SharedLine | undefined;
  /** Somebody has its turn right now. */
  turning = false;

  constructor(pool: OriginPool, policy: LimitPolicy, chooser: LimiterChooser, line?: SharedLine) {
    this.#line = line;
    this.#pool = pool;
    this.#chooser = chooser;
    this.#policy = policy;
    this.setPolicy(policy);
  }

  /** Requests waiting now. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether no origin at all may get another attempt. */
  get isFull(): boolean {
    return this.#inFlight >= this.#most;
  }

  /** Nothing in flight is cut where a limit falls. */
  setPolicy(policy: LimitPolicy): void {
    this.#policy = policy;
    this.#most = limitOf(policy.total);
    this.#perOrigin = limitOf(policy.maxInFlight);
    for (const origin of this.#pool.all) this.limit(origin);
  }

  /** Gives the origin its own limit, else that of all. */
  limit(origin: Origin): void {
    origin.most = origin.maxInFlight === undefined ? this.#perOrigin : limitOf(origin.maxInFlight);
    this.#pool.refresh(origin);
  }

  started(origin: Origin): void {
    this.#inFlight++;
    origin.inFlight++;
    if (origin.inFlight >= origin.most && origin.available) this.#pool.refresh(origin);
    if (origin.level?.loadListener !== undefined) this.#chooser.loadChanged(origin);
  }

  finished(origin: Origin): void {
    this.#inFlight--;
    origin.inFlight--;
    if (origin.available === false && origin.inRotation) this.#pool.refresh(origin);
    if (origin.level?.loadListener !== undefined) this.#chooser.loadChanged(origin);
  }

  /** So many attempts are in flight at the origin, as others than this balancer send it some, too. */
  learn(origin: Origin, inFlight: number): void {
    origin.inFlight = inFlight;
    this.#pool.refresh(origin);
  }

  /** The same of all origins together. */
  learnAll(inFlight: number): void {
    this.#inFlight = inFlight;
  }

  /** Puts a request that nobody could be chosen for at the end of its line; says why not where it cannot wait. */
  wait(waiter: Waiter, now: number): Refusal | undefined {
    const named = this.#pool.named(waiter.own);
    const origin = named?.keepsItsOwn ? named : undefined;
    if (!origin && !this.#chooser.couldServe(waiter.request)) return 'none-available';
    if ((this.#line ?? this).waiting >= limitOf(this.#policy.queue)) return 'queue-full';
    const number = this.#line ? this.#line.nextNumber() : this.#number + 1;
    this.#number = number;
    const place = { who: waiter, number, since: now, origin, line: undefined, ahead: undefined, behind: undefined };
    this.#places.set(waiter, place);
    this.#waiting++;
    (origin?.line ?? this.#shared).join(place);
    if (origin) this.#ownLineChanged(origin, 1);
    this.#tell();
    return undefined;
  }

  /** Its client has left. */
  leave(waiter: Waiter): void {
    const place = this.#places.get(waiter);
    if (place) this.#takeOut(place);
  }

  /** Gives their turn to those who wait, as far as there is room; call it after anything that may have made some. */
  release(now: number): void {
    if (this.#waiting > 0) this.#release(now);
  }

  #release(now: number): void {
    this.#again = true;
    // A turn may end at once and make room again: that is for the loop below, not for a stack that grows with the queue.
    if (this.#releasing) return;
    this.#releasing = true;
    try {
      while (this.#again) {
        this.#again = false;
        this.#giveTurns(now);
      }
    } finally {
      this.#releasing = false;
      this.turning = false;
    }
  }

  /** Who may be chosen at all has changed: nobody waits at an origin that left, or for what nobody can give. */
  rotationChanged(now: number): void {
    if (this.waiting === 0) return;
    for (const origin of this.#pool.all) if (!origin.keepsItsOwn) this.disband(origin);
    for (let place = this.#shared.first; place; ) {
      const next = place.behind;
      if (!this.#chooser.couldServe(place.who.request)) {
        this.#takeOut(place);
        place.who.refused('none-available', now);
      }
      // What was told may have changed the line, too.
      place = next?.line === this.#shared ? next : undefined;
    }
  }

  /** Those who waited for this origin go into the line for all, with the age they have. */
  disband(origin: Origin): void {
    for (let place = origin.line.first; place; place = origin.line.first) {
      origin.line.leave(place);
      place.origin = undefined;
      this.#shared.join(place);
      this.#ownLineChanged(origin, -1);
    }
  }

  /** Refuses those who have waited too long. */
  expire(now: number): void {
    if (this.waiting === 0) return;
    this.#expire(this.#shared, now);
    if (this.#owned > 0) for (const { line } of this.#pool.all) this.#expire(line, now);
  }

  /** When (ms) `expire` has something to do; Infinity if never. */
  nextEventAt(now: number): number {
    if (this.waiting === 0) return Number.POSITIVE_INFINITY;
    let next = this.#endOf(this.#shared.first, now);
    if (this.#owned > 0) for (const { line } of this.#pool.all) next = Math.min(next, this.#endOf(line.first, now));
    return next;
  }

  #giveTurns(now: number): void {
    // Those who have to wait again come behind these, and not before something happens.
    const last = this.#number;
    while (!this.isFull) {
      let next = this.#firstShared();
      if (this.#owned > 0) {
        for (const { line, full } of this.#pool.all) {
          if (!full && line.first && (next === undefined || line.first.number < next.number)) next = line.first;
        }
      }
      if (next === undefined || next.number > last || this.#line?.isFirst === false) return;
      this.#takeOut(next);
      this.turning = true;
      next.who.turn(now);
      this.turning = false;
    }
  }

  /** Who came first of those whom an origin with room may serve. */
  #firstShared(): WaiterPlace | undefined {
    if (this.#pool.countAvailable() === 0) return undefined;
    let place = this.#shared.first;
    while (place && !this.#chooser.canServe(place.who.request)) place = place.behind;
    return place;
  }

  #expire(line: WaitingLine<WaiterPlace>, now: number): void {
    for (let place = line.first; place && this.#endOf(place, now) <= now; place = line.first) {
      this.#takeOut(place);
      place.who.refused('queue-timeout', now);
    }
  }

  /** Corrects itself when the clock jumped back. */
  #endOf(place: WaiterPlace | undefined, now: number): number {
    return place ? Math.min(place.since, now) + this.#policy.queueTimeout : Number.POSITIVE_INFINITY;
  }

  #takeOut(place: WaiterPlace): void {
    place.line?.leave(place);
    if (this.#places.delete(place.who)) this.#waiting--;
    if (place.origin) this.#ownLineChanged(place.origin, -1);
    this.#tell();
  }

  #tell(): void {
    this.#line?.tell(this.#shared.first?.number, this.waiting);
  }

  #ownLineChanged(origin: Origin, by: number): void {
    this.#owned += by;
    this.#chooser.loadChanged(origin);
  }
}
