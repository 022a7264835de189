import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EvenkeelError } from '../src/core/errors.ts';

/**
 * The lab file on a command line of this app, as an absolute path; undefined when there is none. Anything that begins with a
 * dash is Electron's or Chromium's.
 *
 * @param argv as in `process.argv`
 * @param appPaths what names the app itself when it is not packaged (`electron dist/electron/main.cjs LAB.yaml`)
 * @throws EvenkeelError `bad-argument` when there are several
 */
export function labFileOf(argv: readonly string[], cwd: string, appPaths: readonly string[]): string | undefined {
  const app = argv.findIndex((argument, index) => index > 0 && appPaths.includes(resolve(cwd, argument)));
  const given = argv.slice(app === -1 ? 1 : app + 1).filter((argument) => !argument.startsWith('-'));
  if (given.length > 1) {
    throw new EvenkeelError('bad-argument', `Give one lab file, not ${given.length}: ${given.join(', ')}.`);
  }
  return given[0] === undefined ? undefined : pathOf(given[0], cwd);
}

/** Linux desktops hand over what was double-clicked as a `file:` URL. */
function pathOf(given: string, cwd: string): string {
  if (!/^file:/i.test(given)) return resolve(cwd, given);
  try {
    return fileURLToPath(given);
  } catch {
    throw new EvenkeelError('bad-argument', `${given} is not a file on this machine.`);
  }
}

/** Whether the app is only to prove that it works here (`evenkeel --smoke`). */
export function wantsSmokeTest(argv: readonly string[]): boolean {
  return argv.slice(1).includes('--smoke');
}
