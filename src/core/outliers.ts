import type { Origin } from './origin.ts';
import type { OutlierPolicy } from './policies.ts';

/** An origin that succeeds clearly less often than the others. */
interface Outlier {
  readonly origin: Origin;
  /** For people, with the figures compared. */
  readonly why: string;
}

interface Tally {
  requests: number;
  successes: number;
}

/**
 * Finds origins whose success rate is an outlier, as Envoy does (`SuccessRateEjector` of its outlier detection): every so often it
 * takes the rates of all origins that are healthy and had enough requests since; where these are enough origins, those below
 * mean − deviations × σ are outliers (σ of the whole population). Of n origins none can be further than √(n − 1) σ from the mean, so
 * that with Envoy's 1.9 fewer than five never have an outlier.
 */
export class Outliers {
  /** Undefined: switched off. */
  #policy: OutlierPolicy | undefined;
  #tallies = new Map<Origin, Tally>();
  /** When (ms) the origins are compared next; undefined until somebody asks. */
  #dueAt: number | undefined;

  constructor(policy: OutlierPolicy | 'off') {
    this.#policy = policy === 'off' ? undefined : policy;
  }

  /** Counts go on unless it is switched off or on. */
  setPolicy(policy: OutlierPolicy | 'off'): void {
    if (policy === 'off' || this.#policy === undefined) this.#begin(undefined);
    this.#policy = policy === 'off' ? undefined : policy;
  }

  /** An attempt at a healthy origin ended well or by the origin's fault. */
  record(origin: Origin, success: boolean): void {
    if (this.#policy !== undefined) this.#count(origin, success);
  }

  #count(origin: Origin, success: boolean): void {
    let tally = this.#tallies.get(origin);
    if (!tally) {
      tally = { requests: 0, successes: 0 };
      this.#tallies.set(origin, tally);
    }
    tally.requests++;
    if (success) tally.successes++;
  }

  /** When (ms) `take` has something to do; Infinity if never. Corrects itself when the clock jumped back. */
  nextAt(now: number): number {
    if (this.#policy === undefined) return Number.POSITIVE_INFINITY;
    this.#dueAt = Math.min(this.#dueAt ?? Number.POSITIVE_INFINITY, now + this.#policy.every);
    return this.#dueAt;
  }

  /** The outliers of the time that is over, the worst first; none while it is not. Counting begins anew. */
  take(now: number): readonly Outlier[] {
    const policy = this.#policy;
    if (policy === undefined || this.nextAt(now) > now) return [];
    const rates = [...this.#tallies]
      .filter(([origin, { requests }]) => !origin.removed && origin.healthy && requests >= policy.minRequests)
      .map(([origin, { requests, successes }]) => ({ origin, rate: successes / requests }));
    this.#begin(now + policy.every);
    if (rates.length < policy.minOrigins) return [];
    const mean = rates.reduce((sum, { rate }) => sum + rate, 0) / rates.length;
    const variance = rates.reduce((sum, { rate }) => sum + (rate - mean) ** 2, 0) / rates.length;
    const threshold = mean - policy.deviations * Math.sqrt(variance);
    return rates
      .filter(({ rate }) => rate < threshold)
      .sort((one, other) => one.rate - other.rate)
      .map(({ origin, rate }) => ({
        origin,
        why: `${percent(rate)} of its requests succeeded, ${percent(mean)} on average`,
      }));
  }

  #begin(dueAt: number | undefined): void {
    this.#tallies = new Map();
    this.#dueAt = dueAt;
  }
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
