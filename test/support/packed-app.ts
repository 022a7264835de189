import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { TestProject } from 'vitest/node';
import { findElectron } from './electron-runtime.ts';
import { openDisplay } from './xvfb.ts';

/** The app as users get it, packed once for all tests of a run. */
export interface PackedApp {
  readonly folder: string;
  readonly executable: string;
  /** The runtime that it was packed on. */
  readonly runtime: { readonly executablePath: string; readonly version: string; readonly args: readonly string[] };
  /** For DISPLAY. */
  readonly display: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly packedApp: PackedApp | { readonly skipped: string };
  }
}

/** Packs the app before the tests, unless there is nothing to pack it on. */
export default async function setup(project: TestProject): Promise<() => void> {
  const skip = (skipped: string): (() => void) => {
    project.provide('packedApp', { skipped });
    return () => undefined;
  };
  if (process.platform !== 'linux') return skip('packing is tested on Linux; a release tests each installer');
  const runtime = await findElectron();
  if ('skipped' in runtime) return skip(runtime.skipped);
  const display = await openDisplay();
  if ('skipped' in display) return skip(display.skipped);
  // Not below a home: the sandbox test runs it as somebody else.
  const output = mkdtempSync('/tmp/evenkeel-packed-');
  execFileSync('chmod', ['755', output]);
  const cleanUp = (): void => {
    display.stop();
    rmSync(output, { recursive: true, force: true });
  };
  try {
    execFileSync(process.execPath, ['scripts/dist.mjs', '--dir', output], { stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    cleanUp();
    throw error;
  }
  console.log(`The packed app on Electron ${runtime.version}, ${runtime.source}.`);
  const folder = join(output, 'linux-unpacked');
  project.provide('packedApp', { folder, executable: join(folder, 'evenkeel'), runtime, display: display.name });
  return cleanUp;
}

export interface RunningApp {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** What it has printed so far; of Chromium's own messages, nothing. */
  readonly output: { stdout: string; stderr: string };
  /** Its exit code, or its signal. */
  readonly ended: Promise<number | string>;
  /** Waits until what it printed on stdout matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts the packed app with a home of its own, on the test's display unless told otherwise. */
export function startPacked(
  app: PackedApp,
  args: readonly string[],
  home: string,
  as: { readonly env?: NodeJS.ProcessEnv; readonly uid?: number; readonly launcher?: boolean } = {},
): RunningApp {
  const { env, uid, launcher = false } = as;
  const sandboxed = uid !== undefined;
  // As somebody who is not root Chromium's sandbox works and stays on.
  const chromium = app.runtime.args.filter((argument) => !sandboxed || argument !== '--no-sandbox');
  const child = spawn(app.executable, [...chromium, ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: home, TMPDIR: home, DISPLAY: app.display, ...env },
    // The launcher keeps a channel, by which the app knows that somebody reads its errors.
    stdio: ['ignore', 'pipe', 'pipe', ...(launcher ? (['ipc'] as const) : [])],
    ...(sandboxed && { uid, gid: uid }),
  }) as ChildProcessByStdio<null, Readable, Readable>;
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    output.stdout += data;
  });
  // Chromium complains of desktop services that are not there; what is ours has no process number in front.
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!/^\[\d+:/.test(line)) output.stderr += `${line}\n`;
  });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return {
    child,
    output,
    ended,
    async printed(pattern) {
      for (;;) {
        const match = pattern.exec(output.stdout);
        if (match) return match;
        if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${output.stderr}`);
        await Promise.race([once(child.stdout, 'data'), ended]);
      }
    },
  };
}
