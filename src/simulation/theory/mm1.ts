/**
 * M/M/1: Poisson arrivals, exponential service, one worker (Kleinrock, Queueing Systems I, 1975, §3.2). Random choice among equal
 * origins makes each of them one.
 * @param rate arrivals per ms @param service mean ms of a service
 * @returns mean ms from arrival to answer; Infinity from full load on
 */
export function mm1Mean(rate: number, service: number): number {
  const load = rate * service;
  return load < 1 ? service / (1 - load) : Number.POSITIVE_INFINITY;
}

/** The time (ms) that a share `q` (0–1) of the requests stay below: response times of M/M/1 are exponential. */
export function mm1Quantile(rate: number, service: number, q: number): number {
  return -Math.log(1 - q) * mm1Mean(rate, service);
}
