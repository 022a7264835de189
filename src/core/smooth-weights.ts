import type { Candidate } from './strategy.ts';

interface Standing {
  /** Grows by the weight with each pick, falls by the sum of all weights when picked. */
  current: number;
  /** How far failures have lowered the weight. */
  penalty: number;
}

/**
 * nginx's smooth weighted round robin: a weight of 5 among 5, 1, 1 gives a a b a c a a rather than a a a a a b c. It
 * remembers origins by name, so that one that was not available for a while goes on where it stood.
 */
export class SmoothWeights {
  readonly #standings = new Map<string, Standing>();

  /** The next of `candidates` in turn; undefined when there is none. */
  pick(candidates: readonly Candidate[]): Candidate | undefined {
    let best: Candidate | undefined;
    let bestStanding: Standing | undefined;
    let total = 0;
    for (const candidate of candidates) {
      const standing = this.#standing(candidate);
      const weight = effective(candidate, standing);
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
    const standing = this.#standing(candidate);
    standing.penalty = Math.min(candidate.weight, standing.penalty + candidate.weight / maxFails);
  }

  /** What the next pick would add to the origin, and what it would then compare. */
  outlook(candidate: Candidate): { readonly weight: number; readonly current: number } {
    const standing = this.#standings.get(candidate.name) ?? { current: 0, penalty: 0 };
    const weight = effective(candidate, standing);
    return { weight, current: standing.current + weight };
  }

  /** Lets go of origins that are no longer in the lab. */
  forgetOthers(all: readonly Candidate[]): void {
    const names = new Set(all.map((candidate) => candidate.name));
    for (const name of this.#standings.keys()) if (!names.has(name)) this.#standings.delete(name);
  }

  #standing(candidate: Candidate): Standing {
    let standing = this.#standings.get(candidate.name);
    if (standing === undefined) {
      standing = { current: 0, penalty: 0 };
      this.#standings.set(candidate.name, standing);
    }
    return standing;
  }
}

function effective(candidate: Candidate, standing: Standing): number {
  return Math.max(0, candidate.weight - standing.penalty);
}
