import { mostEjected } from './ejection.ts';
import { EvenkeelError } from './errors.ts';
import { type FailureKind, isOriginFailure } from './failure.ts';
import { type BalancerStatus, Origin, type OriginView } from './origin.ts';
import { OriginPool } from './origin-pool.ts';
import type { PassivePolicy, Policies } from './policies.ts';
import { type FailedAttempt, isRetriable, RetryBudget } from './retry.ts';
import type { Rng } from './rng.ts';
import { createStrategy, normaliseSpec, strategyDefinition } from './strategies/registry.ts';
import type { Figure, RequestInfo, Strategy, StrategySpec } from './strategy.ts';
import { didYouMean } from './suggestion.ts';

export type { BalancerStatus, OriginView } from './origin.ts';
export type { FailedAttempt } from './retry.ts';

/** An origin's change of status. */
export interface Transition {
  /** ms on the lab's clock. */
  readonly at: number;
  readonly origin: string;
  readonly from: BalancerStatus;
  readonly to: BalancerStatus;
  /** One short phrase. */
  readonly reason: string;
}

/** Which origin gets a request, and why: the strategy's choice, another try, or no choice at all. */
export interface Decision {
  readonly origin: OriginView;
  readonly reason: 'strategy' | 'retry' | 'only-one';
}

/** How an attempt ended. */
export interface AttemptResult {
  /** Absent when it succeeded. */
  readonly failure?: FailureKind;
  /** ms from its start. */
  readonly duration: number;
}

export interface BalancerOptions {
  readonly strategy: StrategySpec;
  readonly policies: Policies;
  /** Strategies and the jitter of checks draw from it. */
  readonly rng: Rng;
  /** Called after each change of an origin's status. */
  readonly onTransition?: (transition: Transition) => void;
}

/**
 * Decides which origin gets each request. It is told what happened and when (`now`, ms on the lab's clock, which may
 * jump) and answers; whoever drives it does the I/O, sends the checks it asks for and calls `advance` at `nextEventAt`.
 */
export class Balancer {
  readonly #pool = new OriginPool();
  readonly #byName = new Map<string, Origin>();
  readonly #budget = new RetryBudget();
  readonly #rng: Rng;
  readonly #onTransition: ((transition: Transition) => void) | undefined;
  #spec: StrategySpec;
  #strategy: Strategy;
  #policies: Policies;
  /** The first end of an ejection, so that a choice needs one comparison and no timer has to be punctual. */
  #firstReturnAt = Number.POSITIVE_INFINITY;

  /** @throws EvenkeelError `unknown-strategy` or `bad-argument` */
  constructor(options: BalancerOptions) {
    this.#rng = options.rng;
    this.#policies = options.policies;
    this.#onTransition = options.onTransition;
    this.#spec = normaliseSpec(options.strategy);
    this.#strategy = createStrategy(this.#spec);
  }

  /** In the lab's order; a new array when origins or weights change. */
  get origins(): readonly OriginView[] {
    return this.#pool.all;
  }

  origin(name: string): OriginView | undefined {
    return this.#byName.get(name);
  }

  /** With every parameter filled in. */
  get strategy(): StrategySpec {
    return this.#spec;
  }

  /**
   * Adds an origin at the end; it is up, and its first check is due at once.
   * @throws EvenkeelError `bad-argument` for a name that is taken or a weight that is not above 0
   */
  add(origin: { readonly name: string; readonly address: string; readonly weight: number }, now: number): OriginView {
    if (this.#byName.has(origin.name)) {
      throw new EvenkeelError('bad-argument', `There is already an origin called "${origin.name}"; use another name.`);
    }
    checkWeight(origin.name, origin.weight);
    const added = new Origin(origin, now);
    this.#byName.set(added.name, added);
    this.#pool.replace([...this.#pool.all, added]);
    return added;
  }

  /**
   * Its attempts in flight may still call `finished`.
   * @throws EvenkeelError `unknown-origin`
   */
  remove(name: string, _now: number): void {
    const removed = this.#named(name);
    removed.removed = true;
    this.#byName.delete(name);
    this.#pool.replace(this.#pool.all.filter((origin) => origin !== removed));
  }

  /** @throws EvenkeelError `unknown-origin`, or `bad-argument` for a weight that is not above 0 */
  setWeight(name: string, weight: number, _now: number): void {
    const origin = this.#named(name);
    checkWeight(name, weight);
    origin.weight = weight;
    this.#pool.replace([...this.#pool.all]);
  }

