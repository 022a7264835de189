import { findTestRuntime } from '../../scripts/electron-runtime.mjs';

export interface TestElectron {
  readonly executablePath: string;
  readonly version: string;
  /** Where it was found, for the line that says what a run was done on. */
  readonly source: string;
  /** What has to stand before the app's own arguments here. */
  readonly args: readonly string[];
}

/**
 * The Electron to test on: `EVENKEEL_ELECTRON`, else the installed package's, else (Linux x64) one fetched for tests. The
 * first call may take a minute; a test without a runtime is to be skipped with the reason, never passed.
 */
export async function findElectron(): Promise<TestElectron | { readonly skipped: string }> {
  const found = await findTestRuntime();
  if ('missing' in found) return { skipped: found.missing };
  // Chromium's sandbox does not work for root, and there is no graphics card behind Xvfb.
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  return { ...found, args: [...(root ? ['--no-sandbox'] : []), '--disable-gpu'] };
}
