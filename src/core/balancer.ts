import { Chooser, type Insight } from './chooser.ts';
import { type BreakerStatus, CircuitBreaker } from './circuit-breaker.ts';
import type { Commons } from './commons.ts';
import type { Decision } from './decision.ts';
import { HealthSupervisor, type Transition } from './health-supervisor.ts';
import { Limiter, type Refusal, type Waiter } from './limiter.ts';
import { Origin, type OriginRole, type OriginSpec, type OriginView } from './origin.ts';
import { OriginPool } from './origin-pool.ts';
import type { Policies } from './policies.ts';
import { Retries } from './retry.ts';
import type { Rng } from './rng.ts';
import { SlowStart } from './slow-start.ts';
import type { AttemptTimes, LoadReport, RequestInfo, StrategySpec } from './strategy.ts';

export type { BreakerStatus } from './circuit-breaker.ts';
export type { Decision } from './decision.ts';
export type { Transition } from './health-supervisor.ts';
export type { Refusal, Waiter } from './limiter.ts';
export type { BalancerStatus, OriginRole, OriginView } from './origin.ts';
export type { FailedAttempt } from './retry.ts';

export interface BalancerOptions {
  readonly strategy: StrategySpec;
  readonly policies: Policies;
  /** Strategies and the jitter of checks draw from it. */
  readonly rng: Rng;
  /** Called after each change of an origin's status. */
  readonly onTransition?: (transition: Transition) => void;
  /** Called after each change of the circuit breaker's state. */
  readonly onBreaker?: (status: BreakerStatus) => void;
}

/**
 * Decides which origin gets each request. It is told what happened and when (`now`, ms on the lab's clock, which may
 * jump) and answers; whoever drives it does the I/O, sends the checks it asks for and calls `advance` at `nextEventAt`.
 *
 * A request's way: `breaker.admits` it and `retries` count it; `choose`; where that gives an origin, `started` and once `finished`;
 * where it gives none, `wait`, which either says why the client is to be refused, or lets the request stand in a queue until its
 * `turn`.
 */
export class Balancer {
  /** What may be tried again; whoever drives the balancer tells it of requests and retries. */
  readonly retries: Retries;
  /** Whether requests are let in at all; it is asked once for each request and told how it `ended`. */
  readonly breaker: CircuitBreaker;
  protected readonly pool: OriginPool;
  protected readonly chooser: Chooser;
  protected readonly limiter: Limiter;
  readonly #slowStart: SlowStart;
  protected readonly health: HealthSupervisor;
  /** Origins added so far. */
  protected added = 0;
  /** Something made room where no turns were given yet. */
  protected turnsDue = false;

