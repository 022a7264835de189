import type { Frame } from '../../../src/protocol/frame.ts';

/** Dots alive at most; a part is kept for failures, which are always shown. */
export const MAX_DOTS = 400;
const FOR_FAILURES = 100;

/** ms a dot takes. Real answers are faster than eyes: a dot shows that a request passed, not how long it took. */
export const TO_BALANCER = 420;
export const TO_ORIGIN = 520;
const LIFE = 2 * (TO_BALANCER + TO_ORIGIN);
/** Dots leave this much later than their requests, so that a frame of them does not leave as one clump. */
const DELAY = 60;
/** ms by which a frame is too late to be merely late. */
const CLOCK_JUMP = 1000;

export const OUT = 1;
export const BACK = 2;

export const PLAIN = 0;
export const RETRY = 1;
export const FAILED = 2;

/** Thinning steps that people can divide by. */
const STRIDES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** What to draw, by index; only those with `direction` ≠ 0 are alive. */
export class DotField {
  readonly direction = new Uint8Array(MAX_DOTS);
  readonly look = new Uint8Array(MAX_DOTS);
  /** ms on the page's clock. */
  readonly born = new Float64Array(MAX_DOTS);
  /** Whether it goes (or went) all the way to the clients, not only to the balancer. */
  readonly whole = new Uint8Array(MAX_DOTS);
  /** Names by dot; '' for a request that no origin got. */
  readonly origin: string[] = new Array<string>(MAX_DOTS).fill('');
  live = 0;
  #key = new Float64Array(MAX_DOTS);
  #byKey = new Map<number, number>();
  /** What comes back when it arrives: 0 nothing known yet, else 1 + look, + 8 when it ends the request. */
  #answer = new Uint8Array(MAX_DOTS);
  #free = Array.from({ length: MAX_DOTS }, (_, index) => MAX_DOTS - 1 - index);
  #offset = Number.POSITIVE_INFINITY;
  #stride = 1;
  #rate = 0;
  #lastFrame = 0;
  #drawn = 0;
  #attempts = 0;
  #measuredFrom = 0;
  #attemptsFrom = -1;
  #ratio = 1;

  /** How many attempts one dot stands for: exact where nothing is left out, else as measured over the last seconds. */
  get ratio(): number {
    return this.#ratio;
  }

  clear(): void {
    for (let dot = 0; dot < MAX_DOTS; dot++) if (this.direction[dot] !== 0) this.#release(dot);
  }

