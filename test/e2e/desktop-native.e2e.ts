import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type ElectronApplication, _electron as electron } from 'playwright-core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabFile, writeLabFile } from '../support/e2e-lab.ts';
import { findElectron, type TestElectron } from '../support/electron-runtime.ts';
import { type Display, openDisplay } from '../support/xvfb.ts';

const PATIENCE = { timeout: 20_000, interval: 100 };

const runtime = await findElectron();
const display = await openDisplay();
if ('skipped' in runtime || 'skipped' in display) {
  const skipped = 'skipped' in runtime ? runtime.skipped : 'skipped' in display ? display.skipped : '';
  describe.skip(`the desktop feels native: ${skipped}`, () => it('does', () => {}));
} else {
  afterAll(() => display.stop());
  describeNative(runtime, display);
}

function describeNative({ executablePath, args }: TestElectron, { name: DISPLAY }: Display): void {
  let config: string;
  let lab: LabFile;
  const running: ElectronApplication[] = [];
  beforeEach(async () => {
    config = mkdtempSync(join(tmpdir(), 'evenkeel-native-'));
    lab = await writeLabFile();
  });
  afterEach(async () => {
    for (const app of running.splice(0)) await app.close();
    rmSync(config, { recursive: true, force: true, maxRetries: 5 });
    lab.remove();
  });

  const launch = async (labFile: string): Promise<ElectronApplication> => {
    const env = { ...process.env, DISPLAY, EVENKEEL_CONFIG_DIR: config } as Record<string, string>;
    const app = await electron.launch({ executablePath, args: [...args, '.', labFile], env });
    running.push(app);
    const page = await app.firstWindow();
    await page.getByTestId('clock-badge').waitFor();
    return app;
  };
  const quit = async (app: ElectronApplication): Promise<void> => {
    running.splice(running.indexOf(app), 1);
    await app.close();
  };
  /** What a path of labels leads to, as shown now. */
  const menuItem = (app: ElectronApplication, ...path: string[]) =>
    app.evaluate(({ Menu }, labels) => {
      let items = Menu.getApplicationMenu()?.items ?? [];
      for (const [depth, label] of labels.entries()) {
        const item = items.find((one) => one.label === label);
        if (!item) return undefined;
        if (depth === labels.length - 1) {
          const { checked, enabled, submenu } = item;
          return { checked, enabled, items: submenu?.items.map((one) => one.label) ?? [] };
        }
        items = item.submenu?.items ?? [];
      }
      return undefined;
    }, path);
  const clickMenu = (app: ElectronApplication, ...path: string[]): Promise<void> =>
    app.evaluate(({ Menu }, labels) => {
      let items = Menu.getApplicationMenu()?.items ?? [];
      for (const label of labels.slice(0, -1)) items = items.find((one) => one.label === label)?.submenu?.items ?? [];
      const item = items.find((one) => one.label === labels.at(-1));
      if (!item) throw new Error(`There is no ${labels.join(' > ')}.`);
      item.click();
    }, path);
  const labName = async (app: ElectronApplication): Promise<string | null> =>
    (await app.firstWindow()).getByRole('button', { name: /^Lab: / }).getAttribute('aria-label');
  /** Answers every dialog at once, and keeps what it said. */
  const answerDialogs = (app: ElectronApplication, file?: string): Promise<void> =>
    app.evaluate(({ dialog }, path) => {
      const seen: unknown[] = [];
      Object.assign(globalThis, { seen });
      const answer = { response: 0, canceled: path === undefined, filePath: path, filePaths: path ? [path] : [] };
      for (const name of ['showMessageBox', 'showOpenDialog', 'showSaveDialog'] as const) {
        const ask = async (_window: unknown, options: unknown) => {
          seen.push(options);
          return answer;
        };
        Object.assign(dialog, { [name]: ask });
      }
    }, file);
  const dialogs = (app: ElectronApplication): Promise<{ readonly message?: string; readonly detail?: string }[]> =>
    app.evaluate(() => (globalThis as unknown as { seen: { message?: string }[] }).seen);

  describe('the desktop feels native', () => {
    it('opens its window where and as large as it was', async () => {
      const first = await launch(lab.path);
      const area = { x: 111, y: 77, width: 1000, height: 640 };
      await first.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), area);
      await quit(first);
      expect(JSON.parse(readFileSync(join(config, 'desktop.json'), 'utf8')).window).toMatchObject(area);
      const second = await launch(lab.path);
      const bounds = () => second.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
      await expect.poll(bounds, PATIENCE).toEqual(area);
    });

    it('opens labs from the menu, remembers them, and says what is wrong with one that is none', async () => {
      const app = await launch(lab.path);
      await expect
        .poll(() => menuItem(app, '&File', 'Open Recent'), PATIENCE)
        .toMatchObject({ items: [basename(lab.path), '', 'Clear Menu'] });
      const other = await writeLabFile();
      writeFileSync(other.path, readFileSync(other.path, 'utf8').replace('The users path', 'Another one'));
      await answerDialogs(app, other.path);
      await clickMenu(app, '&File', 'Open Lab…');
      await expect.poll(() => labName(app), PATIENCE).toBe('Lab: Another one');
      const title = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());
      await expect.poll(title, PATIENCE).toBe('Another one – Evenkeel');
      await expect
        .poll(async () => (await menuItem(app, '&File', 'Open Recent'))?.items.slice(0, 2), PATIENCE)
        .toEqual([other.path, lab.path].map((path) => expect.stringContaining(basename(path))));

      const wrong = join(config, 'wrong.yaml');
      writeFileSync(wrong, 'evenkeel: 1\nstrategy: nope\norigins: 3\n');
      await answerDialogs(app, wrong);
      await clickMenu(app, '&File', 'Open Lab…');
      await expect.poll(async () => (await dialogs(app)).length, PATIENCE).toBe(2);
      const [, problem] = await dialogs(app);
      expect(problem?.message).toBe('wrong.yaml cannot be opened');
      expect(problem?.detail).toMatch(/wrong\.yaml, line 2, column 11: .*\n.*line 3/);
      expect(await labName(app)).toBe('Lab: Another one');
      other.remove();
    });

    it('saves the lab that runs as a file that can be opened', async () => {
      const app = await launch(lab.path);
      const copy = join(config, 'copy.evenkeel.yaml');
      await answerDialogs(app, copy);
      await clickMenu(app, '&File', 'Save Lab As…');
      await expect
        .poll(async () => (await menuItem(app, '&File', 'Open Recent'))?.items[0], PATIENCE)
        .toBe('copy.evenkeel.yaml');
      expect(readFileSync(copy, 'utf8')).toContain('The users path');
      expect(await dialogs(app)).toEqual([expect.objectContaining({ defaultPath: 'the-users-path.evenkeel.yaml' })]);
    });

    it('has one theme, in its menu, its page and the system’s parts, and keeps it', async () => {
      const first = await launch(lab.path);
      const theme = async (app: ElectronApplication) => [
        await (await app.firstWindow()).locator('html').getAttribute('data-theme'),
        await app.evaluate(({ nativeTheme }) => nativeTheme.themeSource),
      ];
      await clickMenu(first, '&View', 'Theme', 'Light');
      await expect.poll(() => theme(first), PATIENCE).toEqual(['light', 'light']);
      await clickMenu(first, '&View', 'Theme', 'Dark');
      await expect.poll(() => theme(first), PATIENCE).toEqual(['dark', 'dark']);
      await (await first.firstWindow()).keyboard.press('p');
      await expect.poll(() => menuItem(first, '&View', 'Projector'), PATIENCE).toMatchObject({ checked: true });
      await quit(first);
      const second = await launch(lab.path);
      await expect.poll(() => theme(second), PATIENCE).toEqual(['dark', 'dark']);
      await expect.poll(() => menuItem(second, '&View', 'Projector'), PATIENCE).toMatchObject({ checked: true });
    });

    it('says which versions it is made of', async () => {
      const app = await launch(lab.path);
      await answerDialogs(app);
      await clickMenu(app, 'Help', 'About Evenkeel');
      const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
      await expect
        .poll(async () => (await dialogs(app))[0], PATIENCE)
        .toMatchObject({
          message: `Evenkeel ${version}`,
          detail: expect.stringMatching(/Electron \d.*\nChromium \d.*\nNode \d/),
        });
    });
  });
}