  /**
   * Takes effect on the next choice; requests in flight are not touched.
   * @throws EvenkeelError `unknown-strategy` or `bad-argument`; then the strategy stays as it was
   */
  setStrategy(spec: StrategySpec, _now: number): void {
    const normal = normaliseSpec(spec);
    this.#strategy = createStrategy(normal);
    this.#spec = normal;
  }

  /** What is known of the origins' health stays; only a mechanism that is switched off lets go of those it holds. */
  setPolicies(policies: Policies, now: number): void {
    const before = this.#policies;
    this.#policies = policies;
    for (const origin of this.#pool.all) {
      if (before.health.passive !== 'off' && policies.health.passive === 'off' && origin.ejection.until !== undefined) {
        origin.ejection.end(now, before.health.passive);
        this.#settle(origin, now, 'ejection switched off');
      }
      if (before.health.active !== 'off' && policies.health.active === 'off') {
        origin.health.forget(now);
        this.#settle(origin, now, origin.health.reason);
      }
    }
    this.#findFirstReturn(now);
  }

  /** No new requests; those in flight finish. @throws EvenkeelError `unknown-origin` */
  drain(name: string, now: number): void {
    const origin = this.#named(name);
    origin.draining = true;
    this.#settle(origin, now, 'draining');
  }

  /** Ends a drain. @throws EvenkeelError `unknown-origin` */
  resume(name: string, now: number): void {
    const origin = this.#named(name);
    if (!origin.draining) return;
    origin.draining = false;
    this.#settle(origin, now, 'resumed');
  }

