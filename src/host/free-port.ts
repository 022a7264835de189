import { createServer } from 'node:net';

/** Whether nothing listens on `port` of `host` yet. */
export function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/**
 * The first free port from `from` up that is not in `taken`; undefined when there is none up to 65535.
 * Another program may still be quicker, so the caller has to cope with a port that is in use after all.
 */
export async function nextFreePort(
  host: string,
  from: number,
  taken: ReadonlySet<number>,
): Promise<number | undefined> {
  for (let port = from; port <= 65_535; port++) {
    if (!taken.has(port) && (await isFree(host, port))) return port;
  }
  return undefined;
}
