/**
 * A closed loop of users before one exponential worker (the machine repair model), by mean value analysis (Reiser and Lavenberg,
 * JACM 1980): with n users, R(n) = service × (1 + L(n − 1)), X(n) = n / (R(n) + think), L(n) = X(n) R(n).
 * @param think mean ms @param service mean ms of a service
 * @returns mean ms from a request to its answer, and requests per ms
 */
export function closedLoop(
  users: number,
  think: number,
  service: number,
): { readonly mean: number; readonly rate: number } {
  let mean = service;
  let rate = 0;
  let waiting = 0;
  for (let n = 1; n <= users; n++) {
    mean = service * (1 + waiting);
    rate = n / (mean + think);
    waiting = rate * mean;
  }
  return { mean, rate };
}
