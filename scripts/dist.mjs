// npm run dist: this machine's installers, in release/. With --dir FOLDER only the packed app, on the Electron at hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'electron-builder';
import { build as buildUpdater } from 'vite';
import { distConfig, packConfig } from './dist-config.mjs';
import { fetchElectron } from './electron-fetch.mjs';
import { findTestRuntime } from './electron-runtime.mjs';
import { buildIfStale } from './fresh-build.mjs';

const projectDir = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} sentence */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** @param {unknown} error */
function firstLine(error) {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0];
}

/** A configuration given as an object would be merged with the file's, which cannot take anything out of it. */
async function run(config, options) {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-dist-'));
  try {
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    await build({ projectDir, config: join(folder, 'config.json'), publish: 'never', ...options });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function packOnly(folder) {
  const runtime = await findTestRuntime();
  if ('missing' in runtime) fail(`The app cannot be packed: ${runtime.missing}.`);
  await run(packConfig(runtime, resolve(folder)), { dir: true });
}

async function installers() {
  const problem = await fetchElectron(true);
  if (problem !== undefined) {
    fail(`The installers cannot be built: Electron ${problem}; they need the network, or Electron in its cache.`);
  }
  try {
    await run(distConfig(process.platform, process.env), {});
  } catch (error) {
    if (process.argv.includes('--debug')) console.error(error);
    fail(`The installers could not be built: ${firstLine(error)} (the lines above say more; --debug, everything).`);
  }
}

// A secret that is not there comes as an empty string from a workflow, and electron-builder would take it for a file.
for (const name of Object.keys(process.env))
  if (/^(WIN_)?CSC_|^APPLE_/.test(name) && !process.env[name]) delete process.env[name];

if (!buildIfStale()) process.exit(1);
await buildUpdater({ root: projectDir, configFile: join(projectDir, 'vite.updater.config.ts'), logLevel: 'error' });
const [option, folder] = process.argv.slice(2);
if (option === '--dir' && folder !== undefined) await packOnly(folder);
else await installers();
