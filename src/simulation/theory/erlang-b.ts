/**
 * Erlang's B: the share of Poisson arrivals turned away where `workers` serve and none may wait; for any distribution of service
 * times with that mean (A. K. Erlang 1917; insensitivity: B. A. Sevastyanov 1957). By the recursion
 * B(n) = a B(n−1) / (n + a B(n−1)).
 * @param offered load in workers (Erlang): rate × mean service
 */
export function erlangB(workers: number, offered: number): number {
  let blocked = 1;
  for (let n = 1; n <= workers; n++) blocked = (offered * blocked) / (n + offered * blocked);
  return blocked;
}
