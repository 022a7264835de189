/** Steps of a bisection after which the interval is as small as a double can tell. */
const STEPS = 60;

/**
 * GI/M/1: independent times between arrivals, exponential service, one worker (D. G. Kendall 1953; Kleinrock, Queueing Systems I,
 * 1975, §6.3): the mean is service / (1 − σ), where σ is the root below 1 of σ = A*((1 − σ) / service).
 * @param transform Laplace transform A* of the time (ms) between arrivals, for arguments in 1/ms
 * @param rate arrivals per ms @param service mean ms of a service
 * @returns mean ms from arrival to answer; Infinity from full load on
 */
export function gim1Mean(transform: (s: number) => number, rate: number, service: number): number {
  if (rate * service >= 1) return Number.POSITIVE_INFINITY;
  let below = 0;
  let above = 1;
  // A*(…) − σ is above 0 before the root and below 0 between it and 1.
  for (let step = 0; step < STEPS; step++) {
    const middle = (below + above) / 2;
    if (transform((1 - middle) / service) > middle) below = middle;
    else above = middle;
  }
  return service / (1 - below);
}

/**
 * Round robin over `origins` equal origins: each gets every n-th of Poisson arrivals, so the times between its arrivals are sums of
 * n exponential ones (Erlang's E_n) and each origin is E_n/M/1.
 * @param rate arrivals per ms at all origins together
 */
export function roundRobinMean(origins: number, rate: number, service: number): number {
  return gim1Mean((s) => (rate / (rate + s)) ** origins, rate / origins, service);
}
