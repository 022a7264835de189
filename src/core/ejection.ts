import type { EjectionTerms, PassivePolicy } from './policies.ts';

/** What an origin may be ejected for. */
export type EjectionCause = 'failures' | 'outlier';

/**
 * Passive health of one origin: it is ejected for `base × times`. `times` counts the ejections and falls by one for every
 * `base` ms spent without one, as Envoy's back-off does, so that an old mishap is forgiven.
 */
export class Ejection {
  reason = '';
  #cause: EjectionCause | undefined;
  #failures = 0;
  #times = 0;
  #until: number | undefined;
  #length = 0;
  /** ms: that of the last ejection. */
  #base = 0;
  #forgivenAt = Number.POSITIVE_INFINITY;

  /** When (ms) it ends; undefined when not ejected. */
  get until(): number | undefined {
    return this.#until;
  }

  /** What it is ejected for; undefined when it is not. */
  get cause(): EjectionCause | undefined {
    return this.#cause;
  }

  /** Ejections not yet forgiven, the present one included: the factor of the length. */
  get times(): number {
    return this.#times;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** @returns why to eject, for people; undefined while there are too few failures in a row */
  failed(policy: PassivePolicy): string | undefined {
    this.#failures++;
    return this.#failures >= policy.failures ? `${this.#failures} failures in a row` : undefined;
  }

  /** @param why for people, such as `5 failures in a row` */
  begin(now: number, terms: EjectionTerms, cause: EjectionCause, why: string): void {
    // More times than reach `max` would only delay forgiveness.
    if (this.#times === 0 || terms.base * this.#times < terms.max) this.#times++;
    this.#base = terms.base;
    this.#length = Math.min(terms.base * this.#times, Math.max(terms.base, terms.max));
    this.#until = now + this.#length;
    this.#cause = cause;
    this.reason = `${why}: ejected for ${seconds(this.#length)}`;
    this.#failures = 0;
  }

  /** Ends it before its time (the origin passed its checks again) or in time. */
  end(now: number): void {
    this.#until = undefined;
    this.#cause = undefined;
    this.#failures = 0;
    this.#forgivenAt = now + this.#base;
  }

  /** When (ms) `advance` has something to do. Corrects itself when the clock jumped back. */
  nextAt(now: number): number {
    if (this.#until !== undefined) {
      this.#until = Math.min(this.#until, now + this.#length);
      return this.#until;
    }
    if (this.#times === 0) return Number.POSITIVE_INFINITY;
    this.#forgivenAt = Math.min(this.#forgivenAt, now + this.#base);
    return this.#forgivenAt;
  }

  /** @returns whether the ejection ended now */
  advance(now: number): boolean {
    if (this.nextAt(now) > now) return false;
    if (this.#until !== undefined) {
      this.end(now);
      return true;
    }
    while (this.#times > 0 && this.#forgivenAt <= now) {
      this.#times--;
      this.#forgivenAt += this.#base;
    }
    return false;
  }
}

/** How many of `count` origins may be ejected at once: their share, and at least one. */
export function mostEjected(count: number, terms: EjectionTerms): number {
  return Math.max(1, Math.floor(count * terms.maxShare + 1e-9));
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
