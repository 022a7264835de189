import type { Balancer, Decision, OriginView } from '../core/balancer.ts';
import type { FailureKind } from '../core/failure.ts';
import { ANSWERED, type Ending, FAILURES, TURNED_AWAY } from './attempt-endings.ts';
import { type AttemptSlots, AWAY, COMING, PAUSING, QUEUED } from './attempt-slots.ts';
import type { ClientHomes } from './client-homes.ts';
import type { Measures, RequestEnd } from './measures.ts';
import type { Occupancy } from './occupancy.ts';
import { Pages } from './pages.ts';
import type { RequestFlowOptions } from './request-flow-options.ts';
import { RequestRetries } from './request-retries.ts';
import { RequestSlot } from './request-slot.ts';
import { RunObservers } from './run-observers.ts';
import * as field from './slot-fields.ts';
import { NUMBERS, TIMES } from './slot-fields.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { VirtualOrigin } from './virtual-origin.ts';
import { WaitingRoom } from './waiting-room.ts';

/**
 * Takes each request through its attempts, as the live `Exchange` does: the balancer decides, the origins serve. What happens to
 * few requests, or only in some runs, is in functions of its own: so engines have room for the rest where it is called.
 */
export class RequestFlow {
  readonly #options: RequestFlowOptions;
  readonly #slots: AttemptSlots;
  readonly #clock: VirtualClock;
  readonly #balancer: Balancer;
  readonly #measures: Measures;
  readonly #occupancy: Occupancy;
  readonly #origins: readonly VirtualOrigin[];
  readonly #views: readonly OriginView[];
  readonly #request: RequestSlot;
  readonly #delay: number;
  readonly #pages = new Pages();
  readonly #waiting: WaitingRoom;
  readonly #homes: ClientHomes;
  readonly #retries: RequestRetries;
  /** Undefined where nobody looks at anything but the measures. */
  readonly #observers: RunObservers | undefined;
  /** Of the attempt that has just succeeded: one object for all of them. */
  readonly #times = { duration: 0, firstByte: 0 };

