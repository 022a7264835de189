// What benchmarks of proxies measure with.
import { createInterface } from 'node:readline';
import { end, here, otherCores, pin, start } from './servers.mjs';

/**
 * A client on the other processors, the same one for all that is compared.
 * @param connections it keeps to each port
 * @returns load(port, seconds, rate): loads a port, at `rate` requests/s or, at 0, in a closed loop; resolves to
 *   {"requests","seconds","p50","p95","p99"} (ms)
 */
export function startLoad(connections) {
  const command = pin(otherCores, [process.execPath, here('load.mjs'), String(connections)]);
  const child = start(command, {}, 'inherit', 'pipe', 'pipe');
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (port, seconds, rate) => {
    child.stdin.write(`${port} ${seconds} ${rate}\n`);
    const { done, value } = await answers.next();
    if (done) throw new Error('The load has ended.');
    return JSON.parse(value);
  };
}

/** Ends a server and waits until it has gone. */
export async function gone(child) {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  end(child);
  await exit;
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
