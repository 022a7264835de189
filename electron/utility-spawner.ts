import { createInterface } from 'node:readline';
import { utilityProcess } from 'electron';
import type { OriginProcess, Spawner } from '../src/host/spawner.ts';

type OriginArguments = Parameters<Spawner['spawn']>[0];
type FromOrigin = Parameters<Parameters<OriginProcess['onMessage']>[0]>[0];

/**
 * Starts origins as utility processes: a packaged app cannot fork itself. They end with the main process, however that ends,
 * because Chromium ends a process that has lost its parent.
 *
 * @param originFile the built origin process
 */
export function createUtilitySpawner(originFile: string): Spawner {
  return { spawn: (origin) => spawnOrigin(originFile, origin) };
}

function spawnOrigin(originFile: string, origin: OriginArguments): OriginProcess {
  const child = utilityProcess.fork(originFile, [JSON.stringify(origin)], {
    stdio: 'pipe',
    serviceName: `Evenkeel origin ${origin.name}`,
  });
  let killed = false;
  let ended = false;
  const kill = (): void => {
    killed = true;
    // Without a pid it has not been started yet: the listener below kills it as soon as it has.
    if (child.pid !== undefined && !ended) signalKill(child.pid);
  };
  child.once('spawn', () => {
    if (killed) kill();
  });
  child.once('exit', () => {
    ended = true;
  });
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', (message: FromOrigin) => listener(message)),
    onOutput(listener) {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream) createInterface({ input: stream }).on('line', listener);
      }
    },
    onExit: (listener) => void child.once('exit', (code) => listener(killed ? 'SIGKILL' : describeExit(code))),
    kill,
  };
}

function signalKill(pid: number): void {
  try {
    // Not `child.kill()`, which asks politely (SIGTERM): a frozen process would never hear it.
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in this very moment.
  }
}

/** Signals that Electron reports as a bare number; an origin never exits with one of these itself. */
const SIGNALS: Readonly<Record<number, string>> = { 6: 'SIGABRT', 9: 'SIGKILL', 11: 'SIGSEGV', 15: 'SIGTERM' };

/** How a process ended, in words. Electron says 0 when it noticed the broken connection before the signal behind it. */
export function describeExit(code: number): string {
  return code === 0 ? 'ended by a signal' : (SIGNALS[code] ?? `exit code ${code}`);
}
