import type { Frame } from '../../../src/protocol/frame.ts';
import { isSampled } from '../../../src/protocol/sampling.ts';
import { Thinning } from './thinning.ts';

/** Which draw dots are of: frames hold a sample already, of which these are to be a part. */
const DOTS = 1;

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
const CLOCK_JUMP = 250;
/** ms after which nobody needs to see a start any more; a dot that would leave so much later than its retries can is let go. */
const STALE = 1000;
const FAR_AHEAD = 10_000;

export const OUT = 1;
export const BACK = 2;
/** At its origin: waiting or being served. */
export const AT = 3;

/** Places at an origin that dots can be seen in; those behind are in the card's figure only. */
export const PLACES = 10;
/** Dots at origins in all at most, so that enough are left for what moves. */
const MAX_AT = 150;
/** ms a dot is at its origin at least: who answers sooner than eyes see is seen to have been there. */
const MIN_STAY = 200;
/** ms between two looks for dots whose answer was left out by the sampling. */
const TIDY_EVERY = 1000;

export const PLAIN = 0;
export const RETRY = 1;
export const FAILED = 2;

/** The part of the way to its place that a dot moves up in one frame. */
const MOVE_UP = 0.25;

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
  /** Of those at an origin: how many are in front of it there. */
  readonly place = new Uint8Array(MAX_DOTS);
  /** Its place as it is drawn, on the way to `place`: who moves up is seen to. */
  readonly seat = new Float32Array(MAX_DOTS);
  live = 0;
  #resting = 0;
  #tidied = 0;
  #stay = new Float64Array(MAX_DOTS);
  #key = new Float64Array(MAX_DOTS);
  #byKey = new Map<number, number>();
  /** What comes back when it arrives: 0 nothing known yet, else 1 + look, + 8 when it ends the request. */
  #answer = new Uint8Array(MAX_DOTS);
  #free = Array.from({ length: MAX_DOTS }, (_, index) => MAX_DOTS - 1 - index);
  #offset = Number.POSITIVE_INFINITY;
  #thinning = new Thinning(LIFE, MAX_DOTS - FOR_FAILURES - MAX_AT);

  /** How many attempts one dot stands for: exact where nothing is left out, else as measured over the last seconds. */
  get ratio(): number {
    return this.#thinning.ratio;
  }

  clear(): void {
    for (let dot = 0; dot < MAX_DOTS; dot++) if (this.direction[dot] !== 0) this.#release(dot);
  }

  /** @param now ms on the page's clock. @param speed ms of the lab's clock per ms of the page's, where that is not real time */
  take(frame: Frame, now: number, speed?: number): void {
    // The lab's clock and the page's differ by a constant; the quickest frame knows it best. The drift follows clocks that
    // run apart, the jump one that stood still while the machine slept.
    const offset = now - frame.now;
    this.#offset = offset - this.#offset > CLOCK_JUMP ? offset : Math.min(this.#offset + 0.05, offset);
    this.#thinning.take(frame, now);
    const { stride } = this.#thinning;
    // It stands alone: what was on its way before a pause or a lost connection may have ended meanwhile, or be sent again.
    if (frame.snapshot) this.clear();
    const { starts, attempts, strings } = frame;
    for (let row = 0; row < starts.rows; row++) {
      const request = starts.columns.request[row] ?? 0;
      const attempt = starts.columns.attempt[row] ?? 1;
      const sampled = isSampled(request, stride, DOTS);
      if (!sampled && attempt === 1) continue;
      const at = this.#onPage(starts.columns.at[row] ?? 0, frame, now, speed);
      // After a pause or a hitch, what is long over is not played again.
      if (at < now - STALE) continue;
      if (this.#send(request, attempt, strings[starts.columns.origin[row] ?? 0] ?? '', at) && sampled)
        this.#thinning.drew();
    }
    if (frame.snapshot) return;
    for (let row = 0; row < attempts.rows; row++) {
      const request = attempts.columns.request[row] ?? 0;
      const attempt = attempts.columns.attempt[row] ?? 1;
      const failed = (attempts.columns.failure[row] ?? 0) !== 0;
      const last = attempts.columns.last[row] === 1;
      const look = failed ? FAILED : attempt > 1 ? RETRY : PLAIN;
      const key = request * 256 + attempt;
      const known = this.#byKey.get(key);
      if (known !== undefined) {
        if (this.direction[known] !== BACK) {
          this.#answer[known] = 1 + look + (last ? 8 : 0);
          this.#stay[known] = failed ? 0 : Math.max(MIN_STAY, (attempts.columns.total[row] ?? 0) / (speed ?? 1));
        }
        continue;
      }
      if (look === PLAIN && !isSampled(request, stride, DOTS)) continue;
      const dot = failed ? this.#claimForFailure() : this.#claim(FOR_FAILURES);
      if (dot === undefined) continue;
      this.#set(dot, BACK, look, strings[attempts.columns.origin[row] ?? 0] ?? '', now, last);
      this.#remember(dot, key);
    }
    this.#tidy(frame, now);
  }

  /** When (ms on the page's clock) the dot of what began at `at` on the lab's leaves. */
  #onPage(at: number, frame: Frame, now: number, speed: number | undefined): number {
    // Clocks of unlike speed have no constant between them, and a simulation's frames are never late.
    return (speed === undefined ? at + this.#offset : now - (frame.now - at) / speed) + DELAY;
  }

  /** Lets the dot of an attempt leave at `at`; whether there was one to spare. */
  #send(request: number, attempt: number, origin: string, at: number): boolean {
    const key = request * 256 + attempt;
    if (this.#byKey.has(key)) return false;
    const dot = this.#claim(FOR_FAILURES);
    if (dot === undefined) return false;
    const retry = attempt > 1;
    const born = retry ? Math.max(at, this.#isBack(key - 1, at)) : at;
    this.#set(dot, OUT, retry ? RETRY : PLAIN, origin, born, !retry);
    this.#remember(dot, key);
    return true;
  }

  /** When the failure of an attempt is (or will be) seen to reach the balancer: its retry must not be seen to leave before. */
  #isBack(key: number, at: number): number {
    const dot = this.#byKey.get(key);
    if (dot === undefined) return 0;
    if (this.direction[dot] === AT) return at + TO_ORIGIN;
    const way = this.direction[dot] === OUT ? this.#duration(dot) : 0;
    return (this.born[dot] ?? 0) + way + TO_ORIGIN;
  }

  /** Moves time on: who arrived turns round or goes. */
  step(now: number): void {
    for (let dot = 0; dot < MAX_DOTS; dot++) {
      const direction = this.direction[dot];
      if (!direction) continue;
      const age = now - (this.born[dot] ?? 0);
      if (age < -FAR_AHEAD) this.#release(dot);
      const answer = this.#answer[dot] ?? 0;
      if (direction === AT) {
        const seat = this.seat[dot] ?? 0;
        this.seat[dot] = seat + ((this.place[dot] ?? 0) - seat) * MOVE_UP;
        if (answer === 0 || age < (this.#stay[dot] ?? 0)) continue;
        this.#leave(dot);
      } else {
        if (age < this.#duration(dot)) continue;
        if (direction === BACK) {
          this.#release(dot);
          continue;
        }
        const fails = answer !== 0 && (this.#stay[dot] ?? 0) === 0;
        if (!fails && this.origin[dot] !== '') {
          this.#rest(dot, now);
          continue;
        }
        if (answer === 0) {
          this.#release(dot);
          continue;
        }
      }
      const origin = this.origin[dot] ?? '';
      this.#set(dot, BACK, (answer & 7) - 1, origin, now, answer >= 8);
    }
  }

  /** Takes the first free place at its origin; where there is none, the card's figure stands for it. */
  #rest(dot: number, now: number): void {
    const origin = this.origin[dot] ?? '';
    let place = 0;
    for (let other = 0; other < MAX_DOTS; other++) {
      if (this.direction[other] === AT && this.origin[other] === origin) place++;
    }
    if (place >= PLACES || this.#resting >= MAX_AT) {
      // Its answer, when it comes, gets a dot of its own.
      this.#release(dot);
      return;
    }
    this.direction[dot] = AT;
    this.born[dot] = now;
    this.place[dot] = place;
    this.seat[dot] = place;
    this.#resting++;
  }

  /** Those behind it move up. */
  #leave(dot: number): void {
    const place = this.place[dot] ?? 0;
    this.#resting--;
    this.direction[dot] = BACK;
    for (let other = 0; other < MAX_DOTS; other++) {
      if (this.direction[other] !== AT || this.origin[other] !== this.origin[dot]) continue;
      const behind = this.place[other] ?? 0;
      if (behind > place) this.place[other] = behind - 1;
    }
  }

  /** Lets go of dots that wait for an answer nobody will tell them of, because sampling left it out. */
  #tidy({ origins, strings }: Frame, now: number): void {
    if (now - this.#tidied < TIDY_EVERY) return;
    this.#tidied = now;
    if (this.#resting === 0) return;
    const inFlight = new Map<string, number>();
    for (let row = 0; row < origins.rows; row++) {
      inFlight.set(strings[origins.columns.name[row] ?? 0] ?? '', origins.columns.inFlight[row] ?? 0);
    }
    for (let dot = 0; dot < MAX_DOTS; dot++) {
      if (this.direction[dot] !== AT || this.#answer[dot] !== 0 || now - (this.born[dot] ?? 0) < STALE) continue;
      // More dots than requests: one of those has ended.
      if ((this.place[dot] ?? 0) >= (inFlight.get(this.origin[dot] ?? '') ?? 0)) this.#release(dot);
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
    this.#stay[dot] = MIN_STAY;
  }

  #claim(spare: number): number | undefined {
    if (this.#free.length <= spare) return undefined;
    this.live++;
    return this.#free.pop();
  }

  /** A failure takes the place of what has been under way longest, other failures last, when there is none left. */
  #claimForFailure(): number | undefined {
    if (this.#free.length > 0) return this.#claim(0);
    let oldest = 0;
    for (let dot = 1; dot < MAX_DOTS; dot++) {
      const worse = Number(this.look[dot] === FAILED) - Number(this.look[oldest] === FAILED);
      if (worse < 0 || (worse === 0 && (this.born[dot] ?? 0) < (this.born[oldest] ?? 0))) oldest = dot;
    }
    this.#release(oldest);
    return this.#claim(0);
  }

  #remember(dot: number, key: number): void {
    this.#key[dot] = key;
    this.#byKey.set(key, dot);
  }

  #forget(dot: number): void {
    if (this.#byKey.get(this.#key[dot] ?? 0) === dot) this.#byKey.delete(this.#key[dot] ?? 0);
  }

  #release(dot: number): void {
    this.#forget(dot);
    if (this.direction[dot] === AT) this.#leave(dot);
    this.direction[dot] = 0;
    this.#free.push(dot);
    this.live--;
  }
}
