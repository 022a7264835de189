import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { app, type BrowserWindow } from 'electron';
import { Lab, type LabPorts } from '../src/host/lab.ts';
import { readLabText } from '../src/protocol/lab-file.ts';
import { openDoor } from './ipc-door.ts';
import { sentenceOf } from './say.ts';
import { createWindow, type WindowOptions } from './window.ts';

const REQUESTS = 50;
const LAB = `evenkeel: 1
name: Smoke test
origins: [{ count: 3, service: { time: { constant: 1ms } } }]
traffic: off
`;
/** The whole of it; a machine that is slower than this is stuck. */
const WITHIN_MS = 90_000;
const PAGE_WITHIN_MS = 30_000;
const GONE_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 100;

/** What `--smoke` prints, as one line of JSON. */
export interface SmokeVerdict {
  readonly smoke: 'passed' | 'failed';
  /** One sentence for each thing that was not as it should be. */
  readonly problems: readonly string[];
  readonly version: string;
  readonly packaged: boolean;
  readonly system: string;
  readonly electron: string;
  readonly chromium: string;
  readonly node: string;
  /** Whether the page's process runs in the operating system's sandbox. */
  readonly sandboxed: boolean;
  readonly requests: { readonly sent: number; readonly answered: number };
  readonly origins: readonly { readonly name: string; readonly process: string; readonly received: number }[];
}

/**
 * Proves that this very app works on this machine: its page opens and hears from a lab whose origins are utility processes,
 * 50 requests go through the balancer and are all counted, and nothing of it is left.
 */
export async function smokeTest(options: WindowOptions, ports: LabPorts): Promise<SmokeVerdict> {
  const problems: string[] = [];
  const found: Pick<SmokeVerdict, 'requests' | 'origins' | 'sandboxed'>[] = [];
  const late = wait(WITHIN_MS, undefined, { ref: false }).then(() => {
    throw new Error(`It was not done within ${WITHIN_MS / 1000} seconds.`);
  });
  try {
    await Promise.race([late, run(options, ports, problems).then((result) => found.push(result))]);
  } catch (error) {
    problems.push(sentenceOf(error));
  }
  const { electron = '', chrome = '', node } = process.versions;
  return {
    smoke: problems.length === 0 ? 'passed' : 'failed',
    problems,
    version: ports.version,
    packaged: app.isPackaged,
    system: `${process.platform} ${process.arch}`,
    electron,
    chromium: chrome,
    node,
    ...(found[0] ?? { sandboxed: false, requests: { sent: 0, answered: 0 }, origins: [] }),
  };
}

async function run(options: WindowOptions, ports: LabPorts, problems: string[]) {
  // Any free port, as the user's lab may run; and no settings, which are the user's.
  const definition = { ...readLabText(LAB, 'the smoke test'), listen: { host: '127.0.0.1', port: 0 } };
  const lab = await Lab.start(definition, { ...ports, settingsFile: undefined });
  const pids = lab.state.origins.flatMap(({ process }) => process?.pid ?? []);
  try {
    const window = createWindow(options);
    const sandboxed = await checkPage(window, lab, problems);
    const answered = await sendRequests(lab.state.proxy.port);
    if (answered !== REQUESTS) problems.push(`Of ${REQUESTS} requests only ${answered} were answered.`);
    const kinds = new Map(app.getAppMetrics().map(({ pid, type }) => [pid, type]));
    await lab.refresh();
    const origins = lab.state.origins.map(({ name, process }) => ({
      name,
      process: kinds.get(process?.pid ?? 0) ?? 'none',
      received: process?.received ?? 0,
    }));
    const counted = origins.reduce((sum, { received }) => sum + received, 0);
    if (counted !== REQUESTS) problems.push(`The origins received ${counted} requests in place of ${REQUESTS}.`);
    for (const origin of origins) {
      if (origin.process !== 'Utility') problems.push(`Origin ${origin.name} is no utility process.`);
    }
    window.destroy();
    return { requests: { sent: REQUESTS, answered }, origins, sandboxed };
  } finally {
    await lab.stop();
    await checkGone(pids, problems);
  }
}

/** Whether the page shows a running lab without a complaint; answers whether it is sandboxed. */
async function checkPage(window: BrowserWindow, lab: Lab, problems: string[]): Promise<boolean> {
  const { webContents } = window;
  webContents.on('console-message', (...event: unknown[]) => {
    // Electron 34 put what were arguments into one object.
    const details = event.find((part) => typeof (part as { message?: unknown }).message === 'string') as
      | { level: unknown; message: string }
      | undefined;
    const [level, message] = details ? [details.level, details.message] : [event[1], event[2]];
    if (level === 'error' || level === 3) problems.push(`The page complained: ${String(message)}`);
  });
  openDoor(
    webContents,
    (transport) => lab.connect(transport),
    (sentence) => problems.push(sentence),
  );
  // Of LIVE and SIM, the one that is chosen; it reads OFFLINE while there is no lab.
  const badge = `document.querySelector('[data-testid="clock-badge"] [aria-pressed="true"]')?.textContent`;
  const until = Date.now() + PAGE_WITHIN_MS;
  while ((await webContents.executeJavaScript(badge)) !== 'LIVE') {
    if (Date.now() > until) throw new Error(`The page did not show the lab within ${PAGE_WITHIN_MS / 1000} seconds.`);
    await wait(LOOK_EVERY_MS);
  }
  return isSandboxed(webContents.getOSProcessId());
}

function isSandboxed(pid: number): boolean {
  // Chromium tells it on Windows and macOS; on Linux the kernel does: 2 stands for a filter of system calls.
  if (process.platform === 'linux') return /^Seccomp:\s*2$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return app.getAppMetrics().find((metric) => metric.pid === pid)?.sandboxed ?? false;
}

/** How many of the requests were answered with 200. */
async function sendRequests(port: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 5 });
  const answers = await Promise.all(
    Array.from(
      { length: REQUESTS },
      () =>
        new Promise<boolean>((resolve) => {
          get({ host: '127.0.0.1', port, agent }, (response) => {
            response.resume().once('end', () => resolve(response.statusCode === 200));
          }).once('error', () => resolve(false));
        }),
    ),
  );
  agent.destroy();
  return answers.filter(Boolean).length;
}

async function checkGone(pids: readonly number[], problems: string[]): Promise<void> {
  const alive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const until = Date.now() + GONE_WITHIN_MS;
  while (pids.some(alive) && Date.now() < until) await wait(LOOK_EVERY_MS);
  const left = pids.filter(alive).length;
  if (left > 0) problems.push(`${left} origins were still there after the lab had stopped.`);
}