  /** @param now ms on the page's clock */
  take(frame: Frame, now: number): void {
    // The lab's clock and the page's differ by a constant; the quickest frame knows it best. The drift follows clocks that
    // run apart, the jump one that stood still while the machine slept.
    const offset = now - frame.now;
    this.#offset = offset - this.#offset > CLOCK_JUMP ? offset : Math.min(this.#offset + 0.05, offset);
    this.#adaptStride(frame, now);
    const { starts, attempts, strings } = frame;
    for (let row = 0; row < starts.rows; row++) {
      const request = starts.columns.request[row] ?? 0;
      if (request % this.#stride !== 0) continue;
      const attempt = starts.columns.attempt[row] ?? 1;
      const at = (starts.columns.at[row] ?? 0) + this.#offset + DELAY;
      // After a pause or a hitch, what is long over is not played again.
      if (at < now - 1000) continue;
      const dot = this.#claim(FOR_FAILURES);
      if (dot === undefined) continue;
      this.#drawn++;
      const retry = attempt > 1;
      this.#set(dot, OUT, retry ? RETRY : PLAIN, strings[starts.columns.origin[row] ?? 0] ?? '', at, !retry);
      const key = request * 256 + attempt;
      this.#key[dot] = key;
      this.#byKey.set(key, dot);
    }
    if (frame.snapshot) return;
    for (let row = 0; row < attempts.rows; row++) {
      const request = attempts.columns.request[row] ?? 0;
      const attempt = attempts.columns.attempt[row] ?? 1;
      const failed = (attempts.columns.failure[row] ?? 0) !== 0;
      const last = attempts.columns.last[row] === 1;
      const look = failed ? FAILED : attempt > 1 ? RETRY : PLAIN;
      const waiting = this.#byKey.get(request * 256 + attempt);
      if (waiting !== undefined) {
        this.#answer[waiting] = 1 + look + (last ? 8 : 0);
        continue;
      }
      if (!failed && request % this.#stride !== 0) continue;
      const dot = this.#claim(failed ? 0 : FOR_FAILURES);
      if (dot === undefined) continue;
      this.#set(dot, BACK, look, strings[attempts.columns.origin[row] ?? 0] ?? '', now, last);
    }
  }

  /** Moves time on: who arrived turns round or goes. */
  step(now: number): void {
    for (let dot = 0; dot < MAX_DOTS; dot++) {
      const direction = this.direction[dot];
      if (!direction) continue;
      const age = now - (this.born[dot] ?? 0);
      if (age < this.#duration(dot)) continue;
      const answer = this.#answer[dot] ?? 0;
      if (direction === BACK || answer === 0) {
        this.#release(dot);
        continue;
      }
      const origin = this.origin[dot] ?? '';
      this.#forget(dot);
      this.#set(dot, BACK, (answer & 7) - 1, origin, now, answer >= 8);
    }
  }

  #duration(dot: number): number {
    const toOrigin = this.origin[dot] === '' ? 0 : TO_ORIGIN;
    return toOrigin + (this.whole[dot] ? TO_BALANCER : 0);
  }

  #set(dot: number, direction: number, look: number, origin: string, born: number, whole: boolean): void {
    this.direction[dot] = direction;
    this.look[dot] = look;
    this.origin[dot] = origin;
    this.born[dot] = born;
    this.whole[dot] = whole ? 1 : 0;
    this.#answer[dot] = 0;
  }

  #claim(spare: number): number | undefined {
    if (this.#free.length <= spare) return undefined;
    this.live++;
    return this.#free.pop();
  }

  #forget(dot: number): void {
    if (this.#byKey.get(this.#key[dot] ?? 0) === dot) this.#byKey.delete(this.#key[dot] ?? 0);
  }

  #release(dot: number): void {
    this.#forget(dot);
    this.direction[dot] = 0;
    this.#free.push(dot);
    this.live--;
  }

  /** Chooses how many requests one dot stands for, so that the pool is never empty in the middle of a second. */
  #adaptStride(frame: Frame, now: number): void {
    const elapsed = Math.max(16, now - this.#lastFrame);
    if (this.#lastFrame > 0 && elapsed < 1000) {
      const weight = Math.min(1, elapsed / 1000);
      this.#rate += ((frame.starts.rows / elapsed) * 1000 - this.#rate) * weight;
    }
    this.#lastFrame = now;
    const needed = (this.#rate * LIFE) / 1000 / (MAX_DOTS - FOR_FAILURES);
    const wanted = STRIDES.find((stride) => stride >= needed) ?? 1000;
    // Down only with some slack, or the picture would flicker between two steps.
    if (wanted > this.#stride || needed < this.#stride * 0.35) this.#stride = wanted;
    this.#measure(frame, now);
  }

  #measure(frame: Frame, now: number): void {
    const attempts = frame.totals.columns.attempts[0] ?? 0;
    if (frame.snapshot || this.#attemptsFrom < 0 || attempts < this.#attempts) {
      this.#measuredFrom = now;
      this.#attemptsFrom = attempts;
      this.#drawn = 0;
    } else if (now - this.#measuredFrom >= 2000) {
      const passed = attempts - this.#attemptsFrom;
      if (this.#drawn > 0) this.#ratio = Math.max(1, passed / this.#drawn);
      this.#measuredFrom = now;
      this.#attemptsFrom = attempts;
      this.#drawn = 0;
    }
    this.#attempts = attempts;
  }
}

/** `1 dot = 1 request`, `1 dot ≈ 20 requests`: never finer than it was measured. */
export function ratioWords(ratio: number): string {
  if (ratio < 1.1) return '1 dot = 1 request';
  const rounded = Number(ratio.toPrecision(ratio < 10 ? 1 : 2));
  return rounded <= 1 ? '1 dot ≈ 1 request' : `1 dot ≈ ${rounded.toLocaleString('en-US')} requests`;
}
