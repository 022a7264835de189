import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const cli = join(root, 'dist', 'node', 'cli.cjs');
export const folder = mkdtempSync(join(tmpdir(), 'evenkeel-cli-'));
const running = new Set<Running>();

/** Of a lab file: checks that do not suspect an origin which has to wait for a processor. The first that fails would take it out. */
export const PATIENT_CHECKS = 'health: { active: { timeout: 10s } }\n';

afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL');
    await ended;
  }
  running.clear();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has printed so far. */
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

/**
 * Starts the built command line as a user would; with settings of its own.
 * @param node the Node that runs it
 * @param nodeArgs what that is told before the command
 */
export function start(
  args: readonly string[],
  cwd = folder,
  node = process.execPath,
  nodeArgs: readonly string[] = [],
): Running {
  const env = { ...process.env, EVENKEEL_CONFIG_DIR: join(folder, 'config'), DISPLAY: '', WAYLAND_DISPLAY: '' };
  const child = spawn(node, [...nodeArgs, cli, ...args], { cwd, env });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    output.stdout += data;
  });
  child.stderr.on('data', (data) => {
    output.stderr += data;
  });
  const one = { child, output, ended: once(child, 'close').then(([code]) => code as number | null) };
  running.add(one);
  return one;
}

export async function run(
  args: readonly string[],
  input = '',
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { child, output, ended } = start(args);
  child.stdin.end(input);
  const code = await ended;
  return { code, ...output };
}

/** Waits until what was printed matches. */
export async function printed(
  { output, child }: Running,
  stream: 'stdout' | 'stderr',
  pattern: RegExp,
): Promise<RegExpExecArray> {
  for (;;) {
    const match = pattern.exec(output[stream]);
    if (match) return match;
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${output.stderr}`);
    await once(child[stream], 'data');
  }
}

export function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}
