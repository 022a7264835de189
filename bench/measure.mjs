// What benchmarks of proxies measure with.
import { end, here, otherCores, outputOf, pin } from './servers.mjs';

/** Loads a port from the other processors. @param rate requests/s; 0: closed loop @returns {"requests","seconds","p50","p99"} (ms) */
export async function load(port, connections, seconds, rate) {
  const args = [port, connections, seconds, rate].map(String);
  return JSON.parse(await outputOf(pin(otherCores, [process.execPath, here('load.mjs'), ...args])));
}

/** Ends a server and waits until it has gone. */
export async function gone(child) {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  end(child);
  await exit;
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
