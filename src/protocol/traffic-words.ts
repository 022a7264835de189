import type { TrafficDefinition } from './lab.ts';
import { spell } from './timeline.ts';

const number = new Intl.NumberFormat('en-US');

/** `1 user`, `2,000 requests`. */
export function amount(value: number, one: string): string {
  return `${number.format(value)} ${one}${value === 1 ? '' : 's'}`;
}

/** In a sentence: `32 requests/s, Poisson arrivals`; `2 pages/s of 10 requests each, Poisson arrivals`. */
export function describeTraffic(traffic: TrafficDefinition): string {
  const { fanOut = 1 } = traffic;
  if ('open' in traffic) {
    const { rate, arrivals } = traffic.open;
    const load =
      fanOut === 1 ? `${amount(rate, 'request')}/s` : `${amount(rate, 'page')}/s of ${amount(fanOut, 'request')} each`;
    return `${load}, ${arrivals === 'poisson' ? 'Poisson' : 'constant'} arrivals`;
  }
  if ('closed' in traffic) {
    const { users, think } = traffic.closed;
    const asks = fanOut === 1 ? '' : `, ${amount(fanOut, 'request')} at once each time`;
    return `${amount(users, 'user')} who ${users === 1 ? 'thinks' : 'think'} for ${spell(think)}${asks}`;
  }
  return 'off';
}

/** As short as a label has to be: `32/s`, `2 pages/s`. */
export function gistOfTraffic(traffic: TrafficDefinition): string {
  if ('open' in traffic) {
    const { rate } = traffic.open;
    return (traffic.fanOut ?? 1) === 1 ? `${number.format(rate)}/s` : `${amount(rate, 'page')}/s`;
  }
  return 'closed' in traffic ? amount(traffic.closed.users, 'user') : 'off';
}
