import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInBrowser } from '../support/browser-host.ts';
import { findChromium } from '../support/chromium.ts';
import { type LabFile, writeLabFile } from '../support/e2e-lab.ts';
import type { OpenLab } from '../support/open-lab.ts';
import { misplacedControls, seriousFindings } from '../support/screen-check.ts';

const found = findChromium();
const PATIENCE = { timeout: 30_000, interval: 50 };

describe.skipIf('missing' in found)('a simulation on the stage', () => {
  let file: LabFile;
  let lab: OpenLab;
  beforeAll(async () => {
    file = await writeLabFile();
    lab = await openInBrowser(file.path);
    lab.page.setDefaultTimeout(30_000);
  });
  afterAll(async () => {
    await lab?.stop();
    await lab?.dispose();
    file?.remove();
  });

  const press = (name: string) => lab.page.getByRole('button', { name, exact: true }).click();
  const clock = async () => (await lab.page.getByTestId('virtual-time').textContent()) ?? '';
  const seconds = async () =>
    Number.parseFloat((await clock()).split(':')[1] ?? '') + 60 * Number.parseInt(await clock(), 10);
  const rows = () => lab.page.getByRole('table', { name: 'Last requests' }).getByRole('row');
  const list = async () => (await rows().allTextContents()).slice(1);
  const badge = () => lab.page.getByTestId('clock-badge').getAttribute('data-clock');
  const speed = async (title: string) => {
    await lab.page.getByRole('combobox', { name: 'Speed' }).click();
    await lab.page.getByRole('option', { name: title, exact: true }).click();
  };

  it('takes the place of the live lab, and says so', async () => {
    const { page } = lab;
    await expect.poll(() => rows().count(), PATIENCE).toBeGreaterThan(5);
    expect(await badge()).toBe('live');
    await press('SIM');
    await page.getByRole('region', { name: 'Simulation' }).waitFor();
    expect(await badge()).toBe('virtual');
    await expect.poll(() => page.title(), PATIENCE).toContain('SIM');
    await expect.poll(async () => (await list())[0], PATIENCE).toMatch(/^00:00:/);
    await page.locator('canvas[data-dots]:not([data-dots="0"])').waitFor({ state: 'attached' });
    expect(await seriousFindings(page)).toEqual([]);
    expect(await misplacedControls(page)).toEqual([]);
  });

  it('pauses, and steps one request at a time', async () => {
    const { page } = lab;
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    await press('Restart');
    await expect.poll(clock, PATIENCE).toBe('0:00.0');
    const arrived = async () => Number.parseInt((await page.getByTestId('arrived').textContent()) ?? '', 10);
    for (const number of [1, 2, 3]) {
      if (number === 2) await page.keyboard.press('ArrowRight');
      else await press('Step one request');
      await expect.poll(arrived, PATIENCE).toBe(number);
    }
    expect(await arrived()).toBe(3);
  });

  it('goes as fast as it is told', async () => {
    await press('Run');
    await speed('100×');
    await expect.poll(seconds, PATIENCE).toBeGreaterThan(60);
    await speed('1×');
    await press('Pause');
  });

  it('shows the same again with the same seed, at the time that is asked for', async () => {
    const { page } = lab;
    const slider = page.getByRole('slider', { name: 'Time in the simulation' });
    const at = async (key: string) => {
      await slider.focus();
      await slider.press(key);
    };
    await press('Restart');
    await expect.poll(clock, PATIENCE).toBe('0:00.0');
    await expect.poll(list, PATIENCE).toEqual([]);
    await at('End');
    await expect.poll(clock, PATIENCE).toBe('1:00.0');
    await expect.poll(() => rows().count(), PATIENCE).toBeGreaterThan(5);
    const first = await list();
    await press('Restart');
    await expect.poll(clock, PATIENCE).toBe('0:00.0');
    await at('End');
    await expect.poll(clock, PATIENCE).toBe('1:00.0');
    await expect.poll(list, PATIENCE).toEqual(first);
    const seed = page.getByRole('textbox', { name: 'Seed' });
    await seed.fill('7');
    await seed.press('Enter');
    await expect.poll(clock, PATIENCE).toBe('0:00.0');
    await at('End');
    await expect.poll(clock, PATIENCE).toBe('1:00.0');
    await expect.poll(() => rows().count(), PATIENCE).toBeGreaterThan(5);
    expect(await list()).not.toEqual(first);
    // Back to its beginning: the same run from 0.
    await at('Home');
    await expect.poll(clock, PATIENCE).toBe('0:00.0');
  });

  it('gives way to the live lab, which ran on behind it', async () => {
    const { page } = lab;
    await press('LIVE');
    await page.getByRole('region', { name: 'Simulation' }).waitFor({ state: 'detached' });
    expect(await badge()).toBe('live');
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await expect.poll(() => rows().count(), PATIENCE).toBeGreaterThan(5);
    const newest = (await list())[0];
    await expect.poll(async () => (await list())[0], PATIENCE).not.toBe(newest);
    expect((await lab.state?.())?.traffic.paused).toBe(false);
    expect(lab.problems.all).toEqual([]);
  });
});
