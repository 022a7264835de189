import type { Balancer } from '../core/balancer.ts';
import type { Fault, ScheduledFault } from '../protocol/lab.ts';
import { FaultPlan } from './fault-plan.ts';
import type { HealthChecks } from './health-checks.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** What faults are done to, and who is told. */
export interface FaultWorld {
  readonly balancer: Balancer;
  readonly clock: VirtualClock;
  readonly origins: readonly VirtualOrigin[];
  readonly checks: () => HealthChecks | undefined;
  readonly onFault: ((origin: string, fault: Fault) => void) | undefined;
  /** The balancer may have something to do at another time than before. */
  readonly onWork: () => void;
}

/** Does the faults of a lab's script when they are due, and those that somebody asks for beside it. */
export class Faults {
  readonly #world: FaultWorld;
  readonly #plan: FaultPlan;
  /** When (ms) the next one is due; Infinity if none is. */
  nextAt: number;

  constructor(script: readonly ScheduledFault[], world: FaultWorld) {
    this.#world = world;
    this.#plan = new FaultPlan(script);
    this.nextAt = this.#plan.nextAt;
  }

  /** All that are due now. */
  doDue(): void {
    const { now } = this.#world.clock;
    for (let next = this.#plan.take(now); next; next = this.#plan.take(now)) this.#inflict(next.origin, next.fault);
    this.nextAt = this.#plan.nextAt;
  }

  /** One beside the script, now. @param length ms that it lasts; absent: until something ends it */
  interfere(origin: string, fault: Fault, length?: number): void {
    this.#plan.begun({ at: this.#world.clock.now, origin, fault, ...(length !== undefined && { length }) });
    this.nextAt = this.#plan.nextAt;
    this.#inflict(origin, fault);
  }

  #inflict(name: string, fault: Fault): void {
    const { balancer, clock, origins, checks, onFault, onWork } = this.#world;
    onFault?.(name, fault);
    if (fault.do === 'drain') balancer.drain(name, clock.now);
    else if (fault.do === 'resume') balancer.resume(name, clock.now);
    else {
      const origin = origins.find((each) => each.name === name) as VirtualOrigin;
      origin.suffer(fault);
      checks()?.recheck(origin, clock.now);
    }
    onWork();
  }
}
