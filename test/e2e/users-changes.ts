import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { LabState } from '../../src/protocol/state.ts';
import { type LabFile, writeLabFile } from '../support/e2e-lab.ts';
import { stepsOf } from '../support/e2e-steps.ts';
import type { OpenLab } from '../support/open-lab.ts';
import type { HostDriver } from './users-path.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };

/**
 * Everything a user can change on the main screen, each through its own control. What came of it is read from the screen in
 * every host, and from `GET /api/lab` where there is one.
 */
export function describeUsersChanges({ name, open }: HostDriver): void {
  describe(`what a user changes in ${name}`, () => {
    let file: LabFile;
    let lab: OpenLab;
    let page: Page;

    const button = (label: string | RegExp): Locator =>
      page.getByRole('button', typeof label === 'string' ? { name: label, exact: true } : { name: label });
    const popup = (label: string | RegExp): Locator => page.getByRole('dialog', { name: label });
    const panel = (label: string): Locator => page.getByRole('complementary', { name: label });
    const events = (): Locator => page.getByRole('list', { name: 'Events, newest first' });
    const newest = (): Promise<string | null> => events().getByRole('listitem').first().textContent();
    const told = (what: RegExp): Promise<void> => expect.poll(newest, PATIENCE).toMatch(what);
    /** In the browser: what the lab says of itself. */
    const holds = async (look: (state: LabState) => unknown, expected: unknown): Promise<void> => {
      const { state } = lab;
      if (state) await expect.poll(async () => look(await state()), PATIENCE).toEqual(expected);
    };
    const choose = async (box: Locator, option: string | RegExp): Promise<void> => {
      await box.click();
      await page.getByRole('option', { name: option }).click();
    };
    /** Types into a field as people do: what was there is replaced, Enter takes it over. */
    const enter = async (field: Locator, text: string): Promise<void> => {
      await field.fill(text);
      await field.press('Enter');
    };
    const undo = async (label: RegExp): Promise<void> => {
      await button(label).waitFor();
      await page.locator('body').press('ControlOrMeta+z');
    };

    beforeAll(async () => {
      file = await writeLabFile();
      lab = await open(file.path);
      page = lab.page;
      page.setDefaultTimeout(PATIENCE.timeout);
      await page.getByTestId('status-D').filter({ hasText: /^Up/ }).waitFor();
    });
    afterAll(async () => {
      await lab?.stop();
      await lab?.dispose();
      file?.remove();
    });
    const step = stepsOf(name, () => page);

    step('a strategy from its group, one of its parameters, and both taken back', async () => {
      const strategy = page.getByRole('combobox', { name: 'Strategy' });
      await strategy.click();
      await expect.poll(() => page.getByRole('option').count(), PATIENCE).toBe(17);
      expect(await page.getByRole('group', { name: /busy|fast|asks|turn/ }).count()).toBe(4);
      await page.getByRole('option', { name: /^Ring hash/ }).click();
      await told(/Strategy: Ring hash/);
      await button(/^About this strategy/).click();
      const points = popup(/^Ring hash/).getByLabel(/^Points/);
      await enter(points, 'many');
      await popup(/^Ring hash/)
        .getByRole('alert')
        .waitFor();
      await enter(points, '50');
      await told(/Ring hash: vnodes 50/);
      await holds((state) => state.strategy.vnodes, 50);
      await button('Undo: settings of ring hash').waitFor();
      await page.keyboard.press('Escape');
      await undo(/settings of ring hash/);
      await holds((state) => state.strategy.vnodes, 160);
      await undo(/^Undo: strategy → round robin$/);
      await expect.poll(() => strategy.textContent(), PATIENCE).toContain('Round robin');
    });

    step('the load: rate, spacing, users, clients, a burst, and off', async () => {
      await button(/^Load 60/).click();
      const load = popup('Load');
      await enter(load.getByRole('textbox', { name: 'Requests per second' }), '90');
      await holds((state) => state.lab.traffic, { paths: ['/'], open: { rate: 90, arrivals: 'poisson' } });
      await load.getByRole('button', { name: 'Even' }).click();
      await told(/90 requests\/s, constant/);
      await load.getByRole('button', { name: 'Users' }).click();
      await enter(load.getByRole('textbox', { name: 'Users' }), '7');
      await enter(load.getByRole('textbox', { name: /^Think time/ }), '200');
      await told(/7 users who think for\s200\sms/);
      await enter(load.getByRole('textbox', { name: 'Addresses' }), '9');
      await load.getByRole('button', { name: /^A few are busier/ }).click();
      await holds((state) => state.lab.clients, { count: 9, popularity: { zipf: 1 } });
      await enter(load.getByRole('textbox', { name: 'Requests', exact: true }), '120');
      await load.getByRole('button', { name: 'Send' }).click();
      await told(/Burst: 120 requests within 1\.0\ss/);
      await load.getByRole('button', { name: 'Off' }).click();
      await told(/Load: off/);
      await load.getByRole('button', { name: 'Arrivals' }).click();
      await page.keyboard.press('Escape');
      await button('More load').click();
      await told(/Load: 30 requests\/s/);
    });

    step('a note, which stands among the events and on the chart', async () => {
      await page.locator('body').press('m');
      await expect
        .poll(() =>
          popup('Add a note')
            .getByLabel('Text')
            .evaluate((field) => field === document.activeElement),
        )
        .toBe(true);
      await page.keyboard.type('Here it begins');
      await page.keyboard.press('Enter');
      await told(/Here it begins/);
      // Written on the chart of shares as well.
      await expect.poll(() => page.getByText('Here it begins').count(), PATIENCE).toBeGreaterThan(1);
    });

    step('the fault script: a line with a mistake, two right ones, run, stop and removed', async () => {
      await button('Script').click();
      const script = panel('Fault script');
      await script.getByLabel('At', { exact: true }).fill('soon');
      await script.getByRole('button', { name: 'Add the line' }).click();
      expect(await script.getByRole('alert').textContent()).toMatch(/^At must be a duration/);
      for (const [at, what] of [
        ['100 ms', 'drain'],
        ['60 s', 'resume'],
      ] as const) {
        await script.getByLabel('At', { exact: true }).fill(at);
        await choose(script.getByRole('combobox', { name: 'What' }), what);
        await script.getByRole('button', { name: 'Add the line' }).click();
        await script.getByRole('listitem').filter({ hasText: what }).waitFor();
      }
      await holds(
        ({ lab: { faults } }) => faults.map((fault) => [fault.at, fault.origin, fault.do]),
        [
          [100, 'B', 'drain'],
          [60_000, 'B', 'resume'],
        ],
      );
      await script.getByRole('button', { name: 'Run' }).click();
      await script.getByText(/^1 of 2 done, next in/).waitFor();
      await expect.poll(() => page.getByTestId('status-B').textContent(), PATIENCE).toMatch(/^Drain/);
      await script.getByRole('button', { name: 'Stop' }).click();
      await script.getByText('Stopped after 1 of 2').waitFor();
      await script.getByRole('button', { name: /^Remove: 01:00 B resume/ }).click();
      await holds((state) => state.lab.faults.length, 1);
      await page.keyboard.press('Escape');
      await button('More for B').click();
      await page.getByRole('menuitem', { name: 'Resume' }).click();
      await expect.poll(() => page.getByTestId('status-B').textContent(), PATIENCE).toMatch(/^Up/);
    });

    step('policies, sticky sessions, headers and the forwarder, as curl sees them', async () => {
      const url = `http://127.0.0.1:${file.proxyPort}/`;
      await button('Policies').click();
      const policies = panel('Policies');
      await choose(policies.getByRole('combobox', { name: 'All like' }), /^Like HAProxy/);
      await holds((state) => state.lab.health.passive, 'off');
      await enter(policies.getByLabel('Every', { exact: true }), '700ms');
      await told(/Changed: health/);
      await policies.getByRole('switch', { name: 'Sticky sessions' }).click();
      await told(/Clients stay with their origin/);
      expect((await fetch(url)).headers.get('set-cookie')).toMatch(/^evenkeel_origin=/);
      await policies.getByRole('switch', { name: 'x-evenkeel-origin' }).click();
      await told(/Headers of answers: x-evenkeel-origin/);
      expect((await fetch(url)).headers.get('x-evenkeel-origin')).toMatch(/^[ABCD]$/);
      await policies.getByRole('button', { name: 'http-proxy' }).click();
      await told(/Forwarder: http-proxy/);
      expect((await fetch(url, { headers: { connection: 'close' } })).status).toBe(200);
      await page.keyboard.press('Escape');
      await undo(/^Undo: forwarder → native$/);
      await told(/Forwarder: native/);
    });

    step('how an origin serves, its weight, and what is done to it', async () => {
      await button('Origin B: details').click();
      const b = panel('Origin B in detail');
      await b.getByRole('tab', { name: 'Service' }).click();
      await enter(b.getByLabel('Workers'), '3');
      await told(/B serves differently now/);
      await enter(b.getByLabel('Weight'), '2');
      await told(/B has weight 2/);
      await page.keyboard.press('Escape');
      for (const [does, says] of [
        ['Freeze B', /B frozen/],
        ['Thaw B', /B thawed/],
        ['Slow B', /B is 10× as slow/],
        ['Heal B', /B healed/],
        ['Errors B', /B answers 50\s% with 500/],
        ['Heal B', /B healed/],
        ['Drain B', /B drains|B is drained/],
        ['Resume B', /B takes requests again|B is back/],
      ] as const) {
        await button(does).click();
        await expect.poll(() => events().textContent(), PATIENCE).toMatch(says);
      }
    });

    step('a failover is read at a glance and announced once; a total outage at once', async () => {
      await button('Kill B').click();
      const figures = events().getByRole('list', { name: 'What the failure cost' });
      await expect.poll(() => figures.first().textContent(), PATIENCE).toMatch(/noticed after .*\d+ retried.*\d+ lost/);
      await expect
        .poll(() => page.getByTestId('announced').textContent(), PATIENCE)
        .toMatch(/(^|\. )B is (down|ejected)/);
      await button('Restart B').click();
      await expect.poll(() => figures.first().textContent(), PATIENCE).toMatch(/back after/);
      for (const origin of 'ABCD') await button(`Kill ${origin}`).click();
      await expect
        .poll(() => page.getByRole('alert').allTextContents(), PATIENCE)
        .toContain('No origin is available. Every request fails.');
      for (const origin of 'ABCD') await button(`Restart ${origin}`).click();
      await expect.poll(() => events().textContent(), PATIENCE).toContain('The outage is over');
    });

    step('a click and then Space: what was clicked is not pressed again', async () => {
      await button('Kill B').click();
      await button('Restart B').waitFor();
      await page.keyboard.press(' ');
      await button('Run').waitFor();
      expect(await button('Restart B').count()).toBe(1);
      // Chosen with the keyboard it is the button's again.
      await page.keyboard.press('Tab');
      await button('Restart B').press(' ');
      await button('Kill B').waitFor();
      await button('Run').click();
      await button('Pause').waitFor();
    });

    step('an origin is removed while its panel is open: the panel goes, and no other takes its place', async () => {
      await button('Origin D: details').click();
      await panel('Origin D in detail').waitFor();
      await button('More for D').click();
      await page.getByRole('menuitem', { name: 'Remove', exact: true }).click();
      await panel('Origin D in detail').waitFor({ state: 'detached' });
      expect(await page.getByRole('complementary', { name: /in detail$/ }).count()).toBe(0);
      await undo(/^Undo: removing D$/);
      await expect.poll(() => page.getByTestId('status-D').textContent(), PATIENCE).toMatch(/^Up/);
    });

    step('a lab that is wrong says where, and changes nothing', async () => {
      const wrong = join(file.folder, 'wrong.yaml');
      writeFileSync(wrong, 'evenkeel: 1\norigins:\n  - { name: A, prot: 8081 }\n');
      await button('Lab: The users path').click();
      await page.getByLabel('Lab file', { exact: true }).setInputFiles(wrong);
      const refused = popup('wrong.yaml cannot be opened');
      await refused.getByText('Line 3, column 16').waitFor();
      expect(await refused.getByRole('listitem').first().textContent()).toContain('There is no key "prot"');
      await page.keyboard.press('Escape');
      await button('Lab: The users path').waitFor();
    });

    step('the lab as a file to save and to open, on the clipboard, and dropped', async () => {
      await button('Lab: The users path').click();
      const text = await lab.saved('the-users-path.evenkeel.yaml', () => button('Save this lab').click());
      expect(text).toContain('name: The users path');
      expect(text).toContain('do: drain');
      await button('Lab: The users path').click();
      await button('Copy as lab file').click();
      await page.getByText('The lab file is on the clipboard now.').waitFor();

      const dropped = text.replace('name: The users path', 'name: Dropped');
      await page.evaluate((content) => {
        const data = new DataTransfer();
        data.items.add(new File([content], 'dropped.yaml'));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      }, dropped);
      await button('Lab: Dropped').waitFor();
      await expect.poll(() => page.getByTestId('status-D').textContent(), PATIENCE).toMatch(/^Up/);
      await undo(/^Undo: lab → The users path$/);
      await button('Lab: The users path').waitFor();
    });

    step('a lab that comes with Evenkeel, with what to look at', async () => {
      await button('Lab: The users path').click();
      const labs = page.getByRole('list', { name: 'Labs that come with Evenkeel' });
      await labs.getByRole('listitem').nth(6).waitFor();
      await labs.getByRole('button', { name: /^Slow server/ }).click();
      await button('Lab: Slow server').waitFor();
      await page
        .getByRole('status')
        .filter({ hasText: /^D is four times as slow/ })
        .waitFor();
      await expect.poll(() => page.getByTestId('status-D').textContent(), PATIENCE).toMatch(/^Up/);
      await holds((state) => state.lab.name, 'Slow server');
    });

    step('keys, and switching them off in the help', async () => {
      const projected = page.locator(':root[data-projector]');
      await page.locator('body').press('?');
      const help = popup('Help');
      for (const key of ['Space', 'M', 'P', 'Ctrl Z']) await help.getByText(key, { exact: true }).first().waitFor();
      const keys = help.getByRole('switch', { name: 'Single-letter keys' });
      await keys.press(' ');
      await page.keyboard.press('Escape');
      await page.locator('body').press('p');
      await page.locator('body').press('m');
      expect(await projected.count()).toBe(0);
      expect(await page.getByRole('dialog').count()).toBe(0);
      await button('Help').press('Enter');
      await keys.press(' ');
      await page.keyboard.press('Escape');
      await page.locator('body').press('p');
      await projected.waitFor();
      await page.locator('body').press('p');
      await projected.waitFor({ state: 'detached' });
    });

    step('has given the browser nothing to complain about', async () => {
      expect(lab.problems.all).toEqual([]);
    });
  });
}
