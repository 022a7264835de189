import type { Verdict } from './verdict.ts';

/** ms for which something measured has to be so before it is said, and not be so before it is taken back. */
const LASTS = 2000;
/** ms between two wordings of the same news. */
const REWORDED = 1000;

interface Heard {
  readonly since: number;
  readonly last: number;
  readonly place: number;
  readonly verdict: Verdict;
}

/** Chooses what to say so that nothing flickers: what is known comes and goes at once, what is measured has to last. */
export class Steady {
  #heard = new Map<string, Heard>();
  #change = 0;
  #shown: Verdict | undefined;
  #shownAt = 0;

  /**
   * @param now ms; the same now twice changes nothing
   * @param change moves when something was done: what was measured before is then of the past
   * @param verdicts most important first
   */
  choose(now: number, change: number, verdicts: readonly Verdict[]): Verdict | undefined {
    if (change !== this.#change) this.#heard.clear();
    this.#change = change;
    verdicts.forEach((verdict, place) => {
      const since = this.#heard.get(verdict.id)?.since ?? now;
      this.#heard.set(verdict.id, { since, last: now, place, verdict });
    });
    let best: Heard | undefined;
    for (const [id, heard] of this.#heard) {
      const gone = now - heard.last;
      const measured = heard.verdict.basis === 'figures';
      const over = gone > 0 && (!measured || gone >= LASTS || heard.last - heard.since < LASTS);
      if (over) this.#heard.delete(id);
      else if ((!measured || now - heard.since >= LASTS) && (!best || heard.place < best.place)) best = heard;
    }
    return this.#worded(now, best?.verdict);
  }

  #worded(now: number, verdict: Verdict | undefined): Verdict | undefined {
    const same = verdict !== undefined && verdict.id === this.#shown?.id;
    if (same && now - this.#shownAt < REWORDED) return this.#shown;
    this.#shown = verdict;
    this.#shownAt = now;
    return verdict;
  }
}
