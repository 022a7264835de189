import { execFileSync } from 'node:child_process';

/** The tests run the built product, as users do; building is skipped when nothing changed. */
export default function build(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { stdio: 'inherit' });
}
