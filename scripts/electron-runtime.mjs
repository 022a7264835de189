// Where an Electron runtime is. Never by requiring the `electron` package: in plain Node that starts a download and throws.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packedElectron } from './electron-packed.mjs';

export const electronPackage = fileURLToPath(new URL('../node_modules/electron', import.meta.url));

/** The executable's path within a distribution of Electron for this system. */
const EXECUTABLE =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';

/**
 * The runtime that users get: the one `EVENKEEL_ELECTRON` names, or the installed package's if its binary is there.
 * @returns {{ executablePath: string, version: string, source: string } | { missing: string }}
 */
export function findRuntime() {
  const named = process.env.EVENKEEL_ELECTRON;
  if (named) {
    if (!existsSync(named)) return { missing: `EVENKEEL_ELECTRON names ${named}, which is not there` };
    return { executablePath: named, version: versionBeside(named), source: 'EVENKEEL_ELECTRON' };
  }
  const executablePath = installedExecutable();
  if (executablePath === undefined) return { missing: 'Electron is not installed' };
  return { executablePath, version: versionBeside(executablePath), source: 'the electron package' };
}

/**
 * The runtime that tests get: as `findRuntime`, else the Electron packed for tests.
 * @returns {Promise<{ executablePath: string, version: string, source: string } | { missing: string }>}
 */
export async function findTestRuntime() {
  const found = findRuntime();
  // A wrong EVENKEEL_ELECTRON must not be papered over with another runtime.
  if ('executablePath' in found || process.env.EVENKEEL_ELECTRON) return found;
  const packed = await packedElectron();
  if ('missing' in packed) return { missing: `${found.missing}; ${packed.missing}` };
  return { ...packed, source: 'the Electron packed for tests' };
}

/** As the package itself finds it: `path.txt` in a folder that may be elsewhere. */
function installedExecutable() {
  const pathFile = join(electronPackage, 'path.txt');
  const path = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined;
  const elsewhere = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!elsewhere && path === undefined) return undefined;
  const executable = join(elsewhere || join(electronPackage, 'dist'), path ?? EXECUTABLE);
  return existsSync(executable) ? executable : undefined;
}

/** A distribution has a file named `version`, beside the executable or, on macOS, beside the app. */
function versionBeside(executable) {
  for (const folder of [dirname(executable), join(dirname(executable), '../../..')]) {
    const file = join(folder, 'version');
    if (existsSync(file)) return readFileSync(file, 'utf8').trim().replace(/^v/, '');
  }
  return 'unknown';
}
