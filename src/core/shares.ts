import type { Candidate } from './strategy.ts';

/** Everyone the same. */
export function equalShares(available: readonly Candidate[]): readonly number[] {
  return available.map(() => 1 / available.length);
}

/** In proportion to the weights. */
export function weightShares(available: readonly Candidate[]): readonly number[] {
  const total = available.reduce((sum, candidate) => sum + candidate.weight, 0);
  return available.map((candidate) => candidate.weight / total);
}
