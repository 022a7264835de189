import { createRng, type Rng } from './rng.ts';

/**
 * Independent generators out of one seed, one for each purpose: what one part draws does not change what another one gets. So all
 * strategies meet the same arrivals and can be compared request by request, and so do a live run and its simulation.
 */
export function randomStream(seed: number, purpose: number): Rng {
  // The golden ratio's multiples spread neighbouring purposes over all seeds; createRng mixes the rest.
  return createRng(Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) ^ Math.imul(purpose + 1, 0x9e3779b1));
}

/** The purposes; origins have one each from ORIGINS on. */
export const ARRIVALS = 0;
export const CLIENTS = 1;
export const BALANCER = 2;
export const THINKING = 3;
const ORIGINS = 16;

/** What the origin of this number draws its service times and errors from. Origins are numbered from 0 on as they are added. */
export function originStream(seed: number, number: number): Rng {
  return randomStream(seed, ORIGINS + number);
}
