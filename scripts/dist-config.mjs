// electron-builder.yml, completed by what depends on where it is built: who signs, where updates come from, which Electron.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const file = fileURLToPath(new URL('../electron-builder.yml', import.meta.url));

/**
 * How to build this machine's installers. Signed ones, and only those, get updates; unsigned ones say so in their names.
 *
 * @param {NodeJS.Platform} platform
 * @param {Readonly<Record<string, string | undefined>>} env where the secrets for signing are, as electron-builder names them
 */
export function distConfig(platform, env) {
  const config = parse(readFileSync(file, 'utf8'));
  const repository = env.GITHUB_REPOSITORY?.split('/');
  const home = repository && `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${env.GITHUB_REPOSITORY}`;
  // A Debian package has to name a home page; `.invalid` says that there is none (RFC 2606).
  config.extraMetadata = { homepage: home ?? 'https://evenkeel.invalid' };
  const signed = isSigned(platform, env);
  if (signed && repository) {
    const [owner, repo] = repository;
    config.publish = { provider: 'github', owner, repo };
  }
  if (platform === 'darwin') {
    if (signed) config.mac.notarize = true;
    // An app that is not signed at all does not start on Apple's processors; "-" signs it with no one's name.
    else Object.assign(config.mac, { identity: '-', hardenedRuntime: false, notarize: false });
  }
  if (!signed) {
    for (const part of [config.mac, config.win, config.nsis]) {
      part.artifactName = part.artifactName.replace(/(?=\.\$\{ext\}$)/, '-unsigned');
    }
  }
  return config;
}

/** Linux packages carry no signature of their own; their checksums and provenance are published beside them. */
function isSigned(platform, env) {
  const { CSC_LINK, WIN_CSC_LINK, APPLE_ID, APPLE_APP_SPECIFIC_PASSWORD, APPLE_TEAM_ID } = env;
  if (platform === 'win32') return Boolean(WIN_CSC_LINK);
  // macOS warns of what is signed and not notarised just the same.
  if (platform === 'darwin') return Boolean(CSC_LINK && APPLE_ID && APPLE_APP_SPECIFIC_PASSWORD && APPLE_TEAM_ID);
  return false;
}

/** Electron 29 is the first with this fuse; older ones, which tests run on, cannot be told. */
const FUSE_SINCE = { grantFileProtocolExtraPrivileges: 29 };

/**
 * How to pack the app alone, without an installer, on an Electron that is there already.
 *
 * @param {{ executablePath: string, version: string }} runtime
 * @param {string} output
 */
export function packConfig(runtime, output) {
  const config = distConfig(process.platform, {});
  const major = Number.parseInt(runtime.version, 10);
  for (const [fuse, since] of Object.entries(FUSE_SINCE)) {
    if (major < since) delete config.electronFuses[fuse];
  }
  return {
    ...config,
    electronDist: dirname(runtime.executablePath),
    electronVersion: runtime.version,
    directories: { ...config.directories, output },
  };
}
