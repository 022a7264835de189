import type { TrafficDefinition } from './lab.ts';
import { spell } from './timeline.ts';

const number = new Intl.NumberFormat('en-US');

/** `1 user`, `2,000 requests`. */
export function amount(value: number, one: string): string {
  return `${number.format(value)} ${one}${value === 1 ? '' : 's'}`;
}

/** In a sentence: `32 requests/s, Poisson arrivals`. */
export function describeTraffic(traffic: TrafficDefinition): string {
  if ('open' in traffic) {
    const { rate, arrivals } = traffic.open;
    return `${amount(rate, 'request')}/s, ${arrivals === 'poisson' ? 'Poisson' : 'constant'} arrivals`;
  }
  if ('closed' in traffic) {
    const { users, think } = traffic.closed;
    return `${amount(users, 'user')} who ${users === 1 ? 'thinks' : 'think'} for ${spell(think)}`;
  }
  return 'off';
}

/** As short as a label has to be: `32/s`. */
export function gistOfTraffic(traffic: TrafficDefinition): string {
  if ('open' in traffic) return `${number.format(traffic.open.rate)}/s`;
  return 'closed' in traffic ? amount(traffic.closed.users, 'user') : 'off';
}
