import { PATIENCE } from '../../core/clients.ts';
import { meanTime } from '../../core/service.ts';
import type { StrategySpec } from '../../core/strategy.ts';
import { isSpawned, type LabDefinition, roleOf, type SpawnedOrigin } from '../../protocol/lab.ts';
import { closedLoop } from './closed-loop.ts';
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

/** Means that a client must wait at least: of exponential answer times, 1 in 20,000 takes longer. */
const PATIENT = 10;

/** A closed form for the lab under a strategy; undefined where there is none, as with faults, timeouts or unequal origins. */
export function theoryOf(lab: LabDefinition, strategy: StrategySpec): Theory | undefined {
  const theory = undisturbed(lab, strategy);
  const patience = Math.min(lab.clients.timeout ?? PATIENCE, ...waits(lab));
  // What is given up has no answer time, so the slowest would be missing from the mean. (An infinite mean says enough.)
  return theory && Number.isFinite(theory.mean) && theory.mean * PATIENT > patience ? undefined : theory;
}

function waits({ timeouts: { firstByte, total } }: LabDefinition): number[] {
  return [firstByte, total].filter((time) => time !== 'off');
}

function undisturbed(lab: LabDefinition, { use, ...parameters }: StrategySpec): Theory | undefined {
  const origins = equalOrigins(lab);
  const [origin] = origins;
  if (origin === undefined) return undefined;
  const { time, workers } = origin.service;
  if ('closed' in lab.traffic) {
    const { users, think } = lab.traffic.closed;
    const repaired = origins.length === 1 && workers === 1 && 'exponential' in time;
    return repaired
      ? { model: 'machine repair', kind: 'exact', mean: closedLoop(users, think, time.exponential).mean }
      : undefined;
  }
  if (!('open' in lab.traffic) || lab.traffic.open.arrivals !== 'poisson') return undefined;
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
  // Blocks send an origin several requests in a row.
  const inTurn = use === 'round-robin' || (use === 'weighted-round-robin' && parameters.order !== 'blocks');
  if (inTurn && workers === 1) {
    return { model: `E${origins.length}/M/1`, kind: 'exact', mean: roundRobinMean(origins.length, rate, service) };
  }
  if (use === 'power-of-two-choices' && workers === 1 && lab.loadInfo.every === 0) {
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
    lab.sticky !== 'off' ||
    lab.limits.maxInFlight !== 'unlimited' ||
    lab.limits.total !== 'unlimited' ||
    lab.breaker !== 'off';
  if (first === undefined || disturbed || first.service.queue !== 'unlimited' || first.service.errorRate > 0) return [];
  const alike = origins.every(
    (each) =>
      each.weight === first.weight &&
      Object.keys(roleOf(each)).length === 0 &&
      JSON.stringify(each.service) === JSON.stringify(first.service),
  );
  return alike ? origins : [];
}
