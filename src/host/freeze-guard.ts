import { type ChildProcess, spawn } from 'node:child_process';

/**
 * A stopped process cannot notice that its lab has gone. For as long as it is frozen a shell waits on a pipe from this
 * process in its stead: a line says it was thawed; the end of the pipe, that this process died, and it is killed.
 * The shell ignores the signals of Ctrl+C and of a closed terminal, which reach it too.
 */
export function guardFrozen(pid: number): { release(): void } {
  const script = `trap '' INT TERM HUP; read -r line || kill -KILL ${pid}`;
  const guard: ChildProcess = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] });
  guard.on('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  return {
    release() {
      guard.stdin?.end('thawed\n');
    },
  };
}
