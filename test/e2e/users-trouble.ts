import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type LabFile, writeLabFile } from '../support/e2e-lab.ts';
import { stepsOf } from '../support/e2e-steps.ts';
import type { OpenLab } from '../support/open-lab.ts';
import { pauseTraffic } from '../support/pause.ts';
import type { HostDriver } from './users-path.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };

/** What goes wrong and what the page says of it, and what somebody takes home from the log, the same in every host. */
export function describeUsersTrouble({ name, open }: HostDriver): void {
  describe(`what a user meets and takes home in ${name}`, () => {
    let file: LabFile;
    let lab: OpenLab;
    let page: Page;
    let squatter: Server;

    const button = (label: string): Locator => page.getByRole('button', { name: label, exact: true });
    const status = (origin: string): Locator => page.getByTestId(`status-${origin}`);
    const card = (origin: string): Locator => page.getByRole('group', { name: `Origin ${origin}`, exact: true });
    const log = (): Locator => page.getByTestId('request-log');
    const filter = (): Locator => log().getByRole('combobox', { name: 'Filter' });
    const rows = (): Locator => log().getByRole('grid').getByRole('row');
    /** How many requests the filter lets through. */
    const shown = async (): Promise<number> =>
      Number(
        (
          (await log()
            .getByText(/^[\d,]+ shown/)
            .textContent()) ?? ''
        )
          .replace(/ .*$/, '')
          .replaceAll(',', ''),
      );
    const request = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${file.proxyPort}${path}`);

    beforeAll(async () => {
      file = await writeLabFile();
      squatter = await squat(file.originPorts[2] ?? 0);
      lab = await open(file.path);
      page = lab.page;
      page.setDefaultTimeout(PATIENCE.timeout);
      await status('D').filter({ hasText: /^Up/ }).waitFor();
    });
    afterAll(async () => {
      await lab?.stop();
      await lab?.dispose();
      squatter?.close();
      file?.remove();
    });
    const step = stepsOf(name, () => page);

    step('an origin whose port was taken before the lab began has another one, and that is said', async () => {
      const port = file.originPorts[2];
      await page
        .getByRole('status')
        .filter({ hasText: new RegExp(`^Port ${port} is in use by another program, so C listens on port \\d+\\.`) })
        .waitFor();
      await button('Dismiss').click();
      await status('C').filter({ hasText: /^Up/ }).waitFor();
    });

    step('an origin whose process somebody else ended: how, on its card', async () => {
      if (!lab.state) return; // only the web host tells of processes
      const { origins } = await lab.state();
      process.kill(origins.find(({ name }) => name === 'D')?.process?.pid ?? 0, 'SIGKILL');
      await card('D')
        .getByText(/^Process killed \(SIGKILL\)/)
        .filter({ visible: true })
        .first()
        .waitFor();
      await button('Restart D').click();
      await status('D').filter({ hasText: /^Up/ }).waitFor();
    });

    step('an origin whose port another program took: why, and what to do', async () => {
      const port = file.originPorts[1] ?? 0;
      const sentence = `B cannot listen on port ${port}: another program does. End that program and restart B`;
      await button('Kill B').click();
      await button('Restart B').waitFor();
      squatter = await squat(port);
      try {
        await button('Restart B').click();
        await page.getByRole('status').filter({ hasText: sentence }).waitFor();
        await card('B').getByText(`B cannot listen on port ${port}`).filter({ visible: true }).first().waitFor();
      } finally {
        await new Promise((closed) => squatter.close(closed));
      }
      await button('Restart B').click();
      await status('B').filter({ hasText: /^Up/ }).waitFor();
    });

    step('a dropped lab with mistakes: each with its place, and the lab runs on', async () => {
      await page.evaluate(() => {
        const data = new DataTransfer();
        data.items.add(new File(['evenkeel: 1\nstrategy: wizard\norigins:\n  - { name: A, port: x }\n'], 'bad.yaml'));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      });
      const refused = page.getByRole('dialog', { name: 'bad.yaml cannot be opened' });
      await refused.getByText(/^Line 2, column 11/).waitFor();
      await refused.getByText(/^Line 4, column 22/).waitFor();
      await page.keyboard.press('Escape');
      await refused.waitFor({ state: 'detached' });
      await button('Lab: The users path').waitFor();
      // Among others its row would be gone within a fifth of a second.
      await pauseTraffic(page, PATIENCE);
      expect((await request('/still-there')).status).toBe(200);
      const last = page.getByRole('table', { name: 'Last requests' }).getByText('GET /still-there');
      await last.waitFor();
      await button('Run').click();
      await button('Pause').waitFor();
    });

    step('a filter that means nothing: said, with its place, and the list stays', async () => {
      await page.locator('body').press('l');
      await expect.poll(shown, PATIENCE).toBeGreaterThan(20);
      const all = await shown();
      await filter().fill('origin=A');
      const filtered = async () => (await shown()) < all && (await shown()) > 5;
      await expect.poll(filtered, PATIENCE).toBe(true);
      await button('Pause log').click();
      const before = await shown();
      await filter().fill('origin=A wizard>>7');
      const problem = log()
        .getByRole('status')
        .filter({ hasText: /Character \d+\./ });
      await problem.waitFor();
      expect(await filter().getAttribute('aria-invalid')).toBe('true');
      expect(await problem.textContent()).toMatch(/wizard/);
      // What came until the pause may still be counted in; nothing goes away.
      expect(await shown()).toBeGreaterThanOrEqual(before);
      expect(await rows().count()).toBeGreaterThan(3);
      await button('Follow').click();
    });

    step('the log as CSV and as HAR: what the filter shows, row by row', async () => {
      await button('Pause').click();
      for (const path of ['/export-1?a=1,2', '/export-2', '/export-3']) await request(path);
      await filter().fill('path~/export');
      await expect.poll(shown, PATIENCE).toBe(3);
      const take = (kind: RegExp, as: string): Promise<string> =>
        lab.saved(as, async () => {
          await log().getByRole('button', { name: 'Export' }).click();
          await page.getByRole('menuitem', { name: kind }).click();
        });
      const [head, ...lines] = (await take(/^CSV/, 'evenkeel-requests.csv')).trim().split('\r\n');
      expect(head).toMatch(/^request,time,method,path,client,origin,status,total_ms,/);
      expect(lines.map((line) => /,GET,("[^"]*"|[^,]*),/.exec(line)?.[1])).toEqual([
        '"/export-1?a=1,2"',
        '/export-2',
        '/export-3',
      ]);
      const har = JSON.parse(await take(/^HAR/, 'evenkeel-requests.har')) as {
        log: {
          version: string;
          entries: { request: { url: string }; response: { status: number }; _request: number }[];
        };
      };
      expect(har.log.version).toBe('1.2');
      expect(har.log.entries.map(({ request: { url }, response }) => [new URL(url).pathname, response.status])).toEqual(
        [
          ['/export-1', 200],
          ['/export-2', 200],
          ['/export-3', 200],
        ],
      );
      expect(har.log.entries.map(({ _request }) => String(_request))).toEqual(lines.map((line) => line.split(',')[0]));
    });

    step('a request as a curl command', async () => {
      await rows().last().click();
      await log().getByRole('button', { name: /curl/i }).click();
      await page
        .getByText(/on the clipboard/)
        .first()
        .waitFor();
      await filter().fill('');
      await filter().press('ControlOrMeta+v');
      expect(await filter().inputValue()).toMatch(/^curl .*http:\/\/127\.0\.0\.1:\d+\/export-3'/);
    });

    step('a hundred origins as tiles: how each is, and its details a press away', async () => {
      const servers = Array.from({ length: 99 }, () => createHttpServer((_, response) => response.end('ok\n')));
      try {
        await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
        const ports = [...servers.map((server) => (server.address() as AddressInfo).port), file.originPorts[0]];
        const origins = ports.map((port, index) => `  - { name: T${index + 1}, url: "http://127.0.0.1:${port}/" }`);
        const text = [
          'evenkeel: 1',
          'name: Hundred',
          `listen: 127.0.0.1:${file.proxyPort}`,
          'origins:',
          ...origins,
          'traffic: { open: { rate: 100/s } }',
          'health: { active: { every: 1s } }',
        ];
        await page.evaluate(
          (content) => {
            const data = new DataTransfer();
            data.items.add(new File([content], 'hundred.yaml'));
            document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
          },
          `${text.join('\n')}\n`,
        );
        await button('Lab: Hundred').waitFor();
        const tiles = page.getByRole('button', { name: /^T\d+: .* in flight\. Details$/ });
        await expect.poll(() => tiles.count(), PATIENCE).toBe(100);
        await page.getByRole('button', { name: /^T99: Up, / }).waitFor();
        await page.getByRole('button', { name: /^T100: Down, / }).waitFor();
        await tiles.nth(1).press('Enter');
        await page.getByRole('complementary', { name: 'Origin T2 in detail' }).waitFor();
        await page.keyboard.press('Escape');
      } finally {
        for (const server of servers) {
          server.closeAllConnections();
          server.close();
        }
      }
    });

    step('has given the browser nothing to complain about', async () => {
      expect(lab.problems.all).toEqual([]);
    });
  });
}

/** Listens where an origin wants to; whoever calls there is sent away. */
async function squat(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
