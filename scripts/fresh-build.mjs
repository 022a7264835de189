// Builds dist/ when a source is newer than it. Several commands started at once build it once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isStale } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = join(root, '.cache', 'build.lock');

/** Whether dist/ is fresh now. What went wrong has been said on stderr; stdout stays clean for whoever reads it. */
export function buildIfStale() {
  if (!isStale()) return true;
  if (!existsSync(join(root, 'node_modules', 'vite'))) {
    process.stderr.write(`Evenkeel is not built; run "npm ci" in ${root} first.\n`);
    return false;
  }
  takeLock();
  try {
    if (!isStale()) return true;
    const first = !existsSync(join(root, 'dist', 'node', 'cli.cjs'));
    process.stderr.write(`Building Evenkeel${first ? ' (first start only)' : ''}…\n`);
    // In a process of its own: the bundler's memory and threads must not stay with the lab.
    const script = join(root, 'scripts', 'build.mjs');
    const { status } = spawnSync(process.execPath, [script, '--quiet'], { stdio: ['ignore', 2, 2] });
    if (status === 0) return true;
    process.stderr.write('Evenkeel could not be built; the lines above say why.\n');
    return false;
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock() {
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAbandoned()) rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

/** A builder that was killed leaves its lock behind. */
function isAbandoned() {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
