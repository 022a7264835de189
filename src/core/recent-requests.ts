import type { BreakerPolicy } from './policies.ts';

/** Seconds that are remembered, as by Traefik's counters. */
const SECONDS = 10;

interface Counts {
  requests: number;
  failed: number;
  broken: number;
  slow: number;
}

/** How the requests of the last ten seconds ended, counted by seconds of the clock. */
export class RecentRequests {
  readonly #slots = Array.from({ length: SECONDS }, () => ({ second: Number.NaN, ...none() }));
  /** The newest second that was counted. */
  #newest = Number.NEGATIVE_INFINITY;

  /**
   * @param failed whether its client got a 5xx, or no answer
   * @param broken whether it failed because no answer came from an origin
   * @param slow whether it took longer than it may
   */
  record(now: number, failed: boolean, broken: boolean, slow: boolean): void {
    const second = Math.floor(now / 1000);
    // What a clock that jumped back left in the future would count again when it gets there.
    if (second < this.#newest) this.clear();
    this.#newest = second;
    const slot = this.#slots[second % SECONDS];
    if (slot === undefined) return;
    if (slot.second !== second) Object.assign(slot, { second, ...none() });
    slot.requests++;
    if (failed) slot.failed++;
    if (broken) slot.broken++;
    if (slow) slot.slow++;
  }

  clear(): void {
    for (const slot of this.#slots) slot.second = Number.NaN;
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  /** Which condition of the policy holds, as a clause for people with the figures; undefined when none does. */
  reason({ network, errors, latency, percentile, minRequests }: BreakerPolicy, now: number): string | undefined {
    const { requests, failed, broken, slow } = this.#sum(now);
    if (requests < minRequests) return undefined;
    const last = `of the last ${requests} requests`;
    if (network !== 'off' && broken / requests > network) {
      return `${percent(broken / requests)} ${last} got no answer from an origin`;
    }
    if (errors !== 'off' && failed / requests > errors) return `${percent(failed / requests)} ${last} failed`;
    // The percentile (nearest rank) is above the limit exactly when so few are below it; no histogram is needed.
    if (latency !== 'off' && requests - slow < Math.ceil((requests * percentile) / 100 - 1e-9)) {
      return `${percent(slow / requests)} ${last} took longer than ${latency} ms`;
    }
    return undefined;
  }

  #sum(now: number): Counts {
    const second = Math.floor(now / 1000);
    const sum = none();
    for (const slot of this.#slots) {
      if (!(slot.second > second - SECONDS && slot.second <= second)) continue;
      sum.requests += slot.requests;
      sum.failed += slot.failed;
      sum.broken += slot.broken;
      sum.slow += slot.slow;
    }
    return sum;
  }
}

function none(): Counts {
  return { requests: 0, failed: 0, broken: 0, slow: 0 };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
