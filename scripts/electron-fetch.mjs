// Fetches Electron's binary as its own package would on first use, but gives up at once where it cannot be had: an offline
// class room should see the lab in the browser, not a hanging terminal.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder } from './electron-packed.mjs';
import { electronPackage } from './electron-runtime.mjs';

/** Until the first byte has to be there, then between one piece and the next. */
const FIRST_BYTE_WITHIN_MS = 4000;
const NEXT_BYTE_WITHIN_MS = 20_000;
/** A site that did not answer is not asked again for this long. */
const REMEMBER_FAILURE_MS = 10 * 60_000;

const failureMark = join(cacheFolder(), 'electron-unreachable');

/**
 * @param {boolean} insist asks again even if the site did not answer a short while ago
 * @returns {Promise<string | undefined>} why there is no Electron, as a phrase; undefined when it is there
 */
export async function fetchElectron(insist) {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) return 'ELECTRON_SKIP_BINARY_DOWNLOAD forbids fetching it';
  if (!existsSync(join(electronPackage, 'install.js'))) return 'its package is missing too';
  if (!insist && failedLately()) return 'its download site could not be reached a few minutes ago';
  const require = createRequire(join(electronPackage, 'package.json'));
  const { version } = JSON.parse(readFileSync(join(electronPackage, 'package.json'), 'utf8'));
  try {
    await download(require, version);
    rmSync(failureMark, { force: true });
  } catch (error) {
    rememberFailure();
    return `cannot be fetched (${reasonOf(error)})`;
  }
  // The package unpacks what it now finds in its cache, and checks it once more.
  const { status } = spawnSync(process.execPath, [join(electronPackage, 'install.js')], { stdio: ['ignore', 2, 2] });
  return status === 0 ? undefined : 'could not be unpacked';
}

/** Into the cache of `@electron/get`, with the mirrors and checksums it knows; from there if it was fetched before. */
async function download(require, version) {
  const { downloadArtifact, initializeProxy } = await import(pathToFileURL(require.resolve('@electron/get')));
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
  if (HTTPS_PROXY || https_proxy || HTTP_PROXY || http_proxy) initializeProxy();
  const controller = new AbortController();
  const patience = (ms) => setTimeout(() => controller.abort(new Error('its download site does not answer')), ms);
  let timer = patience(FIRST_BYTE_WITHIN_MS);
  const progress = progressLine(`Fetching Electron ${version} (first start only)`);
  try {
    await downloadArtifact({
      version,
      artifactName: 'electron',
      platform: process.platform,
      arch: process.arch,
      cacheRoot: process.env.electron_config_cache,
      checksums: process.env.electron_use_remote_checksums ? undefined : require('./checksums.json'),
      downloadOptions: {
        quiet: true,
        signal: controller.signal,
        getProgressCallback: async ({ percent }) => {
          clearTimeout(timer);
          timer = patience(NEXT_BYTE_WITHIN_MS);
          progress.show(percent);
        },
      },
    });
  } finally {
    clearTimeout(timer);
    progress.end();
  }
}

/** Percents on a terminal; one line without any in a pipe. */
function progressLine(text) {
  let shown = -1;
  return {
    show(share) {
      const percent = Math.floor(share * 100);
      if (percent === shown) return;
      if (process.stderr.isTTY) process.stderr.write(`\r${text}: ${percent} % `);
      else if (shown === -1) process.stderr.write(`${text}…\n`);
      shown = percent;
    },
    end() {
      if (shown !== -1 && process.stderr.isTTY) process.stderr.write('\n');
    },
  };
}

function failedLately() {
  const mark = statSync(failureMark, { throwIfNoEntry: false });
  return mark !== undefined && Date.now() - mark.mtimeMs < REMEMBER_FAILURE_MS;
}

function rememberFailure() {
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    writeFileSync(failureMark, '');
  } catch {
    // A home that cannot be written to: then the next start asks again.
  }
}

/** The innermost reason: what `fetch` itself says is "fetch failed". */
function reasonOf(error) {
  let inner = error;
  while (inner?.cause) inner = inner.cause;
  return String(inner?.message || inner?.code || inner)
    .split('\n', 1)[0]
    .replace(/\.$/, '');
}
