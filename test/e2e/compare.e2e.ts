import { describe, expect, it } from 'vitest';
import { labInBrowser } from '../support/browser-host.ts';
import { findChromium } from '../support/chromium.ts';
import { seriousFindings } from '../support/screen-check.ts';

const found = findChromium();

describe.skipIf('missing' in found)('a comparison', () => {
  const lab = labInBrowser();

  it('runs in a worker, gives a verdict, and keeps it while the lab is looked at', async () => {
    const { page } = lab;
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByLabel('Random', { exact: true }).check();
    await page.getByRole('button', { name: 'Compare', exact: true }).last().click();
    const verdict = page.getByTestId('compare-verdict');
    await verdict.waitFor();
    const text = await verdict.textContent();
    expect(text).toMatch(/best|No difference/);
    expect(await page.getByRole('table', { name: 'Ranking, best first' }).locator('tbody tr').count()).toBe(3);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Back to the lab' }).click();
    await page.getByRole('group', { name: 'Origin A', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    expect(await verdict.textContent()).toBe(text);
    await page.getByRole('button', { name: 'Compare', exact: true }).last().click();
    const cancel = page.getByRole('button', { name: 'Cancel' });
    if (await cancel.isVisible()) await cancel.click();
    await verdict.waitFor();
  });

  // Where the page is never calm it begins after 40 s, measures for 20 and simulates a dozen times.
  it('is set beside its simulation by itself, with the figures behind the word', { timeout: 300_000 }, async () => {
    const { page } = lab;
    await page.getByRole('button', { name: 'Back to the lab' }).click();
    const badge = page.getByTestId('agreement');
    await badge.filter({ hasText: /Agrees with SIM|Differs from SIM/ }).waitFor({ timeout: 240_000 });
    await badge.click();
    const rows = page.getByRole('table', { name: 'Live and simulated figures' }).locator('tbody tr');
    expect(await rows.filter({ hasText: /^Share of [A-D]/ }).count()).toBe(4);
    // Round robin shares evenly however busy this machine is.
    expect(
      await rows
        .filter({ hasText: /^Share of/ })
        .filter({ hasText: 'differs' })
        .count(),
    ).toBe(0);
    expect(await rows.filter({ hasText: 'Mean time' }).textContent()).toMatch(/ms/);
    expect(await seriousFindings(page)).toEqual([]);
  });
});
