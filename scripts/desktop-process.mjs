// Electron as a child process: what it is started with, what is passed on to it, and that nothing of it is left.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/electron/main.cjs', import.meta.url));
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs the desktop until it ends.
 *
 * @param {string} executable
 * @param {readonly string[]} args
 * @returns {Promise<{ started: boolean, exitCode: number, how: string }>} `started` is false when Electron ended by itself
 *   before it ran a line of ours: a library is missing, the display does not answer, its sandbox is not allowed
 */
export function runDesktop(executable, args) {
  // A group of its own, so that it can be ended whole. Windows has no such groups and would open a console.
  const grouped = process.platform !== 'win32';
  const child = spawn(executable, [...chromiumOptions(), main, ...args], {
    // The channel tells each side when the other has gone.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: grouped,
  });
  let started = false;
  child.once('message', () => {
    started = true;
  });
  // Not in our group, it does not get the terminal's Ctrl+C by itself.
  const forward = (signal) => {
    started = true;
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  return new Promise((resolve) => {
    const end = (exitCode, how) => {
      for (const signal of FORWARDED) process.off(signal, forward);
      resolve({ started, exitCode, how });
    };
    child.once('error', (error) => end(1, error.message));
    child.once('exit', (code, signal) => {
      // Killed, it leaves processes that find out by themselves; a frozen origin cannot.
      if (grouped) endGroup(child.pid);
      if (signal) end(128 + constants.signals[signal], signal);
      else end(code, `exit code ${code}`);
    });
  });
}

function chromiumOptions() {
  // Only what is fatal: Chromium complains on stderr about desktop services that a lab does not need.
  const options = ['--log-level=3'];
  // Chromium refuses to run as root with its sandbox on; in containers and class-room images root is often the only user.
  if (process.platform === 'linux' && process.getuid() === 0) options.push('--no-sandbox');
  return options;
}

function endGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody was left.
  }
}
