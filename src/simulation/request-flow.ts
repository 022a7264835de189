import type { Balancer, OriginView } from '../core/balancer.ts';
import type { FailureKind } from '../core/failure.ts';
import { type AttemptSlots, AWAY, COMING, RETURNING } from './attempt-slots.ts';
import type { CurrentRequest } from './current-request.ts';
import type { Measures, RequestEnd } from './measures.ts';
import { SlotList } from './slot-list.ts';
import { type Ending, TURNED_AWAY, type VirtualOrigin } from './virtual-origin.ts';

const FAILURES: Readonly<Record<Ending, FailureKind | undefined>> = [
  undefined,
  'server-error',
  'server-error',
  'connect-refused',
  'reset',
];

export interface RequestFlowOptions {
  readonly balancer: Balancer;
  readonly slots: AttemptSlots;
  readonly request: CurrentRequest;
  /** As the balancer sees them, in the order of `origins`. */
  readonly views: readonly OriginView[];
  readonly origins: readonly VirtualOrigin[];
  readonly measures: Measures;
  readonly paths: number;
  /** ms from an attempt's start to the answer's first byte; then the balancer gives up. */
  readonly firstByte: number;
  /** A request has ended. @param sender what `arrive` was told */
  readonly onEnd: (sender: number) => void;
  /** An attempt failed: the balancer may have something to time. */
  readonly onFailure: () => void;
}

/** Takes each request through its attempts, as the live dispatcher does: the balancer decides, the origins serve. */
export class RequestFlow {
  readonly #options: RequestFlowOptions;
  readonly #slots: AttemptSlots;
  readonly #balancer: Balancer;
  readonly #measures: Measures;
  readonly #indices = new Map<OriginView, number>();
  /** Attempts by when their first byte has to be there. */
  readonly #deadlines = new SlotList();
  #nextPath = 0;
  #now = 0;

  constructor(options: RequestFlowOptions) {
    this.#options = options;
    this.#slots = options.slots;
    this.#balancer = options.balancer;
    this.#measures = options.measures;
    options.views.forEach((view, index) => {
      this.#indices.set(view, index);
    });
  }

  /** When (ms) `expire` has something to do; Infinity if never. */
  get expiresAt(): number {
    const { first } = this.#deadlines;
    return first < 0 ? Number.POSITIVE_INFINITY : (this.#slots.begunAt[first] as number) + this.#options.firstByte;
  }

  /** Index of an origin by its view. */
  indexOf(view: OriginView): number {
    return this.#indices.get(view) as number;
  }

  /** The origin that an attempt is at, or was at last. */
  originOf(slot: number): VirtualOrigin {
    return this.#options.origins[this.#slots.origin[slot] as number] as VirtualOrigin;
  }

  /** @param sender the closed loop's user; -1 for none */
  arrive(sender: number, now: number): void {
    this.#now = now;
    const slots = this.#slots;
    const slot = slots.take();
    slots.arrivedAt[slot] = now;
    slots.client[slot] = -1;
    slots.sender[slot] = sender;
    slots.attempt[slot] = 0;
    slots.abandoned[slot] = 0;
    slots.path[slot] = this.#nextPath;
    if (++this.#nextPath >= this.#options.paths) this.#nextPath = 0;
    if (this.#measures.covers(now)) this.#measures.offered++;
    this.#balancer.requestStarted();
    this.#attempt(slot);
  }

  /** An origin has no more to do with an attempt. */
  originEnded(slot: number, ending: Ending, now: number): void {
    this.#now = now;
    if (this.#slots.abandoned[slot] === 1) {
      this.#slots.release(slot);
      return;
    }
    this.#slots.place[slot] = RETURNING;
    this.#deadlines.remove(slot);
    const failure = FAILURES[ending];
    const end = failure === undefined ? 'completed' : ending === TURNED_AWAY ? 'rejected' : 'failed';
    this.#attemptEnded(slot, failure, end);
  }

  /** Gives up on the attempt that is waited for longest. */
  expire(now: number): void {
    this.#now = now;
    const slot = this.#deadlines.first;
    this.#deadlines.remove(slot);
    const left = this.originOf(slot).leave(slot);
    this.#attemptEnded(left ? slot : this.#slots.succeed(slot), 'first-byte-timeout', 'failed');
  }

  #attempt(slot: number): void {
    const slots = this.#slots;
    const now = this.#now;
    const { request, origins } = this.#options;
    const attempt = (slots.attempt[slot] as number) + 1;
    request.slot = slot;
    const decision = this.#balancer.choose(request, now, attempt > 1 ? slots.tried.get(slot) : undefined);
    if (decision === undefined) {
      this.#end(slot, 'rejected');
      return;
    }
    const index = this.indexOf(decision.origin);
    slots.attempt[slot] = attempt;
    slots.origin[slot] = index;
    slots.begunAt[slot] = now;
    slots.place[slot] = COMING;
    this.#balancer.started(decision.origin, now);
    if (attempt > 1) this.#balancer.retryStarted();
    if (this.#measures.covers(slots.arrivedAt[slot] as number)) this.#measures.attemptBegan(index, attempt > 1);
    this.#deadlines.add(slot);
    (origins[index] as VirtualOrigin).receive(slot, now);
  }

  /** @param end of the request, unless it is tried again */
  #attemptEnded(slot: number, failure: FailureKind | undefined, end: RequestEnd): void {
    const slots = this.#slots;
    const balancer = this.#balancer;
    const now = this.#now;
    const attempt = slots.attempt[slot] as number;
    const index = slots.origin[slot] as number;
    const view = this.#options.views[index] as OriginView;
    const duration = now - (slots.begunAt[slot] as number);
    slots.place[slot] = AWAY;
    if (attempt > 1) balancer.retryFinished();
    if (this.#measures.covers(slots.arrivedAt[slot] as number)) {
      this.#measures.attemptEnded(index, duration, failure !== undefined);
    }
    if (failure === undefined) {
      balancer.finished(view, { duration, firstByte: duration }, now);
      this.#end(slot, end);
      return;
    }
    balancer.finished(view, { duration, failure }, now);
    const bytesSent = failure !== 'connect-refused';
    const { method } = this.#options.request;
    if (balancer.mayRetry({ attempt, failure, method, bytesSent, responseStarted: false })) {
      const tried = slots.tried.get(slot);
      if (tried) tried.add(view.name);
      else slots.tried.set(slot, new Set([view.name]));
      this.#attempt(slot);
    } else {
      this.#end(slot, end);
    }
    this.#options.onFailure();
  }

  #end(slot: number, end: RequestEnd): void {
    const slots = this.#slots;
    const arrivedAt = slots.arrivedAt[slot] as number;
    const sender = slots.sender[slot] as number;
    this.#balancer.requestFinished();
    if (this.#measures.covers(arrivedAt)) this.#measures.requestEnded(end, this.#now - arrivedAt);
    slots.release(slot);
    this.#options.onEnd(sender);
  }
}
