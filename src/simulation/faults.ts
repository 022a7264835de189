import type { Balancer } from '../core/balancer.ts';
import { FaultPlan } from '../protocol/fault-plan.ts';
import type { Fault, ScheduledFault } from '../protocol/lab.ts';
import type { FaultScriptState } from '../protocol/state.ts';
import type { Fleet } from './fleet.ts';
import type { HealthChecks } from './health-checks.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What faults are done to, and who is told. */
interface FaultWorld {
  readonly balancer: Balancer;
  readonly clock: VirtualClock;
  readonly fleet: Fleet;
  readonly checks: HealthChecks;
  /** Before it is done, and after. */
  readonly onFault: ((origin: string, fault: Fault) => void) | undefined;
  readonly afterFault: ((origin: string) => void) | undefined;
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
    if (script.length > 0) this.#plan.run(0);
    this.nextAt = this.#plan.nextAt;
  }

  /** How far the script has come; `startedAt` in ms. */
  get script(): FaultScriptState {
    return this.#plan.state;
  }

  /** All that are due now. */
  doDue(): void {
    const { now } = this.#world.clock;
    for (let next = this.#plan.take(now); next; next = this.#plan.take(now)) {
      this.#plan.begun(next);
      this.#inflict(next.origin, next.fault);
    }
    this.nextAt = this.#plan.nextAt;
  }

  /** One beside the script, now. @param length ms that it lasts; absent: until something ends it */
  interfere(origin: string, fault: Fault, length?: number): void {
    this.#plan.begun({ at: this.#world.clock.now, origin, fault, ...(length !== undefined && { length }) });
    this.nextAt = this.#plan.nextAt;
    this.#inflict(origin, fault);
  }

  /** Other lines; while the script runs those count whose time is still to come. */
  setScript(lines: readonly ScheduledFault[]): void {
    this.#plan.set(lines, this.#world.clock.now);
    this.nextAt = this.#plan.nextAt;
  }

  /** Begins the script from now, or lets nothing more of it happen. @throws EvenkeelError `not-allowed` when it has no lines */
  runScript(on: boolean): void {
    if (on) this.#plan.run(this.#world.clock.now);
    else this.#plan.stop();
    this.nextAt = this.#plan.nextAt;
  }

  /** The origin is gone: nothing of it has to end any more. */
  forget(origin: string): void {
    this.#plan.forget(origin);
    this.nextAt = this.#plan.nextAt;
  }

  #inflict(name: string, fault: Fault): void {
    const { balancer, clock, fleet, checks, onFault, afterFault, onWork } = this.#world;
    const origin = fleet.named(name);
    if (!origin) return;
    onFault?.(name, fault);
    if (fault.do === 'drain') balancer.drain(name, clock.now);
    else if (fault.do === 'resume') balancer.resume(name, clock.now);
    else {
      origin.suffer(fault);
      checks.recheck(origin, clock.now);
    }
    afterFault?.(name);
    onWork();
  }
}
