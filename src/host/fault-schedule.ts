import { FaultPlan, type PlannedFault } from '../protocol/fault-plan.ts';
import type { Fault, ScheduledFault } from '../protocol/lab.ts';
import type { FaultScriptState } from '../protocol/state.ts';

interface FaultScheduleOptions {
  readonly script: readonly ScheduledFault[];
  /** Its time has come. Whoever does it says so with `begun` when it is done. */
  readonly inflict: (fault: PlannedFault) => void;
  readonly changed: () => void;
}

/** The longest that a timer can be set for (ms); what is due later is looked at again then. */
const LONGEST_TIMER = 2_147_483_647;

/** A lab's fault script on the wall clock, and the endings of faults that last a while. */
export class FaultSchedule {
  readonly #plan: FaultPlan;
  readonly #options: FaultScheduleOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FaultScheduleOptions) {
    this.#options = options;
    this.#plan = new FaultPlan(options.script);
  }

  /** The script's lines in the order of their times. */
  get script(): readonly ScheduledFault[] {
    return this.#plan.script;
  }

  get state(): FaultScriptState {
    return this.#plan.state;
  }

  /** Begins the script from now, also while it runs. @throws EvenkeelError `not-allowed` when it has no lines */
  run(): void {
    this.#plan.run(Date.now());
    this.#await();
  }

  /** Lets nothing more of the script happen; what has happened stays as it is. */
  stop(): void {
    this.#plan.stop();
    this.#await();
  }

  /** Other lines for the script; while it runs those count whose time is still to come. */
  set(script: readonly ScheduledFault[]): void {
    this.#plan.set(script, Date.now());
    this.#await();
  }

  /** A fault was done. @param length ms until what ends it is done; absent: until something else ends it */
  begun(origin: string, fault: Fault, length?: number): void {
    this.#plan.begun({ at: Date.now(), origin, fault, ...(length !== undefined && { length }) });
    this.#await();
  }

  /** The origin is gone: nothing of it has to end any more. */
  forget(origin: string): void {
    this.#plan.forget(origin);
    this.#await();
  }

  /** Nothing of it happens any more. */
  end(): void {
    clearTimeout(this.#timer);
  }

  /** Does what is due, and waits for the next. */
  #await(): void {
    clearTimeout(this.#timer);
    const { inflict, changed } = this.#options;
    const { nextAt } = this.#plan;
    if (nextAt < Number.POSITIVE_INFINITY) {
      const wait = Math.min(LONGEST_TIMER, Math.max(0, nextAt - Date.now()));
      this.#timer = setTimeout(() => {
        for (let due = this.#plan.take(Date.now()); due; due = this.#plan.take(Date.now())) inflict(due);
        this.#await();
      }, wait);
    }
    changed();
  }
}
