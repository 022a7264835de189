import { OriginMemory } from './origin-memory.ts';
import type { Candidate, Pool, SharedTurns } from './strategy.ts';

/** Caddy's weighted round robin: an origin of weight 3 gets its three turns in a row (a a a b b c). */
export class WeightBlocks {
  /** Turns left of each origin's block; a part of one is kept for its next. */
  readonly #credits = new OriginMemory<{ turns: number }>(() => ({ turns: 0 }));
  /** Name of the origin whose block it is. */
  #current: string | undefined;

  pick(pool: Pool): Candidate | undefined {
    const { all, available } = pool;
    this.#credits.follow(all);
    // Weights below 1 all: nobody's block would be a whole turn, so the largest becomes one.
    const scale = 1 / Math.min(1, Math.max(...available.map(({ weight }) => weight)));
    let index = all.findIndex(({ name }) => name === this.#current);
    const now = all[index];
    if (now && pool.isAvailable(now) && this.#takeTurn(now)) return now;
    for (let steps = 0; steps <= all.length; steps++) {
      index = (index + 1) % all.length;
      const candidate = all[index];
      if (candidate === undefined || !pool.isAvailable(candidate)) continue;
      const credit = this.#credits.of(candidate);
      credit.turns = (credit.turns % 1) + candidate.weight * scale;
      this.#current = candidate.name;
      if (this.#takeTurn(candidate)) return candidate;
    }
    return undefined;
  }

  /** Goes on where other threads have come to, who take the same turns. */
  takeOver(turns: SharedTurns, all: readonly Candidate[]): void {
    this.#credits.follow(all);
    const place = turns.common(0) - 1;
    this.#current = undefined;
    for (const candidate of all) {
      this.#credits.of(candidate).turns = turns.of(candidate, 0);
      if (turns.placeOf(candidate) === place) this.#current = candidate.name;
    }
  }

  handOver(turns: SharedTurns, all: readonly Candidate[]): void {
    for (const candidate of all) {
      turns.set(candidate, 0, this.#credits.of(candidate).turns);
      if (candidate.name === this.#current) turns.setCommon(0, turns.placeOf(candidate) + 1);
    }
  }

  /** Turns left in the origin's block. */
  leftOf(candidate: Candidate): number {
    return candidate.name === this.#current ? Math.floor(this.#credits.peek(candidate).turns + ROUNDING) : 0;
  }

  #takeTurn(candidate: Candidate): boolean {
    const credit = this.#credits.of(candidate);
    if (credit.turns + ROUNDING < 1) return false;
    credit.turns = Math.max(0, credit.turns - 1);
    return true;
  }
}

/** Ten tenths are one turn. */
const ROUNDING = 1e-9;
