import type { TrafficDefinition } from '../../../src/protocol/lab.ts';
import { count, duration, figure } from '../../app/format.ts';

/** Steps that are easy to say aloud, about half as much again each. */
const LADDER = [
  1, 2, 3, 5, 8, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000,
  7500, 10_000,
] as const;
export const MAX_LOAD = 10_000;

/** The next step up or down from any value, on the ladder or not. */
export function stepOf(value: number, direction: 1 | -1): number {
  const steps = direction === 1 ? LADDER : LADDER.toReversed();
  return steps.find((step) => (step - value) * direction > 0) ?? value;
}

/** More or less of the same kind of traffic; turning up what is off begins at one a second. */
export function stepTraffic(traffic: TrafficDefinition, direction: 1 | -1): TrafficDefinition {
  if ('open' in traffic) {
    return { ...traffic, open: { ...traffic.open, rate: stepOf(traffic.open.rate, direction) } };
  }
  if ('closed' in traffic) {
    return { ...traffic, closed: { ...traffic.closed, users: stepOf(traffic.closed.users, direction) } };
  }
  return direction === 1 ? { ...keptOf(traffic), open: { rate: 1, arrivals: 'poisson' } } : traffic;
}

/** What stays when the kind of load changes: what is asked for. */
export function keptOf({ paths, fanOut }: TrafficDefinition): Pick<TrafficDefinition, 'paths' | 'fanOut'> {
  return { paths, ...(fanOut !== undefined && { fanOut }) };
}

interface LoadWords {
  readonly value: string;
  readonly unit: string;
  readonly detail: string;
}

export function loadWords(traffic: TrafficDefinition): LoadWords {
  if ('open' in traffic) {
    const { rate, arrivals } = traffic.open;
    const { fanOut = 1 } = traffic;
    const unit = `${fanOut === 1 ? 'request' : 'page'}${rate === 1 ? '' : 's'}/s`;
    const each = fanOut === 1 ? '' : `${count(fanOut)} requests each, `;
    return { value: figure(rate), unit, detail: `${each}${arrivals === 'poisson' ? 'Poisson' : 'even'}` };
  }
  if ('closed' in traffic) {
    const { users, think } = traffic.closed;
    return { value: count(users), unit: users === 1 ? 'user' : 'users', detail: `think ${duration(think)}` };
  }
  return { value: 'Off', unit: '', detail: '' };
}

/** Position (0–100) of a load on a slider whose every step feels alike. */
export function toSlider(value: number): number {
  return (Math.log10(Math.max(1, value)) / Math.log10(MAX_LOAD)) * 100;
}

/** Two significant digits are as fine as a hand is. */
export function fromSlider(position: number): number {
  const value = 10 ** ((position / 100) * Math.log10(MAX_LOAD));
  return Number(value.toPrecision(2));
}
