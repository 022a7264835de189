import { meanTime, type TimeDistribution } from '../../core/service.ts';
import { secondMoment } from './moments.ts';

/**
 * M/G/1 by Pollaczek and Khinchine (1930, 1932; Kleinrock, Queueing Systems I, 1975, §5.6): Poisson arrivals, one worker, any
 * service time. Constant times (M/D/1) wait half as long as exponential ones.
 * @param rate arrivals per ms
 * @returns mean ms from arrival to answer; Infinity from full load on
 */
export function mg1Mean(rate: number, service: TimeDistribution): number {
  const mean = meanTime(service);
  const load = rate * mean;
  if (load >= 1) return Number.POSITIVE_INFINITY;
  return mean + (rate * secondMoment(service)) / (2 * (1 - load));
}
