import type { Balancer, Refusal, Waiter } from '../core/balancer.ts';
import type { FailureKind } from '../core/failure.ts';
import { RequestSlot, type RequestWorld } from './request-slot.ts';

/** Who is told how a wait ended. */
export interface WaitEnds {
  turn(slot: number): void;
  refused(slot: number, why: FailureKind): void;
}

/** Requests in the balancer's queue, by slot. */
export class WaitingRoom {
  readonly #balancer: Balancer;
  readonly #world: RequestWorld;
  readonly #ends: WaitEnds;
  readonly #waiters = new Map<number, Waiter>();

  constructor(balancer: Balancer, world: RequestWorld, ends: WaitEnds) {
    this.#balancer = balancer;
    this.#world = world;
    this.#ends = ends;
  }

  /** @param own name of the origin its client stays with @returns why it may not wait; undefined where it does */
  join(slot: number, own: string | undefined, now: number): Refusal | undefined {
    const waiter: Waiter = {
      request: new RequestSlot(this.#world, slot),
      own,
      turn: () => {
        this.#waiters.delete(slot);
        this.#ends.turn(slot);
      },
      refused: (why) => {
        this.#waiters.delete(slot);
        this.#ends.refused(slot, why);
      },
    };
    const refusal = this.#balancer.wait(waiter, now);
    if (refusal === undefined) this.#waiters.set(slot, waiter);
    return refusal;
  }

  /** Nothing happens when it does not wait. */
  leave(slot: number): void {
    const waiter = this.#waiters.get(slot);
    if (waiter === undefined) return;
    this.#waiters.delete(slot);
    this.#balancer.leave(waiter);
  }
}
