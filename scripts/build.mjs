// Builds dist/ (renderer, Node entries, Electron entries). With --if-stale it does nothing when no source is newer than
// the last build, which is what `npm start` and the tests ask for.
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');
const sources = [
  'src',
  'electron',
  'renderer',
  'assets',
  'vite.config.ts',
  'vite.node.config.ts',
  'vite.preload.config.ts',
  'package-lock.json',
];

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

/**
 * Builds beside dist/ and then takes its place: a running lab, or a second build at the same time, never finds half of one.
 * @param {boolean} quiet
 */
async function build(quiet) {
  const started = new Date();
  const fresh = join(root, `.cache/build-${process.pid}`);
  const { build: viteBuild } = await import('vite');
  const logLevel = quiet ? 'error' : 'warn';
  // Whoever builds (tests, too, whose environment says so) builds what users get: React's other build is several times slower.
  process.env.NODE_ENV = 'production';
  const into = (folder) => ({ outDir: join(fresh, folder), emptyOutDir: true });
  try {
    await Promise.all([
      viteBuild({
        root: join(root, 'renderer'),
        configFile: join(root, 'vite.config.ts'),
        logLevel,
        build: into('renderer'),
      }),
      viteBuild({ root, configFile: join(root, 'vite.node.config.ts'), logLevel, build: into('.node') }),
      viteBuild({ root, configFile: join(root, 'vite.preload.config.ts'), logLevel, build: into('.preload') }),
    ]);
    // Each build empties its own folder, so they come together only now.
    const preload = join(fresh, '.preload');
    for (const name of readdirSync(preload)) renameSync(join(preload, name), join(fresh, '.node/electron', name));
    rmSync(preload, { recursive: true });
    for (const name of readdirSync(join(fresh, '.node'))) renameSync(join(fresh, '.node', name), join(fresh, name));
    rmSync(join(fresh, '.node'), { recursive: true });
    const built = join(fresh, '.built');
    writeFileSync(built, `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
    // A source saved while building is newer than what was built from it.
    utimesSync(built, started, started);
    const old = join(root, `.cache/old-${process.pid}`);
    if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
    renameSync(fresh, join(root, 'dist'));
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] && existsSync(process.argv[1]) && fileURLToPath(import.meta.url) === process.argv[1]) {
  if (!process.argv.includes('--if-stale') || isStale()) {
    process.chdir(root);
    await build(process.argv.includes('--quiet'));
  }
}
