import type { Balancer, Refusal, Waiter } from '../core/balancer.ts';
import type { FailureKind } from '../core/failure.ts';
import type { Attempt } from './attempt.ts';

/** Who is told how a wait ended. */
interface WaitEnds {
  turn(attempt: Attempt): void;
  refused(attempt: Attempt, why: FailureKind): void;
}

/** Requests in the balancer's queue. */
export class WaitingRoom {
  readonly #balancer: Balancer;
  readonly #ends: WaitEnds;
  readonly #waiters = new Map<Attempt, Waiter>();

  constructor(balancer: Balancer, ends: WaitEnds) {
    this.#balancer = balancer;
    this.#ends = ends;
  }

  /** @param own name of the origin its client stays with @returns why it may not wait; undefined where it does */
  join(attempt: Attempt, own: string | undefined, now: number): Refusal | undefined {
    const waiter: Waiter = {
      request: attempt,
      own,
      turn: () => {
        this.#waiters.delete(attempt);
        this.#ends.turn(attempt);
      },
      refused: (why) => {
        this.#waiters.delete(attempt);
        this.#ends.refused(attempt, why);
      },
    };
    const refusal = this.#balancer.wait(waiter, now);
    if (refusal === undefined) this.#waiters.set(attempt, waiter);
    return refusal;
  }

  /** Nothing happens when it does not wait. */
  leave(attempt: Attempt): void {
    const waiter = this.#waiters.get(attempt);
    if (waiter === undefined) return;
    this.#waiters.delete(attempt);
    this.#balancer.leave(waiter);
  }
}