  constructor(options: RequestFlowOptions) {
    const { balancer, world, recorder } = options;
    this.#options = options;
    this.#slots = world.slots;
    this.#clock = options.clock;
    this.#balancer = balancer;
    this.#measures = recorder.main;
    this.#occupancy = options.occupancy;
    this.#origins = options.origins;
    this.#views = options.views;
    this.#request = new RequestSlot(world, 0);
    this.#delay = options.delay;
    this.#homes = options.homes;
    this.#retries = new RequestRetries(world.slots, balancer.retries);
    this.#observers = RunObservers.of(options, this.#request);
    this.#waiting = new WaitingRoom(balancer, world, {
      turn: (slot) => this.#route(slot),
      refused: (slot, why) => this.#end(slot, 'rejected', why),
    });
  }

  /** When (ms) `expire` has something to do; Infinity if never. */
  get expiresAt(): number {
    return this.#options.deadlines.nextAt;
  }

  /** The service of an attempt is over. */
  complete(slot: number): void {
    this.#originOf(slot).complete(slot);
  }

  /** The origin that an attempt is at, or was at last. */
  #originOf(slot: number): VirtualOrigin {
    return this.#origins[this.#slots.numbers[slot * NUMBERS + field.ORIGIN] as number] as VirtualOrigin;
  }

  /** Someone arrives, and makes as many calls at once as a page has. @param user of the closed loop; -1 for none */
  arrive(user: number): void {
    if (this.#options.world.fanOut === 1) this.#begin(user, -1, -1);
    else this.#beginPage(user, this.#options.world.fanOut);
  }

  #beginPage(user: number, calls: number): void {
    const page = this.#pages.begin(this.#clock.now, calls, user);
    const client = this.#options.world.pick();
    for (let call = 0; call < calls; call++) this.#begin(-1, page, client);
  }

  /** An attempt has reached its origin. */
  reached(slot: number): void {
    if (this.#slots.numbers[slot * NUMBERS + field.ABANDONED] === 1) this.#slots.release(slot);
    else this.#originOf(slot).receive(slot);
  }

  /** An answer has reached the balancer. */
  returned(slot: number): void {
    const { numbers } = this.#slots;
    if (numbers[slot * NUMBERS + field.ABANDONED] === 1) this.#slots.release(slot);
    else this.#answered(slot, numbers[slot * NUMBERS + field.OUTCOME] as Ending);
  }

  /** A pause before another try is over. */
  paused(slot: number): void {
    const { numbers, times } = this.#slots;
    // One that was ended before its time leaves its event behind.
    if (numbers[slot * NUMBERS + field.PLACE] !== PAUSING) return;
    if (times[slot * TIMES + field.ENDS_AT] === this.#clock.now) this.#route(slot);
  }

  /** An origin has no more to do with an attempt. */
  originEnded(slot: number, ending: Ending): void {
    if (this.#slots.numbers[slot * NUMBERS + field.ABANDONED] === 1) this.#slots.release(slot);
    else if (this.#delay === 0) this.#answered(slot, ending);
    else {
      this.#slots.sendBack(slot, ending);
      this.#options.later('returned', this.#clock.now + this.#delay, slot);
    }
  }

  /** Somebody may have waited long enough: the balancer for an answer, or a client for everything. */
  expire(): void {
    const over = this.#options.deadlines.expired(this.#clock.now);
    if (over === undefined) return;
    const { slot, failure } = over;
    const place = this.#slots.numbers[slot * NUMBERS + field.PLACE];
    if (place === PAUSING || place === QUEUED) {
      this.#waiting.leave(slot);
      this.#end(slot, 'failed', failure);
    } else {
      const left = this.#originOf(slot).leave(slot);
      this.#failed(left ? slot : this.#succeed(slot), failure, 'failed');
    }
  }

  #begin(user: number, page: number, client: number): void {
    const slots = this.#slots;
    const { now } = this.#clock;
    const slot = slots.begin(this.#options.world.paths.take());
    if (user >= 0) slots.numbers[slot * NUMBERS + field.USER] = user;
    if (page >= 0) slots.callOf(slot, page, client);
    slots.times[slot * TIMES + field.ARRIVED_AT] = now;
    slots.numbers[slot * NUMBERS + field.COUNTS] = this.#measures.requestArrived(now);
    this.#occupancy.change(1);
    this.#balancer.retries.requestStarted();
    this.#observers?.requestBegan(slot);
    if (this.#balancer.breaker.admits(now)) this.#route(slot);
    else this.#end(slot, 'rejected', 'circuit-open');
  }

  /** Finds an origin, now or after a wait. */
  #route(slot: number): void {
    const request = this.#request;
    request.slot = slot;
    const before = this.#slots.numbers[slot * NUMBERS + field.ATTEMPT] as number;
    const tried = before > 0 ? this.#slots.tries.get(slot)?.failedAt : undefined;
    const own = this.#homes.any ? this.#ownName() : undefined;
    const watcher = this.#observers?.watcher;
    const decision = watcher
      ? watcher.choose(slot, before + 1, request, tried, own)
      : this.#balancer.choose(request, this.#clock.now, tried, own);
    if (decision) this.#attempt(slot, decision);
    else this.#wait(slot);
  }

  /** Name of the origin that the client of the moment stays with. */
  #ownName(): string | undefined {
    if (!this.#homes.any) return undefined;
    return this.#views[this.#homes.of(this.#request.clientNumber)]?.name;
  }

  #wait(slot: number): void {
    const own = this.#ownName();
    const failedThere = own !== undefined && this.#slots.tries.get(slot)?.failedAt.has(own);
    const refusal = this.#waiting.join(slot, failedThere ? undefined : own, this.#clock.now);
    if (refusal !== undefined) {
      this.#end(slot, 'rejected', refusal);
      return;
    }
    this.#slots.numbers[slot * NUMBERS + field.PLACE] = QUEUED;
    this.#observers?.watcher?.queued(slot);
    this.#options.onWork();
  }

  #attempt(slot: number, decision: Decision): void {
    const { numbers, times } = this.#slots;
    const { now } = this.#clock;
    const record = slot * NUMBERS;
    const view = decision.origin;
    const attempt = (numbers[record + field.ATTEMPT] as number) + 1;
    numbers[record + field.ATTEMPT] = attempt;
    numbers[record + field.ORIGIN] = view.id;
    numbers[record + field.PLACE] = COMING;
    times[slot * TIMES + field.BEGUN_AT] = now;
    this.#balancer.started(view, now);
    if (numbers[record + field.COUNTS] === 1) this.#measures.attemptBegan(view.id, attempt > 1);
    this.#observers?.attemptBegan(slot, attempt, decision);
    if (this.#delay === 0) (this.#origins[view.id] as VirtualOrigin).receive(slot);
    else this.#options.later('reached', now + this.#delay, slot);
  }

  /** The slot stays the origin's, which goes on for nobody; the request moves to another one. */
  #succeed(slot: number): number {
    const next = this.#slots.succeed(slot);
    this.#observers?.watcher?.moved(slot, next);
    this.#options.deadlines.succeed(next);
    return next;
  }

  #answered(slot: number, ending: Ending): void {
    if (this.#homes.any) this.#keep(slot, ending);
    if (ending === ANSWERED) this.#completed(slot);
    else this.#failed(slot, FAILURES[ending] as FailureKind, ending === TURNED_AWAY ? 'rejected' : 'failed');
  }

  /** The client stays with the origin that has answered it. */
  #keep(slot: number, ending: Ending): void {
    const failure = FAILURES[ending];
    if (failure !== undefined && failure !== 'server-error') return;
    this.#request.slot = slot;
    this.#homes.keep(this.#request.clientNumber, this.#slots.numbers[slot * NUMBERS + field.ORIGIN] as number);
  }

  #completed(slot: number): void {
    const { numbers, times } = this.#slots;
    const { now } = this.#clock;
    const record = slot * NUMBERS;
    const origin = numbers[record + field.ORIGIN] as number;
    const duration = now - (times[slot * TIMES + field.BEGUN_AT] as number);
    numbers[record + field.PLACE] = AWAY;
    if (this.#slots.tries.size > 0) this.#slots.tries.get(slot)?.over();
    if (numbers[record + field.COUNTS] === 1) {
      this.#measures.attemptAnswered(origin, duration);
      this.#measures.requestCompleted(now - (times[slot * TIMES + field.ARRIVED_AT] as number));
    }
    this.#observers?.attemptAnswered(slot, duration);
    this.#times.duration = duration;
    this.#times.firstByte = duration;
    this.#balancer.finished(this.#views[origin] as OriginView, this.#times, now);
    this.#leave(slot, 'completed', undefined);
  }

  /** @param end of the request, unless it is tried again */
  #failed(slot: number, failure: FailureKind, end: 'failed' | 'rejected'): void {
    const { numbers, times } = this.#slots;
    const record = slot * NUMBERS;
    const view = this.#views[numbers[record + field.ORIGIN] as number] as OriginView;
    const duration = this.#clock.now - (times[slot * TIMES + field.BEGUN_AT] as number);
    numbers[record + field.PLACE] = AWAY;
    this.#slots.tries.get(slot)?.over();
    if (numbers[record + field.COUNTS] === 1) this.#measures.attemptFailed(view.id);
    this.#observers?.attemptEnded(slot, duration, failure);
    this.#balancer.finished(view, { duration, failure }, this.#clock.now);
    const status = failure === 'server-error' ? (end === 'rejected' ? 503 : 500) : 0;
    const again = this.#retries.allows(slot, failure, status, this.#request.method);
    this.#observers?.watcher?.attemptEnded(slot, failure, !again, status);
    if (again) this.#again(slot, this.#retries.begin(slot, view.name));
    else this.#end(slot, end, failure);
    this.#options.onWork();
  }

  /** Tries once more. @param delay ms until then */
  #again(slot: number, delay: number): void {
    if (delay === 0) this.#route(slot);
    else this.#options.later('paused', this.#slots.pause(slot, this.#clock.now + delay), slot);
  }

  /** @param failure of its last attempt, or why it got none */
  #end(slot: number, end: 'failed' | 'rejected', failure: FailureKind): void {
    this.#slots.tries.get(slot)?.over();
    if (this.#slots.numbers[slot * NUMBERS + field.COUNTS] === 1) this.#measures.requestLost(end);
    this.#leave(slot, end, failure);
  }

  /** A request is over, and the slot free. @param failure undefined when it completed */
  #leave(slot: number, end: RequestEnd, failure: FailureKind | undefined): void {
    const { numbers, times } = this.#slots;
    const record = slot * NUMBERS;
    const page = numbers[record + field.PAGE] as number;
    const user = numbers[record + field.USER] as number;
    this.#balancer.retries.requestFinished();
    const { breaker } = this.#balancer;
    if (breaker.looks) breaker.ended(failure, times[slot * TIMES + field.ARRIVED_AT] as number, this.#clock.now);
    this.#observers?.requestEnded(slot, end, failure);
    this.#slots.release(slot);
    this.#occupancy.change(-1);
    if (this.#occupancy.now === 0) this.#options.onEmpty();
    if (page >= 0) this.#callEnded(page, end);
    else if (user >= 0) this.#options.userDone(user);
  }

  /** Of a page: it is done when the last of its calls is. */
  #callEnded(page: number, end: RequestEnd): void {
    const whole = this.#pages.callEnded(page, end !== 'completed');
    if (whole === undefined) return;
    this.#options.recorder.pageEnded(whole.arrivedAt, this.#clock.now - whole.arrivedAt, whole.failed);
    if (whole.sender >= 0) this.#options.userDone(whole.sender);
  }
}
