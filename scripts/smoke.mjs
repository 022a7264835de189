// node scripts/smoke.mjs EXECUTABLE: has an installed Evenkeel prove itself (--smoke), and ends with 0 only if it did.
import { spawnSync } from 'node:child_process';

/** ms; the app itself gives up earlier and says why. */
const WITHIN = 180_000;

const [executable] = process.argv.slice(2);
if (!executable) {
  process.stderr.write('Which one? Write node scripts/smoke.mjs EXECUTABLE.\n');
  process.exit(2);
}
// Chromium refuses to run as root with its sandbox on.
const root = process.platform === 'linux' && process.getuid() === 0;
const { stdout, stderr, status, error } = spawnSync(executable, [...(root ? ['--no-sandbox'] : []), '--smoke'], {
  encoding: 'utf8',
  timeout: WITHIN,
});
const line = (stdout ?? '').split('\n').find((text) => text.startsWith('{"smoke":'));
process.stdout.write(`${line ?? 'It printed no verdict.'}\n`);
if (line && status === 0 && JSON.parse(line).smoke === 'passed') process.exit(0);
process.stderr.write(`${error?.message ?? `It ended with ${status}.`}\n${stderr ?? ''}`);
process.exit(1);
