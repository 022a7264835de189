import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

/** Where systems put a Chromium, the packaged ones first. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Quiet and alone: no GPU to hope for, nothing fetched, nothing synchronised. `--no-sandbox` because CI runs as root. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser for tests, or why there is none. EVENKEEL_CHROMIUM names one; a wrong name is not papered over. */
export function findChromium(): { readonly executablePath: string } | { readonly missing: string } {
  const named = process.env.EVENKEEL_CHROMIUM;
  if (named !== undefined) {
    return existsSync(named)
      ? { executablePath: named }
      : { missing: `EVENKEEL_CHROMIUM names ${named}, which is not there` };
  }
  const executablePath = PLACES.find((place) => existsSync(place));
  return executablePath ? { executablePath } : { missing: 'no Chromium is installed (EVENKEEL_CHROMIUM can name one)' };
}

export interface Browser {
  readonly context: BrowserContext;
  readonly version: string;
  /** Closes it and removes its profile. */
  close(): Promise<void>;
}

/** A browser with a fresh profile: no cookie, no cache, no setting of another test. */
export async function launchChromium(): Promise<Browser> {
  const found = findChromium();
  if ('missing' in found) throw new Error(found.missing);
  const profile = mkdtempSync(join(tmpdir(), 'evenkeel-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: found.executablePath,
    headless: true,
    args: FLAGS,
    viewport: { width: 1440, height: 900 },
  });
  return {
    context,
    version: context.browser()?.version() ?? 'unknown',
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
