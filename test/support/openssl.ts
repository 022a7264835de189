import { execFileSync } from 'node:child_process';

/** Whether there is an openssl that tests can make certificates with. */
export const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
