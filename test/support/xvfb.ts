import { type ChildProcess, spawn } from 'node:child_process';

export interface Display {
  /** For the environment of what is started on it. */
  readonly name: string;
  stop(): void;
}

const START_WITHIN_MS = 30_000;

/**
 * A display for windows: the one there is, else an Xvfb on the first free number, which Xvfb finds and tells by itself.
 * @param size in pixels
 */
export async function openDisplay(size = '1440x900'): Promise<Display | { readonly skipped: string }> {
  const { DISPLAY } = process.env;
  if (process.platform !== 'linux' || DISPLAY) return { name: DISPLAY ?? '', stop: () => undefined };
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  try {
    const number = await displayNumber(server);
    return { name: `:${number}`, stop: () => void server.kill() };
  } catch (error) {
    server.kill();
    return { skipped: (error as Error).message };
  }
}

function displayNumber(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Xvfb did not start')), START_WITHIN_MS);
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      action();
    };
    server.once('error', () => settle(() => reject(new Error('there is no display, and Xvfb is not installed'))));
    server.once('exit', (code) => settle(() => reject(new Error(`Xvfb ended with code ${code}`))));
    server.stdio[3]?.once('data', (data: Buffer) => settle(() => resolve(data.toString().trim())));
  });
}
