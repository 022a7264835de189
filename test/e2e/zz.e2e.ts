import { it } from 'vitest';
import { labInBrowser } from '../support/browser-host.ts';

const lab = labInBrowser();
it('dots', async () => {
  const { page } = lab;
  await page.waitForTimeout(5000);
  const seen: number[] = [];
  for (let i = 0; i < 120; i++) {
    seen.push(Number(await page.locator('canvas').first().getAttribute('data-dots')));
    await page.waitForTimeout(300);
  }
  seen.sort((a, b) => a - b);
  console.log('DOTS', seen.length, seen[0], seen[60], seen[114], seen[119]);
});
