import type { Breakdowns } from '../engine/breakdown-recorder.ts';
import { spell } from './timeline.ts';

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

  /** `noticed after 12 ms, 2 retried elsewhere, 0 lost`. */
  soFar(counts: Breakdowns): string {
    const noticed = this.#noticedAt === undefined ? 'not noticed' : `noticed after ${this.#after(this.#noticedAt)}`;
    return `${noticed}, ${this.#toll(counts)}`;
  }

  /** How it ended, for the sentence that begins with the origin's name. */
  ended(at: number, counts: Breakdowns): string {
    const after = this.#after(at);
    return this.#noticedAt === undefined
      ? `works again after ${after}, and the balancer never noticed: ${this.#toll(counts)}`
      : `is back after ${after}: ${this.soFar(counts)}`;
  }

  #after(at: number): string {
    return spell(Math.max(0, at - this.failedAt));
  }

  #toll({ retried, lost }: Breakdowns): string {
    return `${retried - this.#before.retried} retried elsewhere, ${lost - this.#before.lost} lost`;
  }
}
