/** `0:05.2`, `12:00.0`, `1:00:00.0`. @param ms of virtual time */
export function clockOf(ms: number): string {
  const tenths = Math.floor(ms / 100);
  const seconds = Math.floor(tenths / 10);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const pad = (value: number): string => String(value).padStart(2, '0');
  const head = hours > 0 ? `${hours}:${pad(minutes)}` : String(minutes);
  return `${head}:${pad(seconds % 60)}.${tenths % 10}`;
}

/** Time that a timeline shows at least, ms. */
const SHORTEST = 60_000;

/** How long (ms) a timeline is that holds both times: as long as the lab is meant to run, or else it doubles. */
export function lengthOf(reached: number, duration: number | undefined): number {
  let length = duration ?? SHORTEST;
  while (length < reached) length *= 2;
  return length;
}
