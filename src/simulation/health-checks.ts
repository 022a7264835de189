import type { Balancer } from '../core/balancer.ts';
import type { ActiveCheckPolicy } from '../core/policies.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** A check in progress, which is not answered yet. */
interface Check {
  /** When (ms) its result is due. */
  readonly at: number;
  /** ms after which it is given up, where it is not to be answered. */
  readonly timeout: number | undefined;
}

/** The checks that the balancer asks for: each is answered at once, or not at all. */
export class HealthChecks {
  /** How the next ones are made. */
  policy: ActiveCheckPolicy | 'off';
  readonly #balancer: Balancer;
  readonly #schedule: (at: number, origin: number) => void;
  /** Those in progress, by the number of the origin. */
  readonly #checks = new Map<number, Check>();

  constructor(balancer: Balancer, policy: ActiveCheckPolicy | 'off', schedule: (at: number, origin: number) => void) {
    this.#balancer = balancer;
    this.policy = policy;
    this.#schedule = schedule;
  }

  begin({ index, state, answersChecks }: VirtualOrigin, now: number): void {
    if (this.policy === 'off') return;
    const answered = state === 'dead' || answersChecks;
    const { timeout } = this.policy;
    this.#await(index, answered ? { at: now, timeout: undefined } : { at: now + timeout, timeout });
  }

  /** Something was done to an origin: a check that waits for it may be answered now, or broken off. */
  recheck({ index, state, answersChecks }: VirtualOrigin, now: number): void {
    const waits = this.#checks.get(index)?.timeout !== undefined;
    if (waits && (state === 'dead' || answersChecks)) this.#await(index, { at: now, timeout: undefined });
  }

  /** @returns whether a result was due, which the balancer has now been told */
  finish({ index, name, state, load }: VirtualOrigin, now: number): boolean {
    const check = this.#checks.get(index);
    if (check?.at !== now) return false;
    this.#checks.delete(index);
    const { timeout } = check;
    const ok = timeout === undefined && state !== 'dead';
    if (ok) this.#balancer.reportLoad(name, load, now);
    const reason =
      timeout !== undefined ? `no answer within ${timeout} ms` : ok ? 'answered 200' : 'connection refused';
    this.#balancer.checkResult(name, { ok, reason }, now);
    return true;
  }

  /** The origin is gone: nobody waits for its check. */
  forget({ index }: VirtualOrigin): void {
    this.#checks.delete(index);
  }

  #await(index: number, check: Check): void {
    this.#checks.set(index, check);
    this.#schedule(check.at, index);
  }
}
