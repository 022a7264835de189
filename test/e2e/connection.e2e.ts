import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabState } from '../../src/protocol/state.ts';
import { readyUrl } from '../support/browser-host.ts';
import { type Browser, findChromium, launchChromium } from '../support/chromium.ts';
import { type LabFile, writeLabFile } from '../support/e2e-lab.ts';
import { pauseTraffic } from '../support/pause.ts';
import { freePort } from '../support/ports.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };
const TOKEN = 'the-same-token-again';

const found = findChromium();
if ('missing' in found) {
  describe.skip(`a page without its lab: ${found.missing}`, () => it('waits', () => {}));
} else {
  describe('a page without its lab', () => {
    let file: LabFile;
    let port = 0;
    let browser: Browser;
    let host: ChildProcess;
    let page: Page;
    let socket: WebSocketRoute | undefined;

    const startHost = async (): Promise<string> => {
      const args = ['scripts/evenkeel.mjs', 'serve', file.path, '--control', `127.0.0.1:${port}`, '--token', TOKEN];
      host = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      return readyUrl(host);
    };
    const lost = () => page.getByRole('status').filter({ hasText: /^The connection to the lab was lost/ });
    const status = (origin: string) => page.getByTestId(`status-${origin}`).textContent();
    const state = (): Promise<LabState> =>
      page.evaluate(async () => (await (await fetch('/api/lab')).json()) as LabState);
    const rate = async (): Promise<number> => Number(await page.getByTestId('rate').textContent());
    const share = async (origin: string): Promise<number> =>
      Number.parseFloat((await page.getByTestId(`share-${origin}`).textContent()) ?? '');
    /** Its rows, newest first. */
    const logged = async (): Promise<string[]> => {
      const cells = page.getByRole('table', { name: 'Last requests' }).getByRole('row');
      return (await cells.allTextContents()).slice(1);
    };

    beforeAll(async () => {
      file = await writeLabFile();
      port = await freePort();
      browser = await launchChromium();
      page = browser.context.pages()[0] ?? (await browser.context.newPage());
      page.setDefaultTimeout(PATIENCE.timeout);
      await page.routeWebSocket(/\/ws$/, (route) => {
        socket = route;
        route.connectToServer();
      });
      await page.goto(await startHost());
    });
    afterAll(async () => {
      host?.kill('SIGKILL');
      await browser?.close();
      file?.remove();
    });

    it('whose socket drops alone is back at once, and lists nothing twice', async () => {
      for (const origin of 'ABCD') await expect.poll(() => status(origin), PATIENCE).toMatch(/^Up/);
      const before = (await state()).startedAt;
      await pauseTraffic(page, PATIENCE);
      await fetch(`http://127.0.0.1:${file.proxyPort}/only-once`);
      await expect.poll(async () => (await logged())[0], PATIENCE).toContain('/only-once');
      const dropped = socket;
      await dropped?.close({ code: 1001 });
      await expect.poll(() => socket !== dropped, PATIENCE).toBe(true);
      await lost().waitFor({ state: 'detached' });
      await fetch(`http://127.0.0.1:${file.proxyPort}/afterwards`);
      await expect.poll(async () => (await logged())[0], PATIENCE).toContain('/afterwards');
      expect((await logged()).filter((row) => row.includes('/only-once'))).toHaveLength(1);
      expect((await state()).startedAt).toBe(before);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
    });

    it('whose host falls silent without closing says so, and is back when it wakes', async () => {
      const before = (await state()).startedAt;
      host.kill('SIGSTOP');
      try {
        await lost().waitFor();
        expect(await status('A')).toMatch(/^Up/);
      } finally {
        host.kill('SIGCONT');
      }
      await lost().waitFor({ state: 'detached' });
      await expect.poll(rate, PATIENCE).toBeGreaterThan(30);
      expect((await state()).startedAt).toBe(before);
    });

    it('whose host is killed says so once, stays readable, and shows the next host’s figures', async () => {
      const before = (await state()).startedAt;
      await expect.poll(rate, PATIENCE).toBeGreaterThan(30);
      host.kill('SIGKILL');
      await once(host, 'exit');
      await lost().waitFor();
      expect(await lost().textContent()).toMatch(
        /at \d\d:\d\d:\d\d, and what you see is from then; it comes back by itself/,
      );
      expect(await lost().count()).toBe(1);
      expect(await rate()).toBeGreaterThan(30);
      expect(await status('A')).toMatch(/^Up/);
      expect((await logged()).length).toBeGreaterThan(10);

      await expect.poll(() => startHost(), PATIENCE).toContain(`:${port}/`);
      await lost().waitFor({ state: 'detached' });
      expect((await state()).startedAt).not.toBe(before);
      for (const origin of 'ABCD') await expect.poll(() => status(origin), PATIENCE).toMatch(/^Up/);
      await expect.poll(rate, PATIENCE).toBeGreaterThan(30);
      expect(await rate()).toBeLessThan(120);
      for (const origin of 'ABCD') {
        await expect.poll(async () => Math.abs((await share(origin)) - 25), PATIENCE).toBeLessThanOrEqual(5);
      }
      // Nothing of the lab that is gone.
      expect((await logged()).filter((row) => row.includes('/afterwards'))).toEqual([]);
    });

    it('hidden for a while asks for nothing, and is right at once when it is seen again', async () => {
      const hide = (hidden: boolean): Promise<void> =>
        page.evaluate(
          (value) => {
            Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value });
            document.dispatchEvent(new Event('visibilitychange'));
          },
          hidden ? 'hidden' : 'visible',
        );
      await hide(true);
      // What was on its way when it was hidden may still come, on a busy machine seconds later.
      let asleep = await logged();
      const quiet = async (): Promise<boolean> => {
        const before = asleep;
        await page.waitForTimeout(3000);
        asleep = await logged();
        return asleep.join() === before.join();
      };
      await expect.poll(quiet, PATIENCE).toBe(true);
      await page.waitForTimeout(5000);
      expect(await logged()).toEqual(asleep);
      await hide(false);
      await expect.poll(logged, PATIENCE).not.toEqual(asleep);
      await expect.poll(rate, PATIENCE).toBeGreaterThan(30);
      expect(await rate()).toBeLessThan(120);
      await expect.poll(async () => Math.abs((await share('A')) - 25), PATIENCE).toBeLessThanOrEqual(5);
      // About a hundred are on their way at any time, more where answers are slow; those of all the time it was hidden would be 300.
      const dots = async (): Promise<number> => Number(await page.locator('canvas').first().getAttribute('data-dots'));
      await expect.poll(dots, PATIENCE).toBeGreaterThan(0);
      expect(await dots()).toBeLessThan(280);
    });
  });
}
