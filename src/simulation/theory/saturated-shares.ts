/**
 * Shares under least connections of origins that serve everything at once, when many requests are in flight: all have equally many
 * in flight, so each answers in inverse proportion to its time (Little's law at each origin).
 * @param times mean ms of a service
 */
export function saturatedShares(times: readonly number[]): readonly number[] {
  const speeds = times.map((time) => 1 / time);
  const total = speeds.reduce((sum, speed) => sum + speed, 0);
  return speeds.map((speed) => speed / total);
}
