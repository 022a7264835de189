import { now } from './clock.ts';

/** ms; a longer timer would fire at once. What has a heavy tail may take longer, but nobody waits for that. */
const LONGEST = 2_147_483_647;
/** What one timer's lateness counts for among those before it. */
const WEIGHT = 1 / 32;
/** ms of lateness that are a timer's own; more comes of a machine that had no processor for it, which the next one need not pay for. */
const USUAL = 2;

/**
 * Timers that are right on average. The system's have whole milliseconds and fire a fraction of one late, so a service of 2 ms would
 * take 2.3. These are set earlier by what the last ones were late, and what rounding takes from one it gives to the next.
 */
export class ServiceTimer {
  /** ms by which timers fire late, on average. */
  #late = 0;
  /** ms that were rounded off and not made up for yet. */
  #owed = 0;

  /** @param delay ms @param run called once, unless the timer is cleared before */
  set(delay: number, run: () => void): NodeJS.Timeout {
    const wanted = delay - this.#late + this.#owed;
    const whole = Math.max(1, Math.min(LONGEST, Math.round(wanted)));
    // No timer is shorter than a millisecond: what that is too much is lost.
    this.#owed = Math.max(-1, Math.min(1, wanted - whole));
    const due = now() + whole;
    return setTimeout(() => {
      const late = Math.max(-1, Math.min(USUAL, now() - due));
      this.#late += (late - this.#late) * WEIGHT;
      run();
    }, whole);
  }
}
