import type { ActiveCheckPolicy } from './policies.ts';
import type { Rng } from './rng.ts';

export type HealthStatus = 'up' | 'going-down' | 'down' | 'going-up';

/** One check as it went. */
export interface CheckResult {
  /** ms on the lab's clock at which the result came. */
  readonly at: number;
  readonly ok: boolean;
  /** What the check saw, for people. */
  readonly reason: string;
  /** ms from the check's start to its result; 0 where no start was told. */
  readonly took: number;
}

/** Results kept per origin: two minutes of the default interval. */
export const CHECKS_KEPT = 60;

/** Checks of one origin come this much (share of `every`) earlier or later, so that origins are not checked in step. */
const JITTER = 0.1;

/**
 * What active checks say of one origin, and when the next is due. At first an origin is taken to be up, but it falls at
 * the first check that fails (HAProxy does the same): a lab starts at once, and a dead origin is noticed at once.
 */
export class ActiveHealth {
  /** One phrase about the last result. */
  reason = 'not checked yet';
  #up = true;
  /** Results in a row that speak against `#up`. */
  #against = 0;
  #checked = false;
  #dueAt: number;
  /** When the check now in progress began. */
  #startedAt: number | undefined;
  #recent: CheckResult[] = [];

  /** @param now ms; the first check is due at once */
  constructor(now: number) {
    this.#dueAt = now;
  }

  get up(): boolean {
    return this.#up;
  }

  /** The newest results, oldest first, at most CHECKS_KEPT. */
  get recent(): readonly CheckResult[] {
    return this.#recent;
  }

  get status(): HealthStatus {
    if (this.#up) return this.#against === 0 ? 'up' : 'going-down';
    return this.#against === 0 ? 'down' : 'going-up';
  }

  /** When (ms) `begin` should be called next. Corrects itself when the clock jumped back or `every` became shorter. */
  nextAt(now: number, policy: ActiveCheckPolicy): number {
    if (this.#startedAt !== undefined) {
      this.#startedAt = Math.min(this.#startedAt, now);
      // A check whose result never came must not end checking for good.
      return this.#startedAt + policy.timeout + policy.every;
    }
    this.#dueAt = Math.min(this.#dueAt, now + policy.every * (1 + JITTER));
    return this.#dueAt;
  }

  /** A check begins; one may be in progress at a time. */
  begin(now: number, policy: ActiveCheckPolicy, rng: Rng): void {
    this.#startedAt = now;
    this.#dueAt = now + policy.every * (1 - JITTER + 2 * JITTER * rng.next());
  }

  /** @param detail what the check saw, for people: `connection refused` */
  record(ok: boolean, detail: string, now: number, policy: ActiveCheckPolicy): void {
    const took = this.#startedAt === undefined ? 0 : Math.max(0, now - this.#startedAt);
    this.#recent.push({ at: now, ok, reason: detail, took });
    if (this.#recent.length > CHECKS_KEPT) this.#recent.shift();
    this.#startedAt = undefined;
    if (ok) this.#pass(policy);
    else this.#fail(detail, policy);
    this.#checked = true;
  }

  /** Back to the start, when checks are switched off: nobody would take an origin up again. */
  forget(now: number): void {
    this.reason = 'health checks switched off';
    this.#up = true;
    this.#against = 0;
    this.#checked = false;
    this.#dueAt = now;
    this.#startedAt = undefined;
    this.#recent = [];
  }

  #pass(policy: ActiveCheckPolicy): void {
    if (this.#up) {
      this.#against = 0;
      this.reason = 'checks pass';
      return;
    }
    this.#against++;
    this.reason = `${this.#against} of ${policy.rise} checks passed`;
    if (this.#against < policy.rise) return;
    this.#up = true;
    this.#against = 0;
  }

  #fail(detail: string, policy: ActiveCheckPolicy): void {
    if (!this.#up) {
      this.#against = 0;
      this.reason = `check failed: ${detail}`;
      return;
    }
    this.#against++;
    const enough = this.#checked ? policy.fall : 1;
    this.reason = this.#checked
      ? `${this.#against} of ${policy.fall} checks failed: ${detail}`
      : `first check failed: ${detail}`;
    if (this.#against < enough) return;
    this.#up = false;
    this.#against = 0;
  }
}
