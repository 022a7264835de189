import { EvenkeelError } from './errors.ts';
import { isConnectFailure, isOriginFailure, outcomeOf } from './failure.ts';
import { HealthSupervisor, type Transition } from './health-supervisor.ts';
import { Origin, type OriginView } from './origin.ts';
import { OriginPool } from './origin-pool.ts';
import type { Policies } from './policies.ts';
import { type FailedAttempt, isRetriable, RetryBudget } from './retry.ts';
import type { Rng } from './rng.ts';
import { createStrategy, normaliseSpec, strategyDefinition } from './strategies/registry.ts';
import type { AttemptTimes, Figure, LoadReport, RequestInfo, Strategy, StrategySpec } from './strategy.ts';
import { didYouMean } from './suggestion.ts';
import { type OtherChoice, WhatIf } from './what-if.ts';

export type { Transition } from './health-supervisor.ts';
export type { BalancerStatus, OriginView } from './origin.ts';
export type { FailedAttempt } from './retry.ts';

/** Which origin gets a request, and why: the strategy's choice, another try, no choice at all, or the client's own origin. */
export interface Decision {
  readonly origin: OriginView;
  readonly reason: 'strategy' | 'retry' | 'only-one' | 'sticky';
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
  readonly #health: HealthSupervisor;
  readonly #rng: Rng;
  #spec: StrategySpec;
  #strategy: Strategy;
  #policies: Policies;
  /** Only where somebody has asked. */
  #whatIf: WhatIf | undefined;

  /** @throws EvenkeelError `unknown-strategy` or `bad-argument` */
  constructor(options: BalancerOptions) {
    this.#rng = options.rng;
    this.#policies = options.policies;
    this.#health = new HealthSupervisor(this.#pool, options.policies.health, options.rng, options.onTransition);
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
    this.#policies = policies;
    this.#health.setPolicy(policies.health, now);
  }

  /** No new requests; those in flight finish. @throws EvenkeelError `unknown-origin` */
  drain(name: string, now: number): void {
    const origin = this.#named(name);
    origin.draining = true;
    this.#health.settle(origin, now, 'draining');
  }

  /** Ends a drain. @throws EvenkeelError `unknown-origin` */
  resume(name: string, now: number): void {
    const origin = this.#named(name);
    if (!origin.draining) return;
    origin.draining = false;
    this.#health.settle(origin, now, 'resumed');
  }

  /**
   * Undefined when no origin may serve the request.
   * @param tried names of the origins this request was tried at: others go first, then these again
   * @param own name of the origin that the client is to stay with: it gets the request while it can serve it, drained or not
   */
  choose(request: RequestInfo, now: number, tried?: ReadonlySet<string>, own?: string): Decision | undefined {
    this.#health.advanceIfDue(now);
    const kept = own === undefined || tried?.has(own) ? undefined : this.#byName.get(own);
    if (kept?.servesItsOwn) return { origin: kept, reason: 'sticky' };
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
    if (origin.draining) this.#health.settle(origin, now, 'draining');
    this.#strategy.started?.(origin, now);
    this.#whatIf?.started(origin, now);
  }

  /** An attempt at the origin ended; exactly once for each `started`. A client that left says nothing of the origin. */
  finished(view: OriginView, result: AttemptTimes, now: number): void {
    const origin = view as Origin;
    if (origin.inFlight === 0) return;
    origin.inFlight--;
    if (origin.removed) return;
    if (origin.draining) this.#health.settle(origin, now, 'draining');
    const { failure } = result;
    const failed = failure !== undefined && isOriginFailure(failure);
    if (failed) this.#health.attemptFailed(origin, now);
    else if (failure === undefined) this.#health.attemptSucceeded(origin);
    const outcome = outcomeOf(failure);
    this.#strategy.finished?.(origin, outcome, result, now);
    this.#whatIf?.finished(origin, outcome, result, now);
  }

  /** The origins to check now, each with its check in progress from here on; every one wants a `checkResult`. */
  checksDue(now: number): OriginView[] {
    return this.#health.checksDue(now);
  }

  /**
   * The result of a check; one for an origin that is gone is ignored.
   * @param result.reason what the check saw, for people
   */
  checkResult(name: string, result: { readonly ok: boolean; readonly reason: string }, now: number): void {
    const origin = this.#byName.get(name);
    if (origin) this.#health.checkResult(origin, result, now);
  }

  /** What an origin says of its own load (see `LoadReport`); anything but numbers of at least 0 is ignored. */
  reportLoad(name: string, value: number, now: number, rates?: Pick<LoadReport, 'rate' | 'errorRate'>): void {
    const origin = this.#byName.get(name);
    if (origin !== undefined && [value, rates?.rate ?? 0, rates?.errorRate ?? 0].every(isAmount)) {
      origin.load = { value, at: now, ...rates };
    }
  }

  /** Ends the ejections that are due. */
  advance(now: number): void {
    this.#health.advance(now);
  }

  /**
   * When (ms) `checksDue` or `advance` has something to do; Infinity if never. Anything that happens may bring it forward:
   * ask again after `add`, `finished`, `checkResult`, `setPolicies`.
   */
  nextEventAt(now: number): number {
    return this.#health.nextEventAt(now);
  }

  /**
   * Whether the policy and the budget let a failed attempt be followed by another. A connect failure is outside the budget:
   * no origin worked on the request yet, so trying elsewhere adds no load and cannot make a storm.
   */
  mayRetry(failed: FailedAttempt): boolean {
    const policy = this.#policies.retry;
    if (!isRetriable(failed, policy)) return false;
    return (isConnectFailure(failed.failure) && !failed.bytesSent) || this.#budget.allows(policy.budget);
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

  /** What every other strategy would choose for this request now (see `WhatIf`); the lab goes on as if nobody had asked. */
  whatIf(request: RequestInfo, now: number): OtherChoice[] {
    if (this.#pool.available.length === 0) return [];
    this.#whatIf ??= new WhatIf();
    return this.#whatIf.others(this.#pool, request, now, this.#spec.use);
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
}

function isAmount(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY;
}

function checkWeight(name: string, weight: number): void {
  if (weight > 0 && weight < Number.POSITIVE_INFINITY) return;
  throw new EvenkeelError('bad-argument', `The weight of "${name}" must be a number above 0, not ${weight}.`);
}
