import type { Balancer, Decision, OriginView } from '../core/balancer.ts';
import { type FailureKind, isConnectFailure } from '../core/failure.ts';
import { type Ending, FAILURES, TURNED_AWAY } from './attempt-endings.ts';
import { type AttemptSlots, AWAY, COMING, PAUSING, QUEUED, RETURNING } from './attempt-slots.ts';
import type { ClientHomes } from './client-homes.ts';
import type { Deadlines } from './deadlines.ts';
import type { RequestEnd } from './measures.ts';
import { Pages } from './pages.ts';
import type { RequestFlowOptions } from './request-flow-options.ts';
import { RequestSlot } from './request-slot.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { VirtualOrigin } from './virtual-origin.ts';
import { WaitingRoom } from './waiting-room.ts';

/** Takes each request through its attempts, as the live `Exchange` does: the balancer decides, the origins serve. */
export class RequestFlow {
  readonly #options: RequestFlowOptions;
  readonly #slots: AttemptSlots;
  readonly #clock: VirtualClock;
  readonly #balancer: Balancer;
  readonly #recorder: RunRecorder;
  readonly #request: RequestSlot;
  readonly #onAttempt: RequestFlowOptions['onAttempt'];
  readonly #deadlines: Deadlines;
  /** ms each way between balancer and origins. */
  readonly #delay: number;
  readonly #pages = new Pages();
  readonly #waiting: WaitingRoom;
  readonly #homes: ClientHomes;

