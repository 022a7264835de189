import { EvenkeelError } from '../core/errors.ts';
import type { ScheduledFault } from '../protocol/lab.ts';
import type { FaultScriptState } from '../protocol/state.ts';

export interface FaultScriptOptions {
  readonly faults: readonly ScheduledFault[];
  /** A line's time has come. */
  readonly inflict: (fault: ScheduledFault) => void;
  readonly changed: () => void;
}

/** A lab's scheduled faults, each at its time after the script was begun. */
export class FaultScript {
  readonly #options: FaultScriptOptions;
  #faults: readonly ScheduledFault[];
  #startedAt: number | undefined;
  #running = false;
  #done = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FaultScriptOptions) {
    this.#options = options;
    this.#faults = inOrder(options.faults);
  }

  /** In the order of their times. */
  get faults(): readonly ScheduledFault[] {
    return this.#faults;
  }

  get state(): FaultScriptState {
    return {
      running: this.#running,
      ...(this.#startedAt !== undefined && { startedAt: this.#startedAt }),
      done: this.#done,
    };
  }

  /** Begins it from now, also while it runs. @throws EvenkeelError `not-allowed` when it has no lines */
  run(): void {
    if (this.#faults.length === 0) {
      throw new EvenkeelError('not-allowed', 'There is nothing in the fault script to run; add a line to it first.');
    }
    this.#startedAt = Date.now();
    this.#done = 0;
    this.#running = true;
    this.#await();
  }

  /** Lets no more of it happen; what has happened stays as it is. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#running = false;
    this.#options.changed();
  }

  /** Other lines; while it runs those count whose time is still to come. */
  set(faults: readonly ScheduledFault[]): void {
    this.#faults = inOrder(faults);
    const elapsed = this.#startedAt === undefined ? 0 : Date.now() - this.#startedAt;
    this.#done = this.#running ? this.#faults.filter(({ at }) => at <= elapsed).length : 0;
    if (!this.#running) this.#startedAt = undefined;
    this.#await();
  }

  /** Waits for the next line and does all that are due then; without another one the script is over. */
  #await(): void {
    clearTimeout(this.#timer);
    const next = this.#faults[this.#done];
    if (next === undefined) this.#running = false;
    if (this.#running && next !== undefined) {
      const { at } = next;
      const wait = Math.max(0, (this.#startedAt ?? 0) + at - Date.now());
      this.#timer = setTimeout(() => {
        for (let due = this.#faults[this.#done]; due && due.at <= at; due = this.#faults[this.#done]) {
          this.#done++;
          this.#options.inflict(due);
        }
        this.#await();
      }, wait);
    }
    this.#options.changed();
  }
}

/** Lines of one time stay in the order in which they were written. */
function inOrder(faults: readonly ScheduledFault[]): readonly ScheduledFault[] {
  return [...faults].sort((a, b) => a.at - b.at);
}
