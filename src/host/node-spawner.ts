import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { FromOrigin, OriginArguments, ToOrigin } from '../engine/origin-messages.ts';
import type { OriginProcess, Spawner } from './spawner.ts';

/** Origins as forked Node processes. Their message channel closes when this process ends, and they with it. */
export function createNodeSpawner(originFile: string): Spawner {
  return {
    spawn(origin: OriginArguments): OriginProcess {
      const child = fork(originFile, [JSON.stringify(origin)], {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // An inspector flag or a loader of the host's is not the origin's.
        execArgv: [],
      });
      return nodeOriginProcess(child);
    },
  };
}

function nodeOriginProcess(child: ChildProcess): OriginProcess {
  const exits: ((reason: string) => void)[] = [];
  let ended = false;
  const end = (reason: string): void => {
    if (ended) return;
    ended = true;
    for (const listener of exits) listener(reason);
  };
  child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
  child.on('error', (error) => end(error.message));
  return {
    get pid() {
      return child.pid;
    },
    send(message: ToOrigin) {
      // A process that is going answers no more; its exit is what counts.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => {
      child.on('message', (message) => listener(message as FromOrigin));
    },
    onOutput: (listener) => {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream) createInterface({ input: stream }).on('line', listener);
      }
    },
    onExit: (listener) => {
      exits.push(listener);
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
