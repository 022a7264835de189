import { needless, undoing } from '../protocol/fault-endings.ts';
import type { Fault, ScheduledFault } from '../protocol/lab.ts';

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
  readonly #script: readonly Line[];
  #done = 0;
  readonly #endings = new Map<string, Line>();

  constructor(faults: readonly ScheduledFault[]) {
    this.#script = faults
      .map(
        ({ at, origin, for: length, ...fault }): Line => ({
          at,
          origin,
          fault,
          ...(length !== undefined && { length }),
        }),
      )
      // Lines of one time stay in the order in which they were written.
      .sort((a, b) => a.at - b.at);
  }

  /** When (ms) `take` has something; Infinity if never again. */
  get nextAt(): number {
    return this.#next()?.at ?? Number.POSITIVE_INFINITY;
  }

  /** What is to be done by `now`, the first of it. */
  take(now: number): { readonly origin: string; readonly fault: Fault } | undefined {
    const next = this.#next();
    if (next === undefined || next.at > now) return undefined;
    if (next === this.#script[this.#done]) this.#done++;
    this.begun(next);
    return next;
  }

  /** Something is done to an origin: what ends it comes by itself if it lasts only a while, and what it ends need not. */
  begun({ origin, fault, length, at }: Line): void {
    for (const how of needless(fault)) this.#endings.delete(`${how} ${origin}`);
    const end = length === undefined ? undefined : undoing(fault);
    if (end && length !== undefined) this.#endings.set(`${end.do} ${origin}`, { at: at + length, origin, fault: end });
  }

  /** Endings come before what begins at the same time. */
  #next(): Line | undefined {
    let next: Line | undefined;
    for (const line of this.#endings.values()) if (next === undefined || line.at < next.at) next = line;
    const line = this.#script[this.#done];
    return next !== undefined && (line === undefined || next.at <= line.at) ? next : line;
  }
}
