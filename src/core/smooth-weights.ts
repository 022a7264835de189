import { OriginMemory } from './origin-memory.ts';
import type { Candidate, SharedTurns } from './strategy.ts';

/** How many of an origin's shared numbers these turns use. */
export const SMOOTH_NUMBERS = 2;

interface Standing {
  /** Grows by the weight with each pick, falls by the sum of all weights when picked. */
  current: number;
  /** How far failures have lowered the weight. */
  penalty: number;
}

/** nginx's smooth weighted round robin: a weight of 5 among 5, 1, 1 gives a a b a c a a rather than a a a a a b c. */
export class SmoothWeights {
  readonly #standings = new OriginMemory<Standing>(() => ({ current: 0, penalty: 0 }));
  readonly #weightOf: (candidate: Candidate) => number;

  /** @param weightOf where the weight is not the configured one; at least 0 */
  constructor(weightOf: (candidate: Candidate) => number = (candidate) => candidate.weight) {
    this.#weightOf = weightOf;
  }

  /** The next of `candidates` in turn; undefined when there is none. */
  pick(candidates: readonly Candidate[]): Candidate | undefined {
    let best: Candidate | undefined;
    let bestStanding: Standing | undefined;
    let total = 0;
    for (const candidate of candidates) {
      const standing = this.#standings.of(candidate);
      const weight = this.#effective(candidate, standing);
      total += weight;
      standing.current += weight;
      if (standing.penalty > 0) standing.penalty = Math.max(0, standing.penalty - 1);
      if (bestStanding === undefined || standing.current > bestStanding.current) {
        best = candidate;
        bestStanding = standing;
      }
    }
    if (bestStanding) bestStanding.current -= total;
    return best;
  }

  /** Lowers the origin's weight by `weight / maxFails`, at most to 0; each pick gives 1 back. */
  punish(candidate: Candidate, maxFails: number): void {
    const standing = this.#standings.of(candidate);
    const weight = this.#weightOf(candidate);
    standing.penalty = Math.min(weight, standing.penalty + weight / maxFails);
  }

  /** What the next pick would add to the origin, and what it would then compare. */
  outlook(candidate: Candidate): { readonly weight: number; readonly current: number } {
    const standing = this.#standings.peek(candidate);
    const weight = this.#effective(candidate, standing);
    return { weight, current: standing.current + weight };
  }

  /** Lets go of origins that are no longer in the lab; costs nothing while `all` is the same array. */
  follow(all: readonly Candidate[]): void {
    this.#standings.follow(all);
  }

  /** Goes on where other threads have come to, who take the same turns. Each origin's numbers from SMOOTH_NUMBERS on are not used. */
  takeOver(turns: SharedTurns, all: readonly Candidate[]): void {
    this.follow(all);
    for (const candidate of all) {
      const standing = this.#standings.of(candidate);
      standing.current = turns.of(candidate, 0);
      standing.penalty = turns.of(candidate, 1);
    }
  }

  handOver(turns: SharedTurns, all: readonly Candidate[]): void {
    for (const candidate of all) {
      const { current, penalty } = this.#standings.of(candidate);
      turns.set(candidate, 0, current);
      turns.set(candidate, 1, penalty);
    }
  }

  #effective(candidate: Candidate, standing: Standing): number {
    return Math.max(0, this.#weightOf(candidate) - standing.penalty);
  }
}
