import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabFile, writeLabFile } from '../support/e2e-lab.ts';
import { stepsOf } from '../support/e2e-steps.ts';
import type { OpenLab } from '../support/open-lab.ts';
import { pauseTraffic } from '../support/pause.ts';
import { alive, descendantsOf } from '../support/process-tree.ts';

export interface HostDriver {
  readonly name: string;
  open(labFile: string): Promise<OpenLab>;
}

const PATIENCE = { timeout: 45_000, interval: 100 };

/** What a user does in the first minutes, the same in every host. */
export function describeUsersPath({ name, open }: HostDriver): void {
  describe(`the user's path in ${name}`, () => {
    let file: LabFile;
    let lab: OpenLab;
    let page: Page;

    const card = (origin: string): Locator => page.getByRole('group', { name: `Origin ${origin}`, exact: true });
    const press = (button: string): Promise<void> => page.getByRole('button', { name: button, exact: true }).click();
    const status = async (origin: string): Promise<string> =>
      (await page.getByTestId(`status-${origin}`).textContent()) ?? '';
    const share = async (origin: string): Promise<number> => {
      const text = (await page.getByTestId(`share-${origin}`).textContent()) ?? '';
      return Number.parseFloat(text.replace(',', '.'));
    };
    const shares = (origins: string): Promise<number[]> => Promise.all([...origins].map(share));
    const requests = (): Locator => page.getByRole('table', { name: 'Last requests' }).getByRole('row');
    const strategy = (): Locator => page.getByRole('combobox', { name: 'Strategy' });
    const events = (): Locator => page.getByRole('list', { name: 'Events, newest first' });

    beforeAll(async () => {
      file = await writeLabFile();
      const started = Date.now();
      lab = await open(file.path);
      page = lab.page;
      page.setDefaultTimeout(PATIENCE.timeout);
      const canvas = page.locator('canvas[data-first-dot]');
      await canvas.waitFor({ state: 'attached', timeout: 60_000 }).catch((error: Error) => {
        throw new Error(`No dot was seen. The page complained: ${lab.problems.all.join('; ') || 'no'}`, {
          cause: error,
        });
      });
      const firstDot = Number(await canvas.getAttribute('data-first-dot'));
      console.log(
        `${name}: first dot ${Math.round(firstDot)} ms after the page began to load (target 2000), ` +
          `${Date.now() - started} ms after the lab was asked for`,
      );
    });

    afterAll(async () => {
      await lab?.stop();
      await lab?.dispose();
      file?.remove();
    });

    const step = stepsOf(name, () => page);

    step('shows four origins that are up and share the requests evenly', async () => {
      for (const origin of 'ABCD') await expect.poll(() => status(origin), PATIENCE).toMatch(/^Up/);
      await expect.poll(async () => Number(await page.getByTestId('rate').textContent()), PATIENCE).toBeGreaterThan(30);
      for (const origin of 'ABCD') {
        await expect.poll(async () => Math.abs((await share(origin)) - 25), PATIENCE).toBeLessThanOrEqual(5);
      }
      expect(await page.locator('canvas').first().getAttribute('data-dots')).toMatch(/^\d+$/);
    });

    step('switches the strategy without losing anything', async () => {
      await strategy().click();
      await page.getByRole('option', { name: /^Least connections/ }).click();
      await expect.poll(() => strategy().textContent(), PATIENCE).toContain('Least connections');
      await expect.poll(() => events().textContent(), PATIENCE).toMatch(/least connections/i);
      expect(await requests().count()).toBeGreaterThan(10);
    });

    step('kills B: it leaves, and the others take its share', async () => {
      await press('Kill B');
      await expect.poll(() => status('B'), PATIENCE).toMatch(/^(Down|Ejected)/);
      await page.getByRole('button', { name: 'Restart B', exact: true }).waitFor();
      await expect.poll(() => share('B'), PATIENCE).toBe(0);
      await expect.poll(async () => Math.min(...(await shares('ACD'))), PATIENCE).toBeGreaterThan(25);
    });

    step('restarts B: it comes back and gets its share again', async () => {
      await press('Restart B');
      await expect.poll(() => status('B'), PATIENCE).toMatch(/^Up/);
      await page.getByRole('button', { name: 'Kill B', exact: true }).waitFor();
      await expect.poll(() => share('B'), PATIENCE).toBeGreaterThan(15);
    });

    step('adds an origin, which gets requests, and removes it', async () => {
      await press('Add origin');
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      await card('E').waitFor();
      await expect.poll(() => status('E'), PATIENCE).toMatch(/^Up/);
      await expect.poll(() => share('E'), PATIENCE).toBeGreaterThan(0);

      await press('More for E');
      await page.getByRole('menuitem', { name: 'Remove', exact: true }).click();
      await card('E').waitFor({ state: 'detached' });
    });

    step('pauses and shows requests that somebody sent with curl, and no others', async () => {
      await pauseTraffic(page, PATIENCE);
      const answers = file.originPorts.map((port) => `origin server response :${port}`);
      for (const path of ['/from-curl-1', '/from-curl-2']) {
        const response = await fetch(`http://127.0.0.1:${file.proxyPort}${path}`);
        expect(response.status).toBe(200);
        expect(answers).toContain((await response.text()).trim());
        await expect.poll(() => requests().nth(1).textContent(), PATIENCE).toContain(`GET ${path}`);
      }
      expect(await requests().nth(2).textContent()).toContain('GET /from-curl-1');
    });

    step('runs on', async () => {
      await press('Run');
      await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
      await expect.poll(() => requests().nth(1).textContent(), PATIENCE).not.toContain('from-curl');
    });

    step('loses nothing when the page is reloaded', async () => {
      const happened = (await events().getByRole('listitem').count()) > 0;
      await page.reload();
      for (const origin of 'ABCD') await expect.poll(() => status(origin), PATIENCE).toMatch(/^Up/);
      expect(await card('E').count()).toBe(0);
      expect(await strategy().textContent()).toContain('Least connections');
      expect(happened).toBe(true);
      await expect.poll(() => events().textContent(), PATIENCE).toMatch(/least connections/i);
      await expect.poll(() => requests().count(), PATIENCE).toBeGreaterThan(10);
      await page.locator('canvas[data-first-dot]').waitFor({ state: 'attached' });
      for (const origin of 'ABCD') await expect.poll(() => share(origin), PATIENCE).toBeGreaterThan(10);
    });

    step('has given the browser nothing to complain about', async () => {
      expect(lab.problems.all).toEqual([]);
    });

    it('leaves no process and no port behind', async () => {
      const below = descendantsOf(lab.pid);
      expect(below.length).toBeGreaterThanOrEqual(4);
      await lab.stop();
      await expect.poll(() => alive([lab.pid, ...below]), PATIENCE).toEqual([]);
      for (const port of [file.proxyPort, ...file.originPorts]) {
        await expect(fetch(`http://127.0.0.1:${port}/`), `port ${port}`).rejects.toThrow();
      }
    });
  });

  describe(`a lab in ${name} that is killed`, () => {
    it('takes its origins along, however suddenly', async () => {
      const file = await writeLabFile();
      const lab = await open(file.path);
      try {
        await lab.page.locator('canvas[data-first-dot]').waitFor({ state: 'attached', timeout: 40_000 });
        const below = descendantsOf(lab.pid);
        expect(below.length).toBeGreaterThanOrEqual(4);
        process.kill(lab.pid, 'SIGKILL');
        await expect.poll(() => alive([lab.pid, ...below]), PATIENCE).toEqual([]);
      } finally {
        await lab.dispose();
        file.remove();
      }
    });
  });
}
