import type { Balancer, Decision } from '../core/balancer.ts';
import type { CircuitBreaker } from '../core/circuit-breaker.ts';
import type { FailureKind } from '../core/failure.ts';
import type { Retries } from '../core/retry.ts';
import { type Attempt, AWAY, COMING, PAUSING, QUEUED } from './attempt.ts';
import { ANSWERED, type Ending, FAILURES, TURNED_AWAY } from './attempt-endings.ts';
import type { Attempts } from './attempts.ts';
import type { ClientHomes } from './client-homes.ts';
import type { Measures, RequestEnd } from './measures.ts';
import type { Occupancy } from './occupancy.ts';
import { Pages } from './pages.ts';
import type { RequestFlowOptions } from './request-flow-options.ts';
import { RequestRetries } from './request-retries.ts';
import type { RequestWorld } from './request-world.ts';
import { RunObservers } from './run-observers.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { VirtualOrigin } from './virtual-origin.ts';
import { WaitingRoom } from './waiting-room.ts';

/**
 * Takes each request through its attempts, as the live `Exchange` does: the balancer decides, the origins serve. What happens to
 * few requests, or only in some runs, is in functions of its own: so engines have room for the rest where it is called.
 */
export class RequestFlow {
  readonly #options: RequestFlowOptions;
  readonly #world: RequestWorld;
  readonly #attempts: Attempts;
  readonly #clock: VirtualClock;
  readonly #balancer: Balancer;
  readonly #breaker: CircuitBreaker;
  readonly #budget: Retries;
  readonly #measures: Measures;
  readonly #occupancy: Occupancy;
  readonly #origins: readonly VirtualOrigin[];
  readonly #delay: number;
  readonly #pages = new Pages();
  readonly #waiting: WaitingRoom;
  readonly #homes: ClientHomes;
  readonly #retries: RequestRetries;
  /** Undefined where nobody looks at anything but the measures. */
  readonly #observers: RunObservers | undefined;
  /** Of the attempt that has just succeeded: one object for all of them. */
  readonly #times = { duration: Number.NaN, firstByte: Number.NaN };

