// Builds dist/ (renderer, Node entries, Electron entries). With --if-stale it does nothing when no source is newer than
// the last build, which is what `npm start` and the tests ask for.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');
const sources = ['src', 'electron', 'renderer', 'assets', 'vite.config.ts', 'vite.node.config.ts', 'package-lock.json'];

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  // A folder's own time says when something in it was added or removed.
  return readdirSync(path).reduce((time, name) => Math.max(time, newest(join(path, name))), stat.mtimeMs);
}

export function isStale() {
  const built = statSync(stamp, { throwIfNoEntry: false });
  return !built || sources.some((source) => newest(join(root, source)) > built.mtimeMs);
}

/** @param {boolean} quiet */
export async function build(quiet) {
  const started = new Date();
  rmSync(stamp, { force: true });
  for (const folder of ['node', 'electron']) rmSync(join(root, 'dist', folder), { recursive: true, force: true });
  const { build: viteBuild } = await import('vite');
  const logLevel = quiet ? 'error' : 'warn';
  await Promise.all([
    viteBuild({ root: join(root, 'renderer'), configFile: join(root, 'vite.config.ts'), logLevel }),
    viteBuild({ root, configFile: join(root, 'vite.node.config.ts'), logLevel }),
  ]);
  writeFileSync(stamp, `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
  // A source saved while building is newer than what was built from it.
  utimesSync(stamp, started, started);
}

if (process.argv[1] && existsSync(process.argv[1]) && fileURLToPath(import.meta.url) === process.argv[1]) {
  if (!process.argv.includes('--if-stale') || isStale()) {
    process.chdir(root);
    await build(process.argv.includes('--quiet'));
  }
}
