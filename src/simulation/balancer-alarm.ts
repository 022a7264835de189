import type { Balancer } from '../core/balancer.ts';
import type { Fleet } from './fleet.ts';
import type { HealthChecks } from './health-checks.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** What the alarm wakes, and how it is set. */
interface AlarmWorld {
  readonly balancer: Balancer;
  readonly clock: VirtualClock;
  readonly fleet: Fleet;
  readonly checks: HealthChecks;
  /** `ring` is to be called at this time (ms). */
  readonly ringAt: (at: number) => void;
}

/** Wakes the balancer when it next has something to do. */
export class BalancerAlarm {
  readonly #world: AlarmWorld;
  #at = Number.POSITIVE_INFINITY;

  constructor(world: AlarmWorld) {
    this.#world = world;
  }

  /** The balancer may have something to do at another time than before. */
  set(): void {
    const { balancer, clock, ringAt } = this.#world;
    const next = balancer.nextEventAt(clock.now);
    if (next >= this.#at) return;
    this.#at = Math.max(next, clock.now);
    ringAt(this.#at);
  }

  ring(): void {
    const { balancer, clock, fleet, checks } = this.#world;
    // Where one was brought forward, the later one is still there.
    if (clock.now < this.#at) return;
    this.#at = Number.POSITIVE_INFINITY;
    balancer.advance(clock.now);
    for (const { id } of balancer.checksDue(clock.now)) checks.begin(fleet.origins[id] as VirtualOrigin, clock.now);
    this.set();
  }
}
