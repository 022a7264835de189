// Which of its hosts Evenkeel starts in: the desktop, the browser, or none (a subcommand).
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDesktop } from './desktop-process.mjs';
import { fetchElectron } from './electron-fetch.mjs';
import { findRuntime } from './electron-runtime.mjs';
import { buildIfStale } from './fresh-build.mjs';

const cli = fileURLToPath(new URL('../dist/node/cli.cjs', import.meta.url));

/** @param {readonly string[]} given the arguments after `evenkeel` */
export async function main(given) {
  // npm runs scripts in the package's folder; a lab file's path is relative to where the user was.
  const { INIT_CWD, npm_lifecycle_event: script } = process.env;
  if (INIT_CWD && (script === 'start' || script === 'evenkeel')) process.chdir(INIT_CWD);

  if (!buildIfStale()) process.exit(1);
  const forced = given.find((argument) => argument === '--browser' || argument === '--desktop');
  const args = given.filter((argument) => argument !== '--browser' && argument !== '--desktop');
  if (forced !== '--browser' && isForDesktop(args)) {
    const problem = await tryDesktop(args, forced === '--desktop');
    if (problem === undefined) return;
    if (forced) fail(`The desktop cannot be opened: ${problem}.`);
    process.stderr.write(`Evenkeel runs in the browser: ${problem}.\n`);
  }
  // In this process, so that signals, exit codes and standard input need no forwarding.
  process.argv = [process.argv[0], cli, ...args];
  createRequire(import.meta.url)(cli);
}

/**
 * The desktop takes one lab file and nothing else. Subcommands and options are the command line's, and so is a file that is
 * not there: it knows how to say so.
 *
 * @param {readonly string[]} args
 */
function isForDesktop(args) {
  if (args.length === 0) return true;
  return args.length === 1 && ['.yaml', '.yml', '.json'].includes(extname(args[0])) && existsSync(args[0]);
}

/**
 * Runs the desktop until it is closed; then this process ends with its exit code.
 *
 * @param {readonly string[]} args
 * @param {boolean} insist the user asked for the desktop and nothing else
 * @returns {Promise<string | undefined>} why there is no desktop, as a phrase
 */
async function tryDesktop(args, insist) {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'there is no display';
  let runtime = findRuntime();
  if ('missing' in runtime && !process.env.EVENKEEL_ELECTRON) {
    const problem = await fetchElectron(insist);
    if (problem !== undefined) return `Electron is not installed and ${problem}`;
    runtime = findRuntime();
  }
  if ('missing' in runtime) return runtime.missing;
  const ended = await runDesktop(runtime.executablePath, args);
  if (!ended.started) return `Electron ${runtime.version} cannot run here (it ended with ${ended.how})`;
  process.exit(ended.exitCode);
}

/** @param {string} sentence */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
