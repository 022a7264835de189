/**
 * Little's law (J. D. C. Little, "A Proof for the Queuing Formula L = λW", Operations Research 1961): whatever the arrivals, the
 * services and the order, there are on average rate × time requests in the system.
 * @param rate arrivals per ms @param time mean ms in the system
 */
export function inSystem(rate: number, time: number): number {
  return rate * time;
}
