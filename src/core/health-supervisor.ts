import { type EjectionCause, mostEjected } from './ejection.ts';
import { type FailureKind, isOriginFailure } from './failure.ts';
import type { BalancerStatus, Origin } from './origin.ts';
import type { OriginPool } from './origin-pool.ts';
import { Outliers } from './outliers.ts';
import type { EjectionTerms, HealthPolicy } from './policies.ts';
import type { Rng } from './rng.ts';
import type { SlowStart } from './slow-start.ts';

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

/** Which part of the policy ejects for what. */
const MECHANISM = { failures: 'passive', outlier: 'outliers' } as const satisfies Record<
  EjectionCause,
  keyof HealthPolicy
>;

/** Applies the health policy to all origins: active checks, ejection, and what follows from both for the pool. */
export class HealthSupervisor {
  readonly #pool: OriginPool;
  readonly #rng: Rng;
  readonly #slowStart: SlowStart;
  readonly #onTransition: ((transition: Transition) => void) | undefined;
  readonly #outliers: Outliers;
  #policy: HealthPolicy;
  /** The first end of an ejection, so that a choice needs one comparison and no timer has to be punctual. */
  #firstReturnAt = Number.POSITIVE_INFINITY;

  /** @param slowStart told which origins come back and which fall */
  constructor(
    pool: OriginPool,
    policy: HealthPolicy,
    rng: Rng,
    slowStart: SlowStart,
    onTransition?: (transition: Transition) => void,
  ) {
    this.#slowStart = slowStart;
    this.#pool = pool;
    this.#policy = policy;
    this.#outliers = new Outliers(policy.outliers);
    this.#rng = rng;
    this.#onTransition = onTransition;
  }

  /** What is known stays; only a mechanism that is switched off lets go of the origins it holds. */
  setPolicy(policy: HealthPolicy, now: number): void {
    const before = this.#policy;
    this.#policy = policy;
    this.#outliers.setPolicy(policy.outliers);
    for (const origin of this.#pool.all) {
      const { cause } = origin.ejection;
      if (cause !== undefined && policy[MECHANISM[cause]] === 'off') {
        origin.ejection.end(now);
        this.settle(origin, now, 'ejection switched off');
      }
      if (before.active !== 'off' && policy.active === 'off') {
        origin.health.forget(now);
        this.settle(origin, now, origin.health.reason);
      }
    }
    this.#findFirstReturn(now);
  }

  /** Brings everything up to date after something happened to an origin. */
  settle(origin: Origin, now: number, cause: string): void {
    const { healthy, retains } = origin;
    const from = origin.settle(now, cause);
    if (origin.healthy !== healthy || origin.retains !== retains) {
      this.#pool.healthChanged();
    }
    if (origin.healthy !== healthy) {
      if (!origin.healthy) this.#slowStart.end(origin);
      else if (from !== 'draining' && from !== 'drained') this.#slowStart.begin(origin, now);
    }
    if (from !== undefined) {
      this.#onTransition?.({ at: now, origin: origin.name, from, to: origin.status, reason: origin.reason });
    }
  }

  /** An attempt ended, as only those in flight at the origin may tell when it is drained. */
  attemptEnded(origin: Origin, failure: FailureKind | undefined, now: number): void {
    if (origin.draining === true) this.settle(origin, now, 'draining');
    if (failure !== undefined) {
      if (isOriginFailure(failure)) this.#attemptFailed(origin, now);
      return;
    }
    origin.ejection.succeeded();
    if (origin.healthy === true) this.#outliers.record(origin, true);
  }

  #attemptFailed(origin: Origin, now: number): void {
    // Only what happens to a healthy origin counts: attempts in flight when it fell, or in a panic, say nothing new.
    if (!origin.healthy) return;
    this.#outliers.record(origin, false);
    const policy = this.#policy.passive;
    if (policy === 'off') return;
    const why = origin.ejection.failed(policy);
    if (why !== undefined) this.#eject(origin, policy, 'failures', why, now);
  }

  /** Nothing happens where too many are ejected already. */
  #eject(origin: Origin, terms: EjectionTerms, cause: EjectionCause, why: string, now: number): void {
    if (!this.#mayEject(terms)) return;
    origin.ejection.begin(now, terms, cause, why);
    this.settle(origin, now, origin.ejection.reason);
    this.#findFirstReturn(now);
  }

  /** The origins to check now, each with its check in progress from here on. */
  checksDue(now: number): Origin[] {
    const policy = this.#policy.active;
    if (policy === 'off') return [];
    const due = this.#pool.all.filter((origin) => origin.health.nextAt(now, policy) <= now);
    for (const origin of due) origin.health.begin(now, policy, this.#rng);
    return due;
  }

  /** @param result.reason what the check saw, for people */
  checkResult(origin: Origin, result: { readonly ok: boolean; readonly reason: string }, now: number): void {
    const { active } = this.#policy;
    if (active === 'off') return;
    const wasUp = origin.health.up;
    origin.health.record(result.ok, result.reason, now, active);
    // Back up after being down, it has just proven itself; while it never was down, passing checks prove nothing.
    if (!wasUp && origin.health.up && origin.ejection.until !== undefined) {
      origin.ejection.end(now);
      this.#findFirstReturn(now);
    }
    this.settle(origin, now, origin.health.reason);
  }

  /** Ends the ejections that are due; cheap when none is. @returns whether anything was */
  advanceIfDue(now: number): boolean {
    if (now < this.#firstReturnAt) return false;
    this.advance(now);
    return true;
  }

  /** Ends the ejections that are due, forgives old ones, and ejects outliers when it is time to compare. */
  advance(now: number): void {
    for (const origin of this.#pool.all) {
      if (origin.ejection.advance(now)) this.settle(origin, now, 'ejection ended');
    }
    this.#ejectOutliers(now);
    this.#findFirstReturn(now);
  }

  /** When (ms) `checksDue` or `advance` has something to do; Infinity if never. */
  nextEventAt(now: number): number {
    const { active } = this.#policy;
    let next = this.#outliers.nextAt(now);
    for (const { health, ejection } of this.#pool.all) {
      if (active !== 'off') next = Math.min(next, health.nextAt(now, active));
      next = Math.min(next, ejection.nextAt(now));
    }
    return next;
  }

  #ejectOutliers(now: number): void {
    const policy = this.#policy.outliers;
    if (policy === 'off') return;
    for (const { origin, why } of this.#outliers.take(now)) this.#eject(origin, policy, 'outlier', why, now);
  }

  #mayEject(terms: EjectionTerms): boolean {
    const all = this.#pool.all;
    const ejected = all.filter((origin) => origin.ejection.until !== undefined).length;
    return ejected < mostEjected(all.length, terms);
  }

  #findFirstReturn(now: number): void {
    this.#firstReturnAt = Number.POSITIVE_INFINITY;
    for (const { ejection } of this.#pool.all) {
      if (ejection.until === undefined) continue;
      this.#firstReturnAt = Math.min(this.#firstReturnAt, ejection.nextAt(now));
    }
  }
}