  /**
   * @param commons only for balancers in several threads (`ThreadBalancer`)
   * @throws EvenkeelError `unknown-strategy` or `bad-argument`
   */
  constructor({ strategy, policies, rng, onTransition, onBreaker }: BalancerOptions, commons?: Commons) {
    this.pool = new OriginPool(policies);
    this.retries = new Retries(policies.retry, rng, commons?.budget);
    this.breaker = new CircuitBreaker(policies.breaker, onBreaker);
    this.chooser = new Chooser(this.pool, strategy, policies.loadInfo.every, rng, commons);
    this.limiter = new Limiter(this.pool, policies.limits, this.chooser, commons);
    this.#slowStart = new SlowStart(this.pool, policies.slowStart);
    this.health = new HealthSupervisor(this.pool, policies.health, rng, this.#slowStart, onTransition);
  }

  /** In the lab's order; a new array when origins or weights change. */
  get origins(): readonly OriginView[] {
    return this.pool.all;
  }

  origin(name: string): OriginView | undefined {
    return this.pool.named(name);
  }

  /** With every parameter filled in. */
  get strategy(): StrategySpec {
    return this.chooser.spec;
  }

  /** What it and other strategies compare, and what is to be expected; asking changes nothing. */
  get insight(): Insight {
    return this.chooser;
  }

  /** Requests in the queue now. */
  get waiting(): number {
    return this.limiter.waiting;
  }

  /** Whether so few origins are healthy that others are used, too. */
  get panic(): boolean {
    return this.pool.levels.some(({ panic }) => panic);
  }

  /** Whether any origin warms up after a failure. */
  get warming(): boolean {
    return this.#slowStart.active;
  }

  /**
   * Adds an origin, at the end or before another one; it is up, and its first check is due at once. Waiting requests get their turn with the next
   * `advance`, which is due at once, too.
   * @throws EvenkeelError `bad-argument` for a name that is taken or a weight that is not above 0
   */
  add(origin: OriginSpec, now: number, before?: string): OriginView {
    const added = new Origin(this.added++, origin, now);
    this.pool.add(added, before);
    this.limiter.limit(added);
    this.turnsDue = this.waiting > 0;
    return added;
  }

  /**
   * Its attempts in flight may still call `finished`.
   * @throws EvenkeelError `unknown-origin`
   */
  remove(name: string, now: number): void {
    const removed = this.pool.require(name);
    this.limiter.disband(removed);
    this.#slowStart.end(removed);
    this.pool.remove(removed);
    this.limiter.rotationChanged(now);
    this.settled(now);
  }

  /** @throws EvenkeelError `unknown-origin`, or `bad-argument` for a weight that is not above 0 */
  setWeight(name: string, weight: number, _now: number): void {
    this.pool.setWeight(name, weight);
  }

  /** What is left out of the role is as usual again. @throws EvenkeelError `unknown-origin` */
  setRole(name: string, role: OriginRole, now: number): void {
    const origin = this.pool.require(name);
    origin.setRole(role);
    this.pool.rolesChanged();
    this.limiter.limit(origin);
    this.settled(now);
  }

  /**
   * Takes effect on the next choice; requests in flight are not touched.
   * @throws EvenkeelError `unknown-strategy` or `bad-argument`; then the strategy stays as it was
   */
  setStrategy(spec: StrategySpec, now: number): void {
    this.chooser.setSpec(spec);
    this.limiter.rotationChanged(now);
    this.settled(now);
  }

  /** What is known of the origins' health stays; only a mechanism that is switched off lets go of those it holds. */
  setPolicies(policies: Policies, now: number): void {
    this.retries.policy = policies.retry;
    this.breaker.setPolicy(policies.breaker, now);
    this.limiter.setPolicy(policies.limits);
    this.chooser.setLoadInfo(policies.loadInfo.every, now);
    this.#slowStart.setPolicy(policies.slowStart, now);
    this.pool.setPolicy(policies);
    this.health.setPolicy(policies.health, now);
    this.settled(now);
  }

  /** No new requests; those in flight finish. @throws EvenkeelError `unknown-origin` */
  drain(name: string, now: number): void {
    const origin = this.pool.require(name);
    origin.draining = true;
    this.health.settle(origin, now, 'draining');
    this.settled(now);
  }

  /** Ends a drain. @throws EvenkeelError `unknown-origin` */
  resume(name: string, now: number): void {
    const origin = this.pool.require(name);
    if (!origin.draining) return;
    origin.draining = false;
    this.health.settle(origin, now, 'resumed');
    this.settled(now);
  }

  /** Does several things during which no other thread's balancer decides anything. */
  together<Result>(work: () => Result): Result {
    return work();
  }

  /**
   * Undefined when no origin may serve the request now: then `wait`.
   * @param tried names of the origins this request was tried at: others go first, then these again
   * @param own name of the origin that the client is to stay with: it gets the request while it can serve it, drained or not
   */
  choose(request: RequestInfo, now: number, tried?: ReadonlySet<string>, own?: string): Decision | undefined {
    if (this.health.advanceIfDue(now)) this.settled(now);
    if (this.limiter.isFull) return undefined;
    if (tried !== undefined || own !== undefined) return this.#chooseFor(request, now, tried, own);
    return this.chooser.decide(request, now);
  }

  /** The same for a request that was tried before, or whose client stays with an origin. */
  #chooseFor(request: RequestInfo, now: number, tried?: ReadonlySet<string>, own?: string): Decision | undefined {
    const home = own === undefined || tried?.has(own) ? undefined : this.pool.named(own);
    if (home?.keepsItsOwn) return home.full ? undefined : home.kept;
    if (tried === undefined || tried.size === 0) return this.chooser.decide(request, now);
    return this.chooser.decideAgain(request, now, tried);
  }

