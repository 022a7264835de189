import { EvenkeelError } from '../core/errors.ts';
import { needless, undoing } from './fault-endings.ts';
import type { Fault, ScheduledFault } from './lab.ts';
import type { FaultScriptState } from './state.ts';

/** What is done to an origin, and when (ms). */
export interface PlannedFault {
  readonly at: number;
  readonly origin: string;
  readonly fault: Fault;
  /** How long it lasts (ms); absent: until something else ends it. */
  readonly length?: number;
}

/**
 * What is going to be done to a lab's origins: the lines of its script, and the endings of faults that last only a while. Whoever
 * drives it does what `take` gives at its time, and tells it what was `begun`.
 */
export class FaultPlan {
  #script: readonly ScheduledFault[];
  /** When (ms) the script was begun; undefined: it has to be begun first. */
  #startedAt: number | undefined;
  #done = 0;
  /** The script's next line, with the time at which it is due; undefined while it does not run. */
  #due: PlannedFault | undefined;
  readonly #endings = new Map<string, PlannedFault>();

  constructor(script: readonly ScheduledFault[]) {
    this.#script = inOrder(script);
  }

  /** The script's lines in the order of their times, which are counted from its beginning. */
  get script(): readonly ScheduledFault[] {
    return this.#script;
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

  /** What is to be done by `now`, the first of it, which is then no longer planned. */
  take(now: number): PlannedFault | undefined {
    const next = this.#next();
    if (next === undefined || next.at > now) return undefined;
    if (next === this.#due) this.#await(this.#done + 1);
    else this.#endings.delete(keyOf(next.origin, next.fault));
    return next;
  }

  /** Something was done to an origin: what ends it comes by itself if it lasts only a while, and what it ends need not. */
  begun({ origin, fault, length, at }: PlannedFault): void {
    for (const how of needless(fault)) this.#endings.delete(`${how} ${origin}`);
    const end = length === undefined ? undefined : undoing(fault);
    if (end && length !== undefined) this.#endings.set(keyOf(origin, end), { at: at + length, origin, fault: end });
  }

  /** The origin is gone: nothing of it has to end any more. */
  forget(origin: string): void {
    for (const [key, ending] of this.#endings) if (ending.origin === origin) this.#endings.delete(key);
  }

  /** The script begins from now, also while it runs. @throws EvenkeelError `not-allowed` when it has no lines */
  run(now: number): void {
    if (this.#script.length === 0) {
      throw new EvenkeelError('not-allowed', 'There is nothing in the fault script to run; add a line to it first.');
    }
    this.#startedAt = now;
    this.#await(0);
  }

  /** Nothing more of the script happens; what lasts a while still ends. */
  stop(): void {
    this.#due = undefined;
  }

  /** Other lines for the script; while it runs those count whose time is still to come. */
  set(script: readonly ScheduledFault[], now: number): void {
    this.#script = inOrder(script);
    const startedAt = this.#startedAt;
    if (this.#due !== undefined && startedAt !== undefined) {
      this.#await(this.#script.filter(({ at }) => at <= now - startedAt).length);
    } else {
      this.#startedAt = undefined;
      this.#done = 0;
    }
  }

  /** Endings come before what begins at the same time. */
  #next(): PlannedFault | undefined {
    let next: PlannedFault | undefined;
    for (const ending of this.#endings.values()) if (next === undefined || ending.at < next.at) next = ending;
    const due = this.#due;
    return next !== undefined && (due === undefined || next.at <= due.at) ? next : due;
  }

  /** So many lines are done; without another one the script is over. */
  #await(done: number): void {
    this.#done = done;
    this.#due = undefined;
    const line = this.#script[done];
    if (line === undefined) return;
    const { at, origin, for: length, ...fault } = line;
    this.#due = { at: at + (this.#startedAt ?? 0), origin, fault, ...(length !== undefined && { length }) };
  }
}

function keyOf(origin: string, end: Fault): string {
  return `${end.do} ${origin}`;
}

/** Lines of one time stay in the order in which they were written. */
function inOrder(script: readonly ScheduledFault[]): readonly ScheduledFault[] {
  return [...script].sort((a, b) => a.at - b.at);
}
