import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { it, onTestFailed } from 'vitest';

const SCREENSHOTS = '.cache/e2e';

/** The steps of a walk through a page; one that fails leaves a picture behind. @param walk names the pictures */
export function stepsOf(walk: string, page: () => Page | undefined): (what: string, run: () => Promise<void>) => void {
  return (what, run) => {
    it(what, async () => {
      onTestFailed(async () => {
        mkdirSync(SCREENSHOTS, { recursive: true });
        await page()?.screenshot({ path: `${SCREENSHOTS}/${walk}-${what}.png`.replaceAll(' ', '-') });
      });
      await run();
    });
  };
}
