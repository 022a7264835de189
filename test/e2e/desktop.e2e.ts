import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron as electron } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { findElectron, type TestElectron } from '../support/electron-runtime.ts';
import type { OpenLab } from '../support/open-lab.ts';
import { PageProblems } from '../support/page-problems.ts';
import { type Display, openDisplay } from '../support/xvfb.ts';
import { describeUsersChanges } from './users-changes.ts';
import { describeUsersPath, type HostDriver } from './users-path.ts';
import { describeUsersTrouble } from './users-trouble.ts';

/** ms for Electron to end after its window has been closed. */
const PATIENCE = 15_000;

async function open(runtime: TestElectron, display: Display, labFile: string): Promise<OpenLab> {
  const profile = mkdtempSync(join(tmpdir(), 'evenkeel-desktop-'));
  const app = await electron.launch({
    executablePath: runtime.executablePath,
    args: [...runtime.args, `--user-data-dir=${profile}`, '.', labFile],
    env: { ...process.env, DISPLAY: display.name } as Record<string, string>,
  });
  const main = app.process();
  const exited = once(main, 'exit');
  const problems = new PageProblems();
  await problems.watch(app.context());
  const page = await app.firstWindow();
  console.log(`The desktop host on Electron ${runtime.version}, ${runtime.source}.`);
  return {
    page,
    problems,
    pid: main.pid ?? 0,
    async saved(name, press) {
      const target = join(profile, name);
      // A person would be asked where to.
      await app.evaluate(
        ({ session }, path) =>
          session.defaultSession.once('will-download', (_, item) => {
            if (path.endsWith(item.getFilename())) item.setSavePath(path);
          }),
        target,
      );
      await press();
      await expect.poll(() => readFile(target, 'utf8').catch(() => ''), { timeout: PATIENCE }).not.toBe('');
      return readFile(target, 'utf8');
    },
    async stop() {
      if (main.exitCode !== null || main.signalCode !== null) return;
      const late = setTimeout(() => main.kill('SIGKILL'), PATIENCE);
      await app.close();
      await exited;
      clearTimeout(late);
    },
    async dispose() {
      main.kill('SIGKILL'); // only when a test could not stop it
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const runtime = await findElectron();
const display = await openDisplay();
const skipped = 'skipped' in runtime ? runtime.skipped : 'skipped' in display ? display.skipped : undefined;
if (skipped !== undefined || 'skipped' in runtime || 'skipped' in display) {
  describe.skip(`the user's path on the desktop: ${skipped}`, () => it('is walked', () => {}));
} else {
  afterAll(() => display.stop());
  const desktop: HostDriver = { name: 'the desktop', open: (labFile) => open(runtime, display, labFile) };
  describeUsersPath(desktop);
  describeUsersChanges(desktop);
  describeUsersTrouble(desktop);
}
