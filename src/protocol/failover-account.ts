import type { Breakdowns } from './breakdown-recorder.ts';
import type { Failover } from './state.ts';

/** What one failure of an origin cost, from the fault until it works again. Times in ms since the epoch. */
export class FailoverAccount {
  readonly failedAt: number;
  readonly #before: Breakdowns;
  #noticedAt: number | undefined;
  #broken = false;

  /** @param before what was counted when the fault began: everything beyond is its doing */
  constructor(failedAt: number, before: Breakdowns) {
    this.failedAt = failedAt;
    this.#before = before;
  }

  get noticed(): boolean {
    return this.#noticedAt !== undefined;
  }

  /** The balancer took the origin out; only the first time counts. */
  notice(at: number): void {
    this.#noticedAt ??= at;
  }

  /**
   * @param working whether the origin does what it should
   * @returns whether it has been broken and now is not
   */
  mended(working: boolean): boolean {
    if (!working) this.#broken = true;
    return working && this.#broken;
  }

  /** What it cost until now. */
  soFar({ retried, lost }: Breakdowns): Failover {
    return {
      ...(this.#noticedAt !== undefined && { noticedAfter: this.#after(this.#noticedAt) }),
      retried: retried - this.#before.retried,
      lost: lost - this.#before.lost,
    };
  }

  /** What it cost in all, when it ended at `at`. */
  ended(at: number, counts: Breakdowns): Failover {
    return { ...this.soFar(counts), recoveredAfter: this.#after(at) };
  }

  /** A clock that jumps back makes it no time at all. */
  #after(at: number): number {
    return Math.max(0, at - this.failedAt);
  }
}
