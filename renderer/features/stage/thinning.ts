import type { Frame } from '../../../src/protocol/frame.ts';

/** Thinning steps that people can divide by. */
const STRIDES = [1, 2, 3, 5, 10, 15, 20, 30, 50, 100, 200, 500, 1000];
/** A dot stands for what was set out to be shown, unless that many times as much went by: there were no dots left for it. */
const MISSED = 1.4;

/** How many requests one dot stands for: as few as the pool of dots allows. */
export class Thinning {
  /** One request in this many gets a dot. */
  stride = 1;
  /** How many attempts one dot stands for. Samples are drawn by lot, so that what was measured is a little more or less. */
  ratio = 1;
  #life: number;
  #pool: number;
  #rate = 0;
  #lastFrame = 0;
  #drawn = 0;
  /** Dots that there should have been: how much is left out changes within the seconds that are measured. */
  #meant = 0;
  #attempts = 0;
  #measuredFrom = 0;
  #attemptsFrom = -1;

  /**
   * @param life ms that a dot is under way
   * @param pool dots that may be under way at once
   */
  constructor(life: number, pool: number) {
    this.#life = life;
    this.#pool = pool;
  }

  /** A request got its dot. */
  drew(): void {
    this.#drawn++;
  }

  /** Chooses the stride so that the pool is never empty in the middle of a second. `now` is the page's clock in ms. */
  take(frame: Frame, now: number): void {
    const elapsed = Math.max(16, now - this.#lastFrame);
    if (this.#lastFrame > 0 && elapsed < 1000) {
      const weight = Math.min(1, elapsed / 1000);
      this.#rate += ((frame.starts.rows / elapsed) * 1000 - this.#rate) * weight;
    }
    this.#lastFrame = now;
    const needed = (this.#rate * this.#life) / 1000 / this.#pool;
    const wanted = STRIDES.find((stride) => stride >= needed) ?? 1000;
    // Down only with some slack, or the picture would flicker between two steps.
    if (wanted > this.stride || needed < this.stride * 0.35) this.stride = wanted;
    this.#measure(frame, now);
  }

  #measure(frame: Frame, now: number): void {
    const attempts = frame.totals.columns.attempts[0] ?? 0;
    this.#meant += Math.max(0, attempts - this.#attempts) / (frame.sampling * this.stride);
    if (frame.snapshot || this.#attemptsFrom < 0 || attempts < this.#attempts) {
      this.#measuredFrom = now;
      this.#attemptsFrom = attempts;
      this.#drawn = 0;
      this.#meant = 0;
      // What was measured was of another lab, or of another clock.
      this.ratio = frame.sampling * this.stride;
    } else if (now - this.#measuredFrom >= 2000) {
      const passed = attempts - this.#attemptsFrom;
      if (this.#drawn > 0 && this.#meant > 0) this.ratio = ratioOf(passed / this.#drawn, passed / this.#meant);
      // Nothing to measure (no origin is left, say): what the next one is going to stand for.
      else if (passed === 0) this.ratio = frame.sampling * this.stride;
      this.#measuredFrom = now;
      this.#attemptsFrom = attempts;
      this.#drawn = 0;
      this.#meant = 0;
    }
    this.#attempts = attempts;
  }
}

/** @param meant what was set out to be shown: one in this many. Only where that is all is what was measured no matter of chance. */
function ratioOf(measured: number, meant: number): number {
  return measured > (meant > 1 ? meant * MISSED : meant) ? measured : meant;
}

/** `1 dot = 1 request`, `1 dot ≈ 20 requests`: never finer than it was measured. */
export function ratioWords(ratio: number): string {
  if (ratio < 1.1) return '1 dot = 1 request';
  const rounded = Number(ratio.toPrecision(ratio < 10 ? 1 : 2));
  return rounded <= 1 ? '1 dot ≈ 1 request' : `1 dot ≈ ${rounded.toLocaleString('en-US')} requests`;
}
