import type { OriginState } from '../../../src/protocol/state.ts';

/** ms looked back on: over less, what comes by chance is more than what comes to stay. */
const OVER = 10_000;
const LEAST = 3000;

/** How fast each origin's queue grows, over the last 10 s. */
export class QueueTrend {
  #samples: { readonly at: number; readonly waiting: ReadonlyMap<string, number> }[] = [];

  /** @param now ms; calls with an older or equal time add nothing */
  push(now: number, origins: readonly OriginState[]): void {
    if (now <= (this.#samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) return;
    this.#samples.push({
      at: now,
      waiting: new Map(origins.map(({ name, process }) => [name, process?.waiting ?? 0])),
    });
    while ((this.#samples[1]?.at ?? Number.POSITIVE_INFINITY) <= now - OVER) this.#samples.shift();
  }

  /** Requests per second, by origin; nothing before three seconds have passed. */
  growth(): ReadonlyMap<string, number> {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    const growth = new Map<string, number>();
    if (!first || !last || last.at - first.at < LEAST) return growth;
    for (const [name, waiting] of last.waiting) {
      growth.set(name, ((waiting - (first.waiting.get(name) ?? 0)) * 1000) / (last.at - first.at));
    }
    return growth;
  }
}
