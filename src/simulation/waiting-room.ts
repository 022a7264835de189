import type { Balancer, Waiter } from '../core/balancer.ts';
import { RequestSlot, type RequestWorld } from './request-slot.ts';

/** Who is told how a wait ended. */
export interface WaitEnds {
  turn(slot: number): void;
  refused(slot: number): void;
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

  /** @param own name of the origin its client stays with @returns whether it may wait */
  join(slot: number, own: string | undefined, now: number): boolean {
    const end = (how: keyof WaitEnds): void => {
      this.#waiters.delete(slot);
      this.#ends[how](slot);
    };
    const waiter: Waiter = {
      request: new RequestSlot(this.#world, slot),
      own,
      turn: () => end('turn'),
      refused: () => end('refused'),
    };
    if (this.#balancer.wait(waiter, now) !== undefined) return false;
    this.#waiters.set(slot, waiter);
    return true;
  }

  /** Nothing happens when it does not wait. */
  leave(slot: number): void {
    const waiter = this.#waiters.get(slot);
    if (waiter === undefined) return;
    this.#waiters.delete(slot);
    this.#balancer.leave(waiter);
  }
}