  constructor(options: RequestFlowOptions) {
    const { balancer, world, recorder } = options;
    this.#options = options;
    this.#slots = world.slots;
    this.#clock = options.clock;
    this.#balancer = balancer;
    this.#recorder = recorder;
    this.#request = new RequestSlot(world, 0);
    this.#onAttempt = options.onAttempt;
    this.#deadlines = options.deadlines;
    this.#delay = options.delay;
    this.#homes = options.homes;
    this.#waiting = new WaitingRoom(balancer, world, {
      turn: (slot) => this.#route(slot),
      refused: (slot, why) => this.#end(slot, 'rejected', why),
    });
  }

  /** When (ms) `expire` has something to do; Infinity if never. */
  get expiresAt(): number {
    return this.#deadlines.nextAt;
  }

  /** The origin that an attempt is at, or was at last. */
  originOf(slot: number): VirtualOrigin {
    return this.#options.origins[this.#slots.origin[slot] as number] as VirtualOrigin;
  }

  /** Someone arrives, and makes as many calls at once as a page has. @param user of the closed loop; -1 for none */
  arrive(user: number): void {
    const { fanOut } = this.#options.world;
    if (fanOut === 1) {
      this.#begin(user, -1, -1);
      return;
    }
    const page = this.#pages.begin(this.#clock.now, fanOut, user);
    const client = this.#options.world.pick();
    for (let call = 0; call < fanOut; call++) this.#begin(-1, page, client);
  }

  /** An attempt has reached its origin. */
  reached(slot: number): void {
    if (this.#slots.abandoned[slot] === 1) this.#slots.release(slot);
    else this.originOf(slot).receive(slot);
  }

  /** An answer has reached the balancer. */
  returned(slot: number): void {
    if (this.#slots.abandoned[slot] === 1) this.#slots.release(slot);
    else this.#answered(slot, this.#slots.outcome[slot] as Ending);
  }

  /** A pause before another try is over. */
  paused(slot: number): void {
    // One that was ended before its time leaves its event behind.
    if (this.#slots.place[slot] !== PAUSING || this.#slots.endsAt[slot] !== this.#clock.now) return;
    this.#route(slot);
  }

  /** An origin has no more to do with an attempt. */
  originEnded(slot: number, ending: Ending): void {
    if (this.#slots.abandoned[slot] === 1) {
      this.#slots.release(slot);
    } else if (this.#delay === 0) {
      this.#answered(slot, ending);
    } else {
      this.#slots.place[slot] = RETURNING;
      this.#slots.outcome[slot] = ending;
      this.#options.later('returned', this.#clock.now + this.#delay, slot);
    }
  }

  /** Somebody may have waited long enough: the balancer for an answer, or a client for everything. */
  expire(): void {
    const over = this.#deadlines.expired(this.#clock.now);
    if (over === undefined) return;
    const { slot, failure } = over;
    if (this.#slots.place[slot] === PAUSING || this.#slots.place[slot] === QUEUED) {
      this.#waiting.leave(slot);
      this.#end(slot, 'failed', failure);
      return;
    }
    const left = this.originOf(slot).leave(slot);
    this.#attemptEnded(left ? slot : this.#succeed(slot), failure, 'failed');
  }

  #begin(user: number, page: number, client: number): void {
    const slots = this.#slots;
    const now = this.#clock.now;
    const slot = slots.take();
    slots.arrivedAt[slot] = now;
    slots.client[slot] = client;
    slots.user[slot] = user;
    slots.page[slot] = page;
    slots.attempt[slot] = 0;
    slots.retrying[slot] = 0;
    slots.abandoned[slot] = 0;
    slots.path[slot] = this.#options.world.paths.take();
    this.#options.count(1);
    slots.counts[slot] = this.#recorder.requestArrived(now);
    this.#balancer.retries.requestStarted();
    this.#options.watcher?.requestBegan(slot);
    if (this.#balancer.breaker.admits(now)) this.#route(slot);
    else this.#end(slot, 'rejected', 'circuit-open');
  }

  /** Finds an origin, now or after a wait. */
  #route(slot: number): void {
    const slots = this.#slots;
    const request = this.#request;
    request.slot = slot;
    const before = slots.attempt[slot] as number;
    const tried = before > 0 ? slots.tried.get(slot) : undefined;
    const own = this.#ownName();
    const { watcher } = this.#options;
    const decision = watcher
      ? watcher.choose(slot, before + 1, request, tried, own)
      : this.#balancer.choose(request, this.#clock.now, tried, own);
    if (decision) this.#attempt(slot, decision);
    else this.#wait(slot);
  }

  /** Name of the origin that the client of the moment stays with. */
  #ownName(): string | undefined {
    if (!this.#homes.any) return undefined;
    return this.#options.views[this.#homes.of(this.#request.clientIndex)]?.name;
  }

  #wait(slot: number): void {
    const own = this.#ownName();
    const failedThere = own !== undefined && this.#slots.tried.get(slot)?.has(own);
    const refusal = this.#waiting.join(slot, failedThere ? undefined : own, this.#clock.now);
    if (refusal === undefined) {
      this.#slots.place[slot] = QUEUED;
      this.#options.watcher?.queued(slot);
      this.#options.onWork();
    } else {
      this.#end(slot, 'rejected', refusal);
    }
  }

  #attempt(slot: number, { origin: view, reason }: Decision): void {
    const slots = this.#slots;
    const now = this.#clock.now;
    const attempt = (slots.attempt[slot] as number) + 1;
    const index = view.id;
    slots.attempt[slot] = attempt;
    slots.origin[slot] = index;
    slots.begunAt[slot] = now;
    slots.place[slot] = COMING;
    this.#balancer.started(view, now);
    this.#recorder.attemptBegan(slots.counts[slot] as number, slots.arrivedAt[slot] as number, index, attempt > 1);
    if (this.#options.watcher) {
      const { client, path } = this.#request;
      this.#options.watcher.attemptBegan(slot, { origin: index, attempt, reason, client, path });
    }
    this.#recorder.trail?.met(this.#request.clientIndex, index);
    if (this.#delay === 0) this.originOf(slot).receive(slot);
    else this.#options.later('reached', now + this.#delay, slot);
  }

  /** The slot stays the origin's, which goes on for nobody; the request moves to another one. */
  #succeed(slot: number): number {
    const next = this.#slots.succeed(slot);
    this.#options.watcher?.moved(slot, next);
    this.#deadlines.succeed(next);
    return next;
  }

  #answered(slot: number, ending: Ending): void {
    const failure = FAILURES[ending];
    if (this.#homes.any && (failure === undefined || failure === 'server-error')) this.#keep(slot);
    const end = failure === undefined ? 'completed' : ending === TURNED_AWAY ? 'rejected' : 'failed';
    this.#attemptEnded(slot, failure, end);
  }

  /** The client stays with the origin that has answered it. */
  #keep(slot: number): void {
    this.#request.slot = slot;
    this.#homes.keep(this.#request.clientIndex, this.#slots.origin[slot] as number);
  }

  /** @param end of the request, unless it is tried again */
  #attemptEnded(slot: number, failure: FailureKind | undefined, end: RequestEnd): void {
    const slots = this.#slots;
    const balancer = this.#balancer;
    const now = this.#clock.now;
    const attempt = slots.attempt[slot] as number;
    const index = slots.origin[slot] as number;
    const view = this.#options.views[index] as OriginView;
    const duration = now - (slots.begunAt[slot] as number);
    slots.place[slot] = AWAY;
    this.#retryOver(slot);
    const arrivedAt = slots.arrivedAt[slot] as number;
    this.#recorder.attemptEnded(slots.counts[slot] as number, arrivedAt, index, duration, failure !== undefined);
    this.#onAttempt?.({ origin: index, attempt, arrivedAt, begunAt: now - duration, endedAt: now, failure });
    const watcher = this.#options.watcher;
    if (failure === undefined) {
      watcher?.attemptEnded(slot, undefined, true, 200);
      balancer.finished(view, { duration, firstByte: duration }, now);
      this.#end(slot, end, undefined);
      return;
    }
    balancer.finished(view, { duration, failure }, now);
    const bytesSent = !isConnectFailure(failure);
    const { method } = this.#request;
    const status = failure === 'server-error' ? (end === 'rejected' ? 503 : 500) : 0;
    const again = balancer.retries.allows({ attempt, failure, status, method, bytesSent, responseStarted: false });
    watcher?.attemptEnded(slot, failure, !again, status);
    if (again) {
      const tried = slots.tried.get(slot);
      if (tried) tried.add(view.name);
      else slots.tried.set(slot, new Set([view.name]));
      this.#again(slot, attempt);
    } else {
      this.#end(slot, end, failure);
    }
    this.#options.onWork();
  }

  /** Tries once more, after a while. */
  #again(slot: number, attempt: number): void {
    const slots = this.#slots;
    slots.retrying[slot] = 1;
    this.#balancer.retries.retryStarted();
    const delay = this.#balancer.retries.delay(attempt);
    if (delay === 0) {
      this.#route(slot);
      return;
    }
    slots.place[slot] = PAUSING;
    slots.endsAt[slot] = this.#clock.now + delay;
    this.#options.later('paused', this.#clock.now + delay, slot);
  }

  #retryOver(slot: number): void {
    if (this.#slots.retrying[slot] === 0) return;
    this.#slots.retrying[slot] = 0;
    this.#balancer.retries.retryFinished();
  }

  /** @param failure of its last attempt, or why it got none; undefined when it completed */
  #end(slot: number, end: RequestEnd, failure: FailureKind | undefined): void {
    const slots = this.#slots;
    const arrivedAt = slots.arrivedAt[slot] as number;
    const page = slots.page[slot] as number;
    let user = slots.user[slot] as number;
    this.#retryOver(slot);
    this.#balancer.retries.requestFinished();
    this.#balancer.breaker.ended(failure, arrivedAt, this.#clock.now);
    this.#recorder.requestEnded(slots.counts[slot] as number, arrivedAt, end, this.#clock.now - arrivedAt);
    if (this.#options.watcher) {
      this.#request.slot = slot;
      this.#options.watcher.requestEnded(slot, failure, this.#request.client, this.#request.path);
    }
    slots.release(slot);
    this.#options.count(-1);
    if (page >= 0) {
      const whole = this.#pages.callEnded(page, end !== 'completed');
      if (whole) this.#recorder.pageEnded(whole.arrivedAt, this.#clock.now - whole.arrivedAt, whole.failed);
      user = whole?.sender ?? -1;
    }
    if (user >= 0) this.#options.userDone(user);
  }
}
