import type { Balancer } from '../core/balancer.ts';
import type { ActiveCheckPolicy } from '../core/policies.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** The checks that the balancer asks for: each is answered at once, or not at all. */
export class HealthChecks {
  readonly #balancer: Balancer;
  readonly #policy: ActiveCheckPolicy;
  readonly #schedule: (at: number, origin: number) => void;
  /** When the result of the check in progress is due, by origin; NaN: none is in progress. */
  readonly #dueAt: Float64Array;
  readonly #timesOut: Uint8Array;

  constructor(
    balancer: Balancer,
    policy: ActiveCheckPolicy,
    origins: number,
    schedule: (at: number, origin: number) => void,
  ) {
    this.#balancer = balancer;
    this.#policy = policy;
    this.#schedule = schedule;
    this.#dueAt = new Float64Array(origins).fill(Number.NaN);
    this.#timesOut = new Uint8Array(origins);
  }

  begin({ index, state, answersChecks }: VirtualOrigin, now: number): void {
    const answered = state === 'dead' || answersChecks;
    this.#await(index, answered ? now : now + this.#policy.timeout, !answered);
  }

  /** Something was done to an origin: a check that waits for it may be answered now, or broken off. */
  recheck({ index, state, answersChecks }: VirtualOrigin, now: number): void {
    if (this.#timesOut[index] === 1 && (state === 'dead' || answersChecks)) this.#await(index, now, false);
  }

  /** @returns whether a result was due, which the balancer has now been told */
  finish({ index, name, state, load }: VirtualOrigin, now: number): boolean {
    if (this.#dueAt[index] !== now) return false;
    this.#dueAt[index] = Number.NaN;
    const late = this.#timesOut[index] === 1;
    this.#timesOut[index] = 0;
    const ok = !late && state !== 'dead';
    if (ok) this.#balancer.reportLoad(name, load, now);
    const reason = late
      ? `check timed out after ${this.#policy.timeout} ms`
      : ok
        ? 'check answered 200'
        : 'check refused';
    this.#balancer.checkResult(name, { ok, reason }, now);
    return true;
  }

  #await(index: number, at: number, timesOut: boolean): void {
    this.#dueAt[index] = at;
    this.#timesOut[index] = timesOut ? 1 : 0;
    this.#schedule(at, index);
  }
}
