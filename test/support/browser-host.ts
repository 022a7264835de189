import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll } from 'vitest';
import type { LabState } from '../../src/protocol/state.ts';
import { launchChromium } from './chromium.ts';
import { type LabFile, writeLabFile } from './e2e-lab.ts';
import type { OpenLab } from './open-lab.ts';
import { PageProblems } from './page-problems.ts';
import { freePort } from './ports.ts';

/** ms for the host to say that it is ready. */
const PATIENCE = 30_000;

/** The control URL the host prints; fails with all it said when it ends first. */
export async function readyUrl(host: ChildProcess): Promise<string> {
  const said: string[] = [];
  host.stderr?.on('data', (data) => said.push(String(data)));
  const ended = once(host, 'exit').then(([code]) => {
    throw new Error(`The host ended with ${code}: ${said.join('')}`);
  });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`The host was not ready in ${PATIENCE} ms: ${said.join('')}`)), PATIENCE).unref();
  });
  const ready = (async () => {
    if (!host.stdout) throw new Error('no output to read');
    for await (const line of createInterface({ input: host.stdout })) {
      said.push(line);
      const url = /^ready: proxy \S+ control (\S+)$/.exec(line)?.[1];
      if (url) return url;
    }
    return new Promise<never>(() => {}); // `ended` says why
  })();
  const url = await Promise.race([ready, ended, late]);
  ended.catch(() => {}); // it is meant to end, later
  host.stdout?.resume();
  return url;
}

/** The built host and a fresh Chromium that shows its page. */
export async function openInBrowser(labFile: string): Promise<OpenLab> {
  const port = await freePort();
  const args = ['scripts/evenkeel.mjs', labFile, '--browser', '--no-open', '--control', `127.0.0.1:${port}`];
  const host = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(host, 'exit');
  const browser = await launchChromium();
  try {
    const url = await readyUrl(host);
    const problems = new PageProblems();
    await problems.watch(browser.context);
    const page = browser.context.pages()[0] ?? (await browser.context.newPage());
    await page.goto(url);
    console.log(`The browser host on Chromium ${browser.version}.`);
    return {
      page,
      problems,
      pid: host.pid ?? 0,
      // The page's own cookie lets it ask.
      state: () => page.evaluate(async () => (await (await fetch('/api/lab')).json()) as LabState),
      async saved(name, press) {
        const [download] = await Promise.all([page.waitForEvent('download'), press()]);
        if (download.suggestedFilename() !== name) throw new Error(`saved as ${download.suggestedFilename()}`);
        return readFile(await download.path(), 'utf8');
      },
      async stop() {
        if (host.exitCode === null && host.signalCode === null) host.kill('SIGINT');
        await exited;
      },
      async dispose() {
        host.kill('SIGKILL'); // only when a test could not stop it
        await browser.close();
      },
    };
  } catch (error) {
    host.kill('SIGKILL');
    await browser.close();
    throw error;
  }
}

/** A lab in the browser for all tests of a file; what of it is asked for is there once they run. */
export function labInBrowser(): Pick<OpenLab, 'page' | 'problems' | 'state'> {
  let file: LabFile | undefined;
  let lab: OpenLab | undefined;
  const open = (): OpenLab => {
    if (!lab) throw new Error('The lab is not open yet.');
    return lab;
  };
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
  return {
    get page() {
      return open().page;
    },
    get problems() {
      return open().problems;
    },
    state: async () => (await open().state?.()) as LabState,
  };
}