  constructor(options: RequestFlowOptions) {
    const { balancer, recorder } = options;
    this.#options = options;
    this.#world = options.attempts.world;
    this.#attempts = options.attempts;
    this.#clock = options.clock;
    this.#balancer = balancer;
    this.#breaker = balancer.breaker;
    this.#budget = balancer.retries;
    this.#measures = recorder.main;
    this.#occupancy = options.occupancy;
    this.#origins = options.origins;
    this.#delay = options.delay;
    this.#homes = options.homes;
    this.#retries = new RequestRetries(balancer.retries);
    this.#observers = RunObservers.of(options);
    this.#waiting = new WaitingRoom(balancer, {
      turn: (attempt) => this.#route(attempt),
      refused: (attempt, why) => this.#end(attempt, 'rejected', why),
    });
  }

  /** When (ms) `expire` has something to do; Infinity if never. */
  get expiresAt(): number {
    return this.#options.deadlines.nextAt;
  }

  /** Someone arrives, and makes as many calls at once as a page has. @param user of the closed loop; -1 for none */
  arrive(user: number): void {
    if (this.#world.fanOut === 1) this.#begin(user, -1, -1);
    else this.#beginPage(user, this.#world.fanOut);
  }

  #beginPage(user: number, calls: number): void {
    const page = this.#pages.begin(this.#clock.now, calls, user);
    const client = this.#world.pick();
    for (let call = 0; call < calls; call++) this.#begin(-1, page, client);
  }

  /** The service of an attempt is over. */
  complete(number: number): void {
    const attempt = this.#attempts.at(number);
    const ending = (attempt.origin as VirtualOrigin).complete(attempt);
    // What most come to goes straight on.
    if (ending === ANSWERED && this.#delay === 0 && attempt.abandoned === false) this.#completed(attempt);
    else if (ending !== undefined) this.originEnded(attempt, ending);
  }

  /** An attempt has reached its origin. */
  reached(number: number): void {
    const attempt = this.#attempts.at(number);
    if (attempt.abandoned) this.#attempts.release(attempt);
    else this.#receive(attempt, attempt.origin as VirtualOrigin);
  }

  /** An answer has reached the balancer. */
  returned(number: number): void {
    const attempt = this.#attempts.at(number);
    if (attempt.abandoned) this.#attempts.release(attempt);
    else this.#answered(attempt, attempt.outcome);
  }

  /** A pause before another try is over. */
  paused(number: number): void {
    const attempt = this.#attempts.at(number);
    // One that was ended before its time leaves its event behind.
    if (attempt.place === PAUSING && attempt.endsAt === this.#clock.now) this.#route(attempt);
  }

  /** An origin has no more to do with an attempt. */
  originEnded(attempt: Attempt, ending: Ending): void {
    if (attempt.abandoned === true) this.#attempts.release(attempt);
    else if (this.#delay === 0) this.#answered(attempt, ending);
    else {
      attempt.sendBack(ending);
      this.#options.later('returned', this.#clock.now + this.#delay, attempt.number);
    }
  }

  /** Somebody may have waited long enough: the balancer for an answer, or a client for everything. */
  expire(): void {
    const over = this.#options.deadlines.expired(this.#clock.now);
    if (over === undefined) return;
    const { attempt, failure } = over;
    if (attempt.place === PAUSING || attempt.place === QUEUED) {
      this.#waiting.leave(attempt);
      this.#end(attempt, 'failed', failure);
    } else {
      const left = (attempt.origin as VirtualOrigin).leave(attempt);
      this.#failed(left ? attempt : this.#succeed(attempt), failure, 'failed');
    }
  }

  #begin(user: number, page: number, client: number): void {
    const { now } = this.#clock;
    const attempt = this.#attempts.take();
    attempt.begin(now, user, page, client);
    attempt.counts = this.#measures.requestArrived(now);
    this.#occupancy.change(1, now);
    this.#budget.requestStarted();
    this.#observers?.requestBegan(attempt);
    if (this.#breaker.admits(now)) this.#route(attempt);
    else this.#end(attempt, 'rejected', 'circuit-open');
  }

  /** Finds an origin, now or after a wait. */
  #route(attempt: Attempt): void {
    const isPlain = attempt.tries === undefined && !this.#homes.any && this.#observers === undefined;
    const decision = isPlain ? this.#balancer.choose(attempt, this.#clock.now) : this.#choose(attempt);
    if (decision !== undefined) this.#send(attempt, decision);
    else this.#wait(attempt);
  }

  /** The same for a request that was tried before, a client who stays with an origin, or somebody who watches. */
  #choose(attempt: Attempt): Decision | undefined {
    const tried = attempt.tries?.failedAt;
    const own = this.#ownName(attempt);
    const watcher = this.#observers?.watcher;
    return watcher
      ? watcher.choose(attempt.number, attempt.ordinal + 1, attempt, tried, own)
      : this.#balancer.choose(attempt, this.#clock.now, tried, own);
  }

  /** Name of the origin that its client stays with. */
  #ownName(attempt: Attempt): string | undefined {
    return this.#homes.any ? this.#origins[this.#homes.of(attempt.clientNumber)]?.name : undefined;
  }

  #wait(attempt: Attempt): void {
    const own = this.#ownName(attempt);
    const failedThere = own !== undefined && attempt.tries?.failedAt.has(own);
    const refusal = this.#waiting.join(attempt, failedThere ? undefined : own, this.#clock.now);
    if (refusal !== undefined) {
      this.#end(attempt, 'rejected', refusal);
      return;
    }
    attempt.place = QUEUED;
    this.#observers?.watcher?.queued(attempt.number);
    this.#options.onWork();
  }

  #send(attempt: Attempt, decision: Decision): void {
    const { now } = this.#clock;
    const view = decision.origin;
    const origin = this.#origins[view.id] as VirtualOrigin;
    const ordinal = attempt.ordinal + 1;
    attempt.ordinal = ordinal;
    attempt.origin = origin;
    attempt.place = COMING;
    attempt.begunAt = now;
    if (attempt.counts === true) this.#measures.attemptBegan(view.id, ordinal > 1);
    this.#balancer.started(view, now);
    this.#observers?.attemptBegan(attempt, decision);
    if (this.#delay === 0) this.#receive(attempt, origin);
    else this.#options.later('reached', now + this.#delay, attempt.number);
  }

  #receive(attempt: Attempt, origin: VirtualOrigin): void {
    const ending = origin.receive(attempt);
    if (ending !== undefined) this.originEnded(attempt, ending);
  }

  /** The attempt stays the origin's, which goes on for nobody; the request moves to another one. */
  #succeed(attempt: Attempt): Attempt {
    const next = this.#attempts.succeed(attempt);
    this.#observers?.watcher?.moved(attempt.number, next.number);
    this.#options.deadlines.succeed(next);
    return next;
  }

  #answered(attempt: Attempt, ending: Ending): void {
    const failure = FAILURES[ending];
    if (failure === 'server-error') this.#keep(attempt);
    if (failure === undefined) this.#completed(attempt);
    else this.#failed(attempt, failure, ending === TURNED_AWAY ? 'rejected' : 'failed');
  }

  /** The client stays with the origin that has answered it, if clients stay. */
  #keep(attempt: Attempt): void {
    if (this.#homes.any) this.#homes.keep(attempt.clientNumber, (attempt.origin as VirtualOrigin).index);
  }

  #completed(attempt: Attempt): void {
    const { now } = this.#clock;
    if (this.#homes.any) this.#keep(attempt);
    const { view } = attempt.origin as VirtualOrigin;
    const duration = now - attempt.begunAt;
    attempt.place = AWAY;
    attempt.tries?.over();
    if (attempt.counts === true) {
      this.#measures.attemptAnswered(view.id, duration);
      this.#measures.requestCompleted(now - attempt.arrivedAt);
    }
    this.#observers?.attemptAnswered(attempt, view.id, duration);
    const times = this.#times;
    times.duration = duration;
    times.firstByte = duration;
    this.#balancer.finished(view, times, now);
    this.#leave(attempt, 'completed', undefined);
  }

  /** @param end of the request, unless it is tried again */
  #failed(attempt: Attempt, failure: FailureKind, end: 'failed' | 'rejected'): void {
    const { view } = attempt.origin as VirtualOrigin;
    const duration = this.#clock.now - attempt.begunAt;
    attempt.place = AWAY;
    attempt.tries?.over();
    if (attempt.counts) this.#measures.attemptFailed(view.id);
    this.#observers?.attemptEnded(attempt, view.id, duration, failure);
    this.#balancer.finished(view, { duration, failure }, this.#clock.now);
    const status = failure === 'server-error' ? (end === 'rejected' ? 503 : 500) : 0;
    const again = this.#retries.allows(attempt, failure, status);
    this.#observers?.watcher?.attemptEnded(attempt.number, failure, !again, status);
    if (again) this.#again(attempt, this.#retries.begin(attempt, view.name));
    else this.#end(attempt, end, failure);
    this.#options.onWork();
  }

  /** Tries once more. @param delay ms until then */
  #again(attempt: Attempt, delay: number): void {
    if (delay === 0) this.#route(attempt);
    else this.#options.later('paused', attempt.pause(this.#clock.now + delay), attempt.number);
  }

  /** @param failure of its last attempt, or why it got none */
  #end(attempt: Attempt, end: 'failed' | 'rejected', failure: FailureKind): void {
    attempt.tries?.over();
    if (attempt.counts) this.#measures.requestLost(end);
    this.#leave(attempt, end, failure);
  }

  /** A request is over, and what it used is free. @param failure undefined when it completed */
  #leave(attempt: Attempt, end: RequestEnd, failure: FailureKind | undefined): void {
    this.#budget.requestFinished();
    if (this.#breaker.looks || this.#observers !== undefined) this.#tell(attempt, end, failure);
    this.#attempts.release(attempt);
    this.#occupancy.change(-1, this.#clock.now);
    if (this.#occupancy.now === 0) this.#options.onEmpty();
    if (attempt.page >= 0) this.#callEnded(attempt.page, end);
    else if (attempt.user >= 0) this.#options.userDone(attempt.user);
  }

  /** Tells the breaker and whoever looks on that a request is over. */
  #tell(attempt: Attempt, end: RequestEnd, failure: FailureKind | undefined): void {
    this.#breaker.ended(failure, attempt.arrivedAt, this.#clock.now);
    this.#observers?.requestEnded(attempt, end, failure);
  }

  /** Of a page: it is done when the last of its calls is. */
  #callEnded(page: number, end: RequestEnd): void {
    const whole = this.#pages.callEnded(page, end !== 'completed');
    if (whole === undefined) return;
    this.#options.recorder.pageEnded(whole.arrivedAt, this.#clock.now - whole.arrivedAt, whole.failed);
    if (whole.sender >= 0) this.#options.userDone(whole.sender);
  }
}