  /**
   * Undefined when no origin may serve the request.
   * @param tried names of the origins this request was tried at: others go first, then these again
   */
  choose(request: RequestInfo, now: number, tried?: ReadonlySet<string>): Decision | undefined {
    if (now >= this.#firstReturnAt) this.advance(now);
    const pool = this.#pool;
    const available = pool.available.length;
    if (available === 0) return undefined;
    const retry = tried !== undefined && tried.size > 0;
    const untried = retry ? pool.without(tried) : undefined;
    const chosen =
      (untried && this.#strategy.choose(untried, request, now, this.#rng)) ??
      this.#strategy.choose(pool, request, now, this.#rng);
    if (chosen === undefined) return undefined;
    return { origin: chosen as Origin, reason: retry ? 'retry' : available === 1 ? 'only-one' : 'strategy' };
  }

  /** An attempt at the origin begins. */
  started(view: OriginView, now: number): void {
    const origin = view as Origin;
    origin.inFlight++;
    if (origin.removed) return;
    if (origin.draining) this.#settle(origin, now, 'draining');
    this.#strategy.started?.(origin, now);
  }

  /** An attempt at the origin ended; exactly once for each `started`. A client that left says nothing of the origin. */
  finished(view: OriginView, result: AttemptResult, now: number): void {
    const origin = view as Origin;
    if (origin.inFlight === 0) return;
    origin.inFlight--;
    if (origin.removed) return;
    if (origin.draining) this.#settle(origin, now, 'draining');
    const { failure, duration } = result;
    const failed = failure !== undefined && isOriginFailure(failure);
    if (failed) this.#failed(origin, now);
    else if (failure === undefined) origin.ejection.succeeded();
    this.#strategy.finished?.(
      origin,
      failed ? 'failure' : failure === undefined ? 'success' : 'abandoned',
      duration,
      now,
    );
  }

  /** The origins to check now, each with its check in progress from here on; every one wants a `checkResult`. */
  checksDue(now: number): OriginView[] {
    const policy = this.#policies.health.active;
    if (policy === 'off') return [];
    const due = this.#pool.all.filter((origin) => origin.health.nextAt(now, policy) <= now);
    for (const origin of due) origin.health.begin(now, policy, this.#rng);
    return due;
  }

  /**
   * The result of a check; one for an origin that is gone is ignored.
   * @param result.reason what the check saw, for people
   */
  checkResult(name: string, result: { readonly ok: boolean; readonly reason: string }, now: number): void {
    const { active, passive } = this.#policies.health;
    const origin = this.#byName.get(name);
    if (origin === undefined || active === 'off') return;
    const wasUp = origin.health.up;
    origin.health.record(result.ok, result.reason, active);
    // Back up after being down, it has just proven itself; while it never was down, passing checks prove nothing.
    if (!wasUp && origin.health.up && passive !== 'off' && origin.ejection.until !== undefined) {
      origin.ejection.end(now, passive);
      this.#findFirstReturn(now);
    }
    this.#settle(origin, now, origin.health.reason);
  }

  /** What an origin says of its own load (see `LoadReport`); anything but a number of at least 0 is ignored. */
  reportLoad(name: string, value: number, now: number): void {
    const origin = this.#byName.get(name);
    if (origin === undefined || !(value >= 0) || value === Number.POSITIVE_INFINITY) return;
    origin.load = { value, at: now };
  }

  /** Ends the ejections that are due. */
  advance(now: number): void {
    const policy = this.#policies.health.passive;
    if (policy === 'off') return;
    for (const origin of this.#pool.all) {
      if (origin.ejection.advance(now, policy)) this.#settle(origin, now, 'ejection ended');
    }
    this.#findFirstReturn(now);
  }

  /** When (ms) `checksDue` or `advance` has something to do; Infinity if never. */
  nextEventAt(now: number): number {
    const { active, passive } = this.#policies.health;
    let next = Number.POSITIVE_INFINITY;
    for (const origin of this.#pool.all) {
      if (active !== 'off') next = Math.min(next, origin.health.nextAt(now, active));
      if (passive !== 'off') next = Math.min(next, origin.ejection.nextAt(now, passive));
    }
    return next;
  }

  /** Whether the policy and the budget let a failed attempt be followed by another. */
  mayRetry(failed: FailedAttempt): boolean {
    const policy = this.#policies.retry;
    return isRetriable(failed, policy) && this.#budget.allows(policy.budget);
  }

  /** A request came in (once per request, whatever its attempts). */
  requestStarted(): void {
    this.#budget.requestStarted();
  }

  requestFinished(): void {
    this.#budget.requestFinished();
  }

  /** An attempt after the first begins. */
  retryStarted(): void {
    this.#budget.retryStarted();
  }

  retryFinished(): void {
    this.#budget.retryFinished();
  }

  /** What the strategy would compare for this request now, for every origin in the lab's order; changes nothing. */
  explain(request: RequestInfo, now: number): { origin: string; available: boolean; figures: Figure[] }[] {
    const figures = this.#pool.available.length > 0 ? this.#strategy.explain?.(this.#pool, request, now) : undefined;
    return this.#pool.all.map((origin) => ({
      origin: origin.name,
      available: origin.available,
      figures: figures?.get(origin) ?? [],
    }));
  }

  /** Each origin's share (0–1) in the long run where theory knows it, 0 for those not available; else undefined. */
  expectedShares(): ReadonlyMap<string, number> | undefined {
    const { available, all } = this.#pool;
    if (available.length === 0) return undefined;
    const shares = strategyDefinition(this.#spec.use).expectedShares?.(available);
    if (shares === undefined) return undefined;
    const expected = new Map(all.map((origin) => [origin.name, 0]));
    available.forEach((origin, index) => {
      expected.set(origin.name, shares[index] ?? 0);
    });
    return expected;
  }

  #named(name: string): Origin {
    const origin = this.#byName.get(name);
    if (origin) return origin;
    throw new EvenkeelError(
      'unknown-origin',
      `There is no origin called "${name}".${didYouMean(name, this.#byName.keys())}`,
    );
  }

  /** Only what happens to an available origin counts: those in flight when it fell say nothing new. */
  #failed(origin: Origin, now: number): void {
    const policy = this.#policies.health.passive;
    if (policy === 'off' || !origin.available) return;
    if (!origin.ejection.failed(policy) || !this.#mayEject(policy)) return;
    origin.ejection.begin(now, policy);
    this.#settle(origin, now, origin.ejection.reason);
    this.#findFirstReturn(now);
  }

  #mayEject(policy: PassivePolicy): boolean {
    const all = this.#pool.all;
    const ejected = all.filter((origin) => origin.ejection.until !== undefined).length;
    return ejected < mostEjected(all.length, policy);
  }

  #findFirstReturn(now: number): void {
    const policy = this.#policies.health.passive;
    this.#firstReturnAt = Number.POSITIVE_INFINITY;
    if (policy === 'off') return;
    for (const { ejection } of this.#pool.all) {
      if (ejection.until !== undefined)
        this.#firstReturnAt = Math.min(this.#firstReturnAt, ejection.nextAt(now, policy));
    }
  }

  #settle(origin: Origin, now: number, cause: string): void {
    const wasAvailable = origin.available;
    const from = origin.settle(now, cause);
    if (origin.available !== wasAvailable) this.#pool.availabilityChanged();
    if (from !== undefined) {
      this.#onTransition?.({ at: now, origin: origin.name, from, to: origin.status, reason: origin.reason });
    }
  }
}

function checkWeight(name: string, weight: number): void {
  if (weight > 0 && weight < Number.POSITIVE_INFINITY) return;
  throw new EvenkeelError('bad-argument', `The weight of "${name}" must be a number above 0, not ${weight}.`);
}
