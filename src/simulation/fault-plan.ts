import { needless, undoing } from '../protocol/fault-endings.ts';
import type { Fault, ScheduledFault } from '../protocol/lab.ts';
import type { FaultScriptState } from '../protocol/state.ts';

/** What is done to an origin, and when (ms). */
export interface Line {
  readonly at: number;
  readonly origin: string;
  readonly fault: Fault;
  /** How long it lasts (ms); absent: until something else ends it. */
  readonly length?: number;
}

/** A lab's scheduled faults, and the endings of those that last only a while. */
export class FaultPlan {
  /** Times are counted from its beginning. */
  #script: readonly Line[];
  /** When (ms) the script was begun; undefined: it has to be begun first. */
  #startedAt: number | undefined;
  #done = 0;
  /** The script's next line, with the time at which it is due; undefined while it does not run. */
  #due: Line | undefined;
  readonly #endings = new Map<string, Line>();

  /** The script begins at 0. */
  constructor(faults: readonly ScheduledFault[]) {
    this.#script = linesOf(faults);
    this.begin(0);
  }

  /** How far the script has come; `startedAt` in ms. */
  get state(): FaultScriptState {
    const startedAt = this.#startedAt;
    return { running: this.#due !== undefined, ...(startedAt !== undefined && { startedAt }), done: this.#done };
  }

  /** When (ms) `take` has something; Infinity if never again. */
  get nextAt(): number {
    return this.#next()?.at ?? Number.POSITIVE_INFINITY;
  }

  /** What is to be done by `now`, the first of it. */
  take(now: number): { readonly origin: string; readonly fault: Fault } | undefined {
    const next = this.#next();
    if (next === undefined || next.at > now) return undefined;
    if (next === this.#due) this.#await(this.#done + 1);
    this.begun(next);
    return next;
  }

  /** Something is done to an origin: what ends it comes by itself if it lasts only a while, and what it ends need not. */
  begun({ origin, fault, length, at }: Line): void {
    for (const how of needless(fault)) this.#endings.delete(`${how} ${origin}`);
    const end = length === undefined ? undefined : undoing(fault);
    if (end && length !== undefined) this.#endings.set(`${end.do} ${origin}`, { at: at + length, origin, fault: end });
  }

  /** The origin is gone: nothing of it has to end any more. */
  forget(origin: string): void {
    for (const [key, line] of this.#endings) if (line.origin === origin) this.#endings.delete(key);
  }

  /** The script begins from now, also while it runs. */
  begin(now: number): void {
    this.#startedAt = now;
    this.#await(0);
  }

  /** Nothing more of the script happens; what lasts a while still ends. */
  stop(): void {
    this.#due = undefined;
  }

  /** Other lines; while the script runs those count whose time is still to come. */
  set(faults: readonly ScheduledFault[], now: number): void {
    this.#script = linesOf(faults);
    const startedAt = this.#startedAt;
    if (this.#due !== undefined && startedAt !== undefined) {
      this.#await(this.#script.filter(({ at }) => at <= now - startedAt).length);
    } else {
      this.#startedAt = undefined;
      this.#done = 0;
    }
  }

  /** Endings come before what begins at the same time. */
  #next(): Line | undefined {
    let next: Line | undefined;
    for (const line of this.#endings.values()) if (next === undefined || line.at < next.at) next = line;
    const due = this.#due;
    return next !== undefined && (due === undefined || next.at <= due.at) ? next : due;
  }

  /** So many lines are done; without another one the script is over. */
  #await(done: number): void {
    this.#done = done;
    const line = this.#script[done];
    this.#due = line && { ...line, at: line.at + (this.#startedAt ?? 0) };
  }
}

/** In the order of their times; lines of one time stay in the order in which they were written. */
function linesOf(faults: readonly ScheduledFault[]): readonly Line[] {
  return faults
    .map(
      ({ at, origin, for: length, ...fault }): Line => ({ at, origin, fault, ...(length !== undefined && { length }) }),
    )
    .sort((a, b) => a.at - b.at);
}
