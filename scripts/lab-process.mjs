// A lab of their own for pictures and benchmarks: started in a process, spoken to over its control address.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
export const CHROMIUM = {
  executablePath: process.env.EVENKEEL_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
};
export const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/**
 * Starts a lab and waits until it is ready.
 * @param args of node: the entry, its options, a lab file
 * @param config the folder for its settings
 */
export async function startLab(args, config) {
  const host = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, EVENKEEL_CONFIG_DIR: config },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    host.stdout.on('data', (data) => {
      text += data;
      const ready = /^ready: .*control (\S+)/m.exec(text);
      if (ready) resolve(ready[1]);
    });
    host.once('exit', (code) => reject(new Error(`The lab ended with ${code}.`)));
  });
  const { origin, hash } = new URL(url);
  const headers = {
    authorization: `Bearer ${hash.slice(3)}`,
    'content-type': 'application/json',
    // Not kept alive: minutes pass between two calls.
    connection: 'close',
  };
  const ask = async (path, init) => {
    const response = await fetch(`${origin}${path}`, { headers, ...init });
    if (!response.ok) throw new Refused(await response.text());
    return response.json();
  };
  // On a busy machine the other side may close a connection unanswered; all that is asked here is safe to repeat.
  const insist = (path, init, tries = 5) =>
    ask(path, init).catch(async (error) => {
      if (tries === 1 || error instanceof Refused) throw error;
      await wait(1);
      return insist(path, init, tries - 1);
    });
  return {
    /** With the key behind `#`. */
    url,
    command: (value) => insist('/api/commands', { method: 'POST', body: JSON.stringify(value) }),
    state: () => insist('/api/lab'),
    stop: () => host.kill('SIGINT'),
  };
}

class Refused extends Error {}
