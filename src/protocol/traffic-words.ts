import type { TrafficDefinition } from './lab.ts';
import { spell } from './timeline.ts';

/** In a sentence: `32 requests/s, Poisson arrivals`. */
export function describeTraffic(traffic: TrafficDefinition): string {
  if ('open' in traffic) {
    const { rate, arrivals } = traffic.open;
    return `${rate} requests/s, ${arrivals === 'poisson' ? 'Poisson' : 'constant'} arrivals`;
  }
  if ('closed' in traffic) return `${traffic.closed.users} users who think for ${spell(traffic.closed.think)}`;
  return 'off';
}

/** As short as a label has to be: `32/s`. */
export function gistOfTraffic(traffic: TrafficDefinition): string {
  if ('open' in traffic) return `${traffic.open.rate}/s`;
  return 'closed' in traffic ? `${traffic.closed.users} users` : 'off';
}
