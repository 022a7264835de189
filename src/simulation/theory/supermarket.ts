/**
 * The supermarket model: each request looks at `choices` of very many equal queues and joins the shortest (Vvedenskaya, Dobrushin
 * and Karpelevich 1996; Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 2001). The mean is
 * Σ ρ^((d^i − d) / (d − 1)) services: 1/(1 − ρ) for d = 1, far less for d = 2. With few origins it is more: with 10 at 90 % load a seventh.
 * @param load of each origin, 0–1 @param service mean ms of a service (exponential)
 * @returns mean ms from arrival to answer; Infinity from full load on
 */
export function supermarketMean(choices: number, load: number, service: number): number {
  if (load >= 1) return Number.POSITIVE_INFINITY;
  if (choices === 1) return service / (1 - load);
  let sum = 0;
  for (let i = 1; ; i++) {
    const term = load ** ((choices ** i - choices) / (choices - 1));
    sum += term;
    if (term < 1e-12) return sum * service;
  }
}
