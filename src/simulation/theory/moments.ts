import { meanTime, type TimeDistribution } from '../../core/service.ts';

/** The mean of the square (ms²) of a service time; Infinity for a Pareto tail with alpha of at most 2. */
export function secondMoment(distribution: TimeDistribution): number {
  if ('constant' in distribution) return distribution.constant ** 2;
  if ('exponential' in distribution) return 2 * distribution.exponential ** 2;
  if ('uniform' in distribution) {
    const { min, max } = distribution.uniform;
    return (min ** 2 + min * max + max ** 2) / 3;
  }
  if ('lognormal' in distribution) {
    const { median, sigma } = distribution.lognormal;
    return (median * Math.exp(sigma ** 2)) ** 2;
  }
  const { min, alpha } = distribution.pareto;
  return alpha > 2 ? (alpha * min ** 2) / (alpha - 2) : Number.POSITIVE_INFINITY;
}

/** Squared coefficient of variation: variance / mean²; 0 for constant, 1 for exponential times. */
export function variability(distribution: TimeDistribution): number {
  return secondMoment(distribution) / meanTime(distribution) ** 2 - 1;
}
