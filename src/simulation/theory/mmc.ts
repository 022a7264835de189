import { erlangB } from './erlang-b.ts';

/**
 * Erlang's C: the probability that a request has to wait where `workers` serve one queue (A. K. Erlang 1917; Kleinrock,
 * Queueing Systems I, 1975, §3.5). Computed out of his B, which stays within range for any number of workers.
 * @param offered load in workers (Erlang): rate × service
 */
export function erlangC(workers: number, offered: number): number {
  if (offered >= workers) return 1;
  const blocked = erlangB(workers, offered);
  return blocked / (1 - (offered / workers) * (1 - blocked));
}

/**
 * M/M/c: Poisson arrivals, exponential service, one queue before c workers. No way to share requests out among c origins of one
 * worker each does better.
 * @param rate arrivals per ms @param service mean ms of a service
 * @returns mean ms from arrival to answer; Infinity from full load on
 */
export function mmcMean(workers: number, rate: number, service: number): number {
  const offered = rate * service;
  if (offered >= workers) return Number.POSITIVE_INFINITY;
  return service + (erlangC(workers, offered) * service) / (workers - offered);
}