  /**
   * Lets a request wait for which there was no choice. From here on the waiter gets its `turn` or is `refused`, within whatever
   * call makes it so.
   * @returns why it cannot wait; undefined when it does
   */
  wait(waiter: Waiter, now: number): Refusal | undefined {
    return this.limiter.wait(waiter, now);
  }

  /** The client of a waiting request has left; no one is told of it any more. */
  leave(waiter: Waiter): void {
    this.limiter.leave(waiter);
  }

  /** An attempt at the origin begins. */
  started(view: OriginView, now: number): void {
    const origin = view as Origin;
    this.limiter.started(origin);
    if (origin.removed === true) return;
    if (origin.draining === true) this.health.settle(origin, now, 'draining');
    this.chooser.started(origin, now);
  }

  /** An attempt at the origin ended; exactly once for each `started`. A client that left says nothing of the origin. */
  finished(view: OriginView, result: AttemptTimes, now: number): void {
    const origin = view as Origin;
    if (origin.inFlight === 0) return;
    this.limiter.finished(origin);
    if (origin.removed === false) {
      this.health.attemptEnded(origin, result.failure, now);
      this.chooser.finished(origin, result, now);
    }
    this.settled(now);
  }

  /** The origins to check now, each with its check in progress from here on; every one wants a `checkResult`. */
  checksDue(now: number): OriginView[] {
    return this.health.checksDue(now);
  }

  /**
   * The result of a check; one for an origin that is gone is ignored.
   * @param result.reason what the check saw, for people
   */
  checkResult(name: string, result: { readonly ok: boolean; readonly reason: string }, now: number): void {
    const origin = this.pool.named(name);
    if (!origin) return;
    this.health.checkResult(origin, result, now);
    this.settled(now);
  }

  /** What an origin says of its own load (see `LoadReport`); anything but numbers of at least 0 is ignored. */
  reportLoad(name: string, value: number, now: number, rates?: Pick<LoadReport, 'rate' | 'errorRate'>): void {
    this.pool.named(name)?.reportLoad({ value, at: now, ...rates });
  }

  /** Ends the ejections that are due, and the waiting of those who waited too long; lets others warm up; refreshes loads. */
  advance(now: number): void {
    this.health.advance(now);
    this.#slowStart.advance(now);
    this.breaker.advance(now);
    this.chooser.advance(now);
    this.limiter.expire(now);
    this.settled(now);
  }

  /**
   * When (ms) `checksDue` or `advance` has something to do; Infinity if never. Anything that happens may bring it forward:
   * ask again after `add`, `wait`, `finished`, `checkResult`, `setPolicies`.
   */
  nextEventAt(now: number): number {
    if (this.turnsDue) return now;
    const { nextEventAt } = this.chooser;
    const limiter = Math.min(this.limiter.nextEventAt(now), this.breaker.nextEventAt(now));
    return Math.min(this.health.nextEventAt(now), limiter, this.#slowStart.nextEventAt(now), nextEventAt);
  }

  /** Something happened that may have made room, or taken an origin from those who wait for it. */
  protected settled(now: number): void {
    this.turnsDue = false;
    if (this.pool.takeRotationChanged() === true) this.limiter.rotationChanged(now);
    this.limiter.release(now);
  }
}
