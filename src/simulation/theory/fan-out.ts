/**
 * The share of pages that are slow when each of their calls is slow now and then, independently of the others (Dean and Barroso,
 * "The Tail at Scale", CACM 2013).
 * @param slow share (0–1) of slow calls @param calls of a page
 */
export function slowPages(slow: number, calls: number): number {
  return 1 - (1 - slow) ** calls;
}
