import { meanTime } from '../../core/service.ts';
import type { StrategySpec } from '../../core/strategy.ts';
import { isSpawned, type LabDefinition, type SpawnedOrigin } from '../../protocol/lab.ts';
import { roundRobinMean } from './gim1.ts';
import { mg1Mean } from './mg1.ts';
import { mm1Mean } from './mm1.ts';
import { mmcMean } from './mmc.ts';
import { supermarketMean } from './supermarket.ts';

/** What theory says of a lab's mean answer time. */
export interface Theory {
  /** The model's name, as books have it. */
  readonly model: string;
  /** `exact`; `limit`: for very many origins; `bound`: no strategy is faster. */
  readonly kind: 'exact' | 'limit' | 'bound';
  /** Mean ms from arrival to answer; Infinity where the queues grow for ever. */
  readonly mean: number;
}

/** A closed form for the lab under a strategy; undefined where there is none, as with faults, timeouts or unequal origins. */
export function theoryOf(lab: LabDefinition, { use, ...parameters }: StrategySpec): Theory | undefined {
  const origins = equalOrigins(lab);
  const [origin] = origins;
  if (origin === undefined || !('open' in lab.traffic) || lab.traffic.open.arrivals !== 'poisson') return undefined;
  const { time, workers } = origin.service;
  const rate = lab.traffic.open.rate / 1000;
  const each = rate / origins.length;
  const service = meanTime(time);
  if (workers === 'unlimited') return { model: 'M/G/∞', kind: 'exact', mean: service };
  const random = use === 'random' || use === 'weighted-random' || origins.length === 1;
  if (random && workers === 1) {
    return 'exponential' in time
      ? { model: 'M/M/1', kind: 'exact', mean: mm1Mean(each, service) }
      : { model: 'M/G/1', kind: 'exact', mean: mg1Mean(each, time) };
  }
  if (!('exponential' in time)) return undefined;
  if (random) return { model: `M/M/${workers}`, kind: 'exact', mean: mmcMean(workers, each, service) };
  if ((use === 'round-robin' || use === 'weighted-round-robin') && workers === 1) {
    return { model: `E${origins.length}/M/1`, kind: 'exact', mean: roundRobinMean(origins.length, rate, service) };
  }
  if (use === 'power-of-two-choices' && workers === 1) {
    const choices = Number(parameters.choices ?? 2);
    return { model: 'supermarket model', kind: 'limit', mean: supermarketMean(choices, each * service, service) };
  }
  const all = workers * origins.length;
  return { model: `M/M/${all}`, kind: 'bound', mean: mmcMean(all, rate, service) };
}

/** The lab's origins where all are alike and nothing disturbs them; none otherwise. */
function equalOrigins(lab: LabDefinition): readonly SpawnedOrigin[] {
  const origins = lab.origins.filter(isSpawned);
  const [first] = origins;
  const disturbed =
    origins.length !== lab.origins.length ||
    lab.faults.length > 0 ||
    lab.network !== undefined ||
    (lab.traffic.fanOut ?? 1) > 1 ||
    lab.limits.maxInFlight !== 'unlimited' ||
    lab.limits.total !== 'unlimited' ||
    lab.breaker !== 'off';
  if (first === undefined || disturbed || first.service.queue !== 'unlimited' || first.service.errorRate > 0) return [];
  const alike = origins.every(
    ({ service, weight }) => weight === first.weight && JSON.stringify(service) === JSON.stringify(first.service),
  );
  return alike ? origins : [];
}
