import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { labInBrowser } from '../support/browser-host.ts';
import { findChromium } from '../support/chromium.ts';
import { misplacedControls, seriousFindings } from '../support/screen-check.ts';

const found = findChromium();
const PATIENCE = { timeout: 30_000, interval: 50 };

describe.skipIf('missing' in found)('a simulation on the stage', () => {
  const lab = labInBrowser();

  const press = (name: string) => lab.page.getByRole('button', { name, exact: true }).click();
  const clock = async () => (await lab.page.getByTestId('virtual-time').textContent()) ?? '';
  const seconds = async () =>
    Number.parseFloat((await clock()).split(':')[1] ?? '') + 60 * Number.parseInt(await clock(), 10);
  const rows = () => lab.page.getByRole('table', { name: 'Last requests' }).getByRole('row');
  const list = async () => (await rows().allTextContents()).slice(1);
  /** The list when no more comes: it follows the clock, on a busy machine seconds later. */
  const wholeList = async () => {
    let now: string[] = [];
    const still = async () => {
      const before = now;
      now = await list();
      return now.length > 5 && now.join() === before.join();
    };
    await expect.poll(still, { timeout: 60_000, interval: 2500 }).toBe(true);
    return now;
  };
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
    await expect.poll(badge, PATIENCE).toBe('virtual');
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
    const first = await wholeList();
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
    expect(await wholeList()).not.toEqual(first);
    // Back to its beginning: the same run from 0.
    await at('Home');
    await expect.poll(clock, PATIENCE).toBe('0:00.0');
    // A leap is a twentieth of the minute, also in a run of hours.
    await at('PageUp');
    await expect.poll(clock, PATIENCE).toBe('0:03.0');
  });

  it('is changed like the live lab: load, weight, an origin more, another one less, and taken back', async () => {
    const { page } = lab;
    const newest = () =>
      page.getByRole('list', { name: 'Events, newest first' }).getByRole('listitem').first().textContent();
    const told = (what: RegExp) => expect.poll(newest, PATIENCE).toMatch(what);
    const enter = async (field: Locator, text: string) => {
      await field.fill(text);
      await field.press('Enter');
    };
    await press('Run');
    await page.getByRole('button', { name: /^Load 60/ }).click();
    await enter(page.getByRole('dialog', { name: 'Load' }).getByRole('textbox', { name: 'Requests per second' }), '90');
    await told(/Load: 90 requests\/s/);
    await page.keyboard.press('Escape');
    await press('Origin B: details');
    const b = page.getByRole('complementary', { name: 'Origin B in detail' });
    await b.getByRole('tab', { name: 'Service' }).click();
    await enter(b.getByLabel('Weight'), '3');
    await told(/B has weight 3/);
    await page.keyboard.press('Escape');
    await press('Add origin');
    const dialog = page.getByRole('dialog', { name: 'Add an origin' });
    expect(await dialog.getByRole('button', { name: 'Use one that runs already' }).isDisabled()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await told(/E added at 127\.0\.0\.1:/);
    await expect.poll(() => page.getByTestId('status-E').textContent(), PATIENCE).toMatch(/^Up/);
    // Round robin over five: the new one is sent requests at once.
    await expect.poll(() => page.getByTestId('share-E').textContent(), PATIENCE).toMatch(/[1-9]/);
    await press('More for A');
    await page.getByRole('menuitem', { name: /^Remove/ }).click();
    await told(/A removed/);
    await expect.poll(() => page.getByTestId('status-A').count(), PATIENCE).toBe(0);
    await page.locator('body').press('ControlOrMeta+z');
    await told(/A added/);
    expect((await lab.state?.())?.origins.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D']);
    expect((await lab.state?.())?.lab.traffic).toMatchObject({ open: { rate: 60 } });
  });

  it('says what a failover cost, and does not offer what has no meaning in it', async () => {
    const { page } = lab;
    const events = page.getByRole('list', { name: 'Events, newest first' });
    const figures = events.getByRole('list', { name: 'What the failure cost' });
    await press('Kill C');
    await expect.poll(() => figures.first().textContent(), PATIENCE).toMatch(/noticed after .*\d+ retried.*\d+ lost/);
    await press('Restart C');
    await expect.poll(() => figures.first().textContent(), PATIENCE).toMatch(/back after/);
    await press('Policies');
    const policies = page.getByRole('complementary', { name: 'Policies' });
    await policies.getByText('A simulation moves no bytes').waitFor();
    expect(await policies.getByRole('button', { name: 'http-proxy' }).isDisabled()).toBe(true);
    expect(await policies.getByRole('switch', { name: 'x-evenkeel-origin' }).isDisabled()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    // Back to the time before all of it.
    await press('Pause');
    await page.getByRole('slider', { name: 'Time in the simulation' }).press('Home');
    await expect.poll(clock, PATIENCE).toBe('0:00.0');
    await page.getByRole('button', { name: /^Load 60/ }).waitFor();
    expect(await page.getByTestId('status-E').count()).toBe(0);
  });

  it('gives way to the live lab, which ran on behind it', async () => {
    const { page } = lab;
    await press('LIVE');
    await page.getByRole('region', { name: 'Simulation' }).waitFor({ state: 'detached' });
    await expect.poll(badge, PATIENCE).toBe('live');
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await expect.poll(() => rows().count(), PATIENCE).toBeGreaterThan(5);
    const newest = (await list())[0];
    await expect.poll(async () => (await list())[0], PATIENCE).not.toBe(newest);
    expect((await lab.state?.())?.traffic.paused).toBe(false);
    expect(lab.problems.all).toEqual([]);
  });
});
