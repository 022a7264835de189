import type { PassivePolicy } from './policies.ts';

/**
 * Passive health of one origin: failures in a row eject it for `base × times`. `times` counts the ejections and falls by
 * one for every `base` ms spent without one, as Envoy's back-off does, so that an old mishap is forgiven.
 */
export class Ejection {
  reason = '';
  #failures = 0;
  #times = 0;
  #until: number | undefined;
  #length = 0;
  #forgivenAt = Number.POSITIVE_INFINITY;

  /** When (ms) it ends; undefined when not ejected. */
  get until(): number | undefined {
    return this.#until;
  }

  /** Ejections not yet forgiven, the present one included: the factor of the length. */
  get times(): number {
    return this.#times;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** @returns whether there were enough failures in a row to eject */
  failed(policy: PassivePolicy): boolean {
    this.#failures++;
    return this.#failures >= policy.failures;
  }

  begin(now: number, policy: PassivePolicy): void {
    // More times than reach `max` would only delay forgiveness.
    if (this.#times === 0 || policy.base * this.#times < policy.max) this.#times++;
    this.#length = Math.min(policy.base * this.#times, Math.max(policy.base, policy.max));
    this.#until = now + this.#length;
    this.reason = `${this.#failures} failures in a row: ejected for ${seconds(this.#length)}`;
    this.#failures = 0;
  }

  /** Ends it before its time (the origin passed its checks again) or in time. */
  end(now: number, policy: PassivePolicy): void {
    this.#until = undefined;
    this.#failures = 0;
    this.#forgivenAt = now + policy.base;
  }

  /** When (ms) `advance` has something to do. Corrects itself when the clock jumped back. */
  nextAt(now: number, policy: PassivePolicy): number {
    if (this.#until !== undefined) {
      this.#until = Math.min(this.#until, now + this.#length);
      return this.#until;
    }
    if (this.#times === 0) return Number.POSITIVE_INFINITY;
    this.#forgivenAt = Math.min(this.#forgivenAt, now + policy.base);
    return this.#forgivenAt;
  }

  /** @returns whether the ejection ended now */
  advance(now: number, policy: PassivePolicy): boolean {
    if (this.nextAt(now, policy) > now) return false;
    if (this.#until !== undefined) {
      this.end(now, policy);
      return true;
    }
    while (this.#times > 0 && this.#forgivenAt <= now) {
      this.#times--;
      this.#forgivenAt += policy.base;
    }
    return false;
  }
}

/** How many of `count` origins may be ejected at once: their share, and at least one. */
export function mostEjected(count: number, policy: PassivePolicy): number {
  return Math.max(1, Math.floor(count * policy.maxShare + 1e-9));
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
