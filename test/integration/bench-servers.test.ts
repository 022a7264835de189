import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { alive, until } from '../support/lab-fixture.ts';

const SERVERS = new URL('../../bench/servers.mjs', import.meta.url).href;
/** Like a benchmark: starts a server that has a child of its own, as nginx does, stops both for now, and tells who they are. */
const BENCH = `
const { folder, freeze, start } = await import(${JSON.stringify(SERVERS)});
const server = start(['sh', '-c', 'sleep 600 & echo $! >&2; wait'], {}, 'pipe');
server.stderr.once('data', (child) => {
  freeze(server);
  console.log(JSON.stringify({ pids: [server.pid, Number(child)], folder }));
  process.stdin.once('data', () => { throw new Error('on purpose'); });
});
await new Promise((resolve) => server.once('exit', resolve));
`;

let bench: ChildProcess | undefined;
afterEach(() => bench?.kill('SIGKILL'));

it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL', 'an error'] as const)(
  'a benchmark that ends by %s leaves no server behind',
  async (how) => {
    bench = spawn(process.execPath, ['--input-type=module', '--eval', BENCH], {
      stdio: ['pipe', 'pipe', 'ignore'],
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
    const [line] = await once(bench.stdout as NodeJS.ReadableStream, 'data');
    const { pids, folder } = JSON.parse(String(line)) as { pids: number[]; folder: string };
    expect(pids.every(alive)).toBe(true);
    if (how === 'an error') bench.stdin?.write('now');
    else bench.kill(how);
    await until(() => !pids.some(alive), 'the servers have ended');
    await until(() => !existsSync(folder), 'their folder is removed');
  },
);
