import { meanTime } from '../core/service.ts';
import { isSpawned, type LabDefinition, requestRateOf } from '../protocol/lab.ts';
import type { Simulation } from './simulation.ts';

/** More than chance makes of it: standard deviations of a Poisson count. */
const DEVIATIONS = 3;

/** Requests/s that an origin can serve when it is healthy; Infinity where nothing limits it. */
function capacityOf(origin: LabDefinition['origins'][number]): number {
  if (!isSpawned(origin) || origin.service.workers === 'unlimited') return Number.POSITIVE_INFINITY;
  return (origin.service.workers * 1000) / meanTime(origin.service.time);
}

/** Why no strategy can serve the lab's traffic; undefined where one may. */
function overload(lab: LabDefinition): string | undefined {
  if (!('open' in lab.traffic)) return undefined;
  const rate = requestRateOf(lab.traffic);
  const { maxInFlight, total, queue } = lab.limits;
  const turnedAway = queue !== 'unlimited' && (maxInFlight !== 'unlimited' || total !== 'unlimited');
  const limited = turnedAway || lab.origins.every((each) => isSpawned(each) && each.service.queue !== 'unlimited');
  const capacity = lab.origins.reduce((sum, origin) => sum + capacityOf(origin), 0);
  if (limited || rate < capacity) return undefined;
  return `${figure(rate)} requests/s arrive and all origins together can serve ${figure(capacity)}/s, so the queues grow by ${figure(rate - capacity)}/s, whatever the strategy, until requests time out.`;
}

/** Why a run's figures depend on its length: an origin got more than it could serve, or its queue grew all the time. */
export function instability(run: Simulation): string | undefined {
  // In a closed loop there never are more requests than users.
  if (!('open' in run.lab.traffic)) return undefined;
  const whole = overload(run.lab);
  if (whole !== undefined) return whole;
  const [from, to] = run.marks;
  if (run.overflowed) return 'More than a million requests were in the system at once, so it was stopped there.';
  if (from === undefined || to === undefined || to.at <= from.at) return undefined;
  const seconds = (to.at - from.at) / 1000;
  for (const { index, name } of run.origins) {
    const origin = run.lab.origins[index] as LabDefinition['origins'][number];
    const capacity = capacityOf(origin);
    if (!isSpawned(origin) || origin.service.queue !== 'unlimited' || capacity === Number.POSITIVE_INFINITY) continue;
    const { requests } = run.measures.origin(index);
    const chance = Math.sqrt(requests);
    const rate = requests / seconds;
    const grown = (to.waiting[index] ?? 0) - (from.waiting[index] ?? 0);
    if (requests - capacity * seconds > DEVIATIONS * chance) {
      return `${name} gets ${figure(rate)} requests/s and can serve ${figure(capacity)}/s, so its queue grows until requests time out.`;
    }
    // At full load a queue is a random walk of two steps per request.
    if (grown > DEVIATIONS * Math.SQRT2 * chance) {
      return `The queue of ${name} grew by ${figure(grown / seconds)}/s all the time, although it could serve ${figure(capacity)}/s when healthy.`;
    }
  }
  return undefined;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
