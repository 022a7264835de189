/**
 * Whether a request is one of the one in N that are shown. Drawn by its number, but not every Nth: strategies that go in turns would
 * be in step with that, and one of two origins would seem to get everything. What is in a coarser sample is in each finer one that
 * divides it.
 * @param draw another number is another, independent sample
 */
export function isSampled(request: number, oneIn: number, draw = 0): boolean {
  return oneIn === 1 || scattered(request + draw * 0x9e37_79b9) % oneIn === 0;
}

/** A number as good as drawn by lot, always the same for the same one: 32 bits, all of which depend on all of it. */
function scattered(number: number): number {
  let bits = number ^ (number >>> 16);
  bits = Math.imul(bits, 0x7feb_352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846c_a68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}
