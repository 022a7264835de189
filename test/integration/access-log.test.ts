import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORWARDERS } from '../../src/protocol/lab.ts';
import { file, folder, PATIENT_CHECKS, printed, type Running, run, start } from '../support/cli-fixture.ts';
import { until } from '../support/lab-fixture.ts';
import { freePort } from '../support/ports.ts';
import { Clients } from '../support/raw-clients.ts';

interface Served {
  readonly serve: Running;
  readonly ask: (path: string) => Promise<string>;
}

async function serveWith(...options: string[]): Promise<Served> {
  const [proxy, a, b] = [await freePort(), await freePort(), await freePort()];
  const text = `evenkeel: 1\nlisten: 127.0.0.1:${proxy}\norigins: [{ name: A, port: ${a} }, { name: B, port: ${b} }]\ntraffic: off\n${PATIENT_CHECKS}`;
  const service = text.replaceAll(/port: \d+/g, '$&, service: { time: { constant: 0ms } }');
  const lab = file(`log-${proxy}.yaml`, service);
  const serve = start(['serve', lab, '--control', String(await freePort()), '--no-ui', ...options]);
  await printed(serve, 'stdout', /^ready: /);
  return { serve, ask: async (path) => (await fetch(`http://127.0.0.1:${proxy}${path}`)).text() };
}

async function stop({ serve }: Served): Promise<void> {
  serve.child.kill('SIGTERM');
  expect(await serve.ended).toBe(0);
}

type Line = Record<string, unknown>;
const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

describe('evenkeel serve --access-log', () => {
  it('writes every attempt, the last before the end included, and goes on in the same file next time', async () => {
    const log = join(folder, 'requests.jsonl');
    const first = await serveWith('--access-log', log);
    for (let request = 0; request < 30; request++) await first.ask(`/first-${request}`);
    await Promise.all(Array.from({ length: 20 }, (_, request) => first.ask(`/last-${request}`)));
    await stop(first);
    expect(first.serve.output.stderr).toBe('');
    const lines = linesOf(log);
    expect(lines.map(({ path }) => path).slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, i) => `/first-${i}`));
    expect(lines).toHaveLength(50);
    expect(lines[0]).toMatchObject({
      request: 1,
      attempt: 1,
      last: true,
      origin: 'A',
      method: 'GET',
      strategy: 'round-robin',
      reason: 'strategy',
      status: 200,
      failure: null,
    });
    expect(lines[0]?.total_ms).toBeGreaterThan(0);
    const second = await serveWith('--access-log', log);
    await second.ask('/again');
    await stop(second);
    expect(linesOf(log)).toHaveLength(51);
  });

  it.each(FORWARDERS)('writes what the end of the lab cuts off, and blames no origin for it: %s', async (forwarder) => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await until(() => silent.listening, 'it listens');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const proxy = await freePort();
    const text = `evenkeel: 1\nlisten: 127.0.0.1:${proxy}\nforwarder: ${forwarder}\norigins: [{ name: A, url: "${url}" }]\ntraffic: off\nhealth: { active: off }\n`;
    const log = join(folder, `cut-${forwarder}.jsonl`);
    const lab = file(`cut-${proxy}.yaml`, text);
    const serve = start(['serve', lab, '--control', String(await freePort()), '--no-ui', '--access-log', log]);
    await printed(serve, 'stdout', /^ready: /);
    const clients = new Clients(proxy, 20);
    let asked = 0;
    silent.on('request', () => asked++);
    await until(() => asked === 20, 'all are there');
    serve.child.kill('SIGTERM');
    expect(await serve.ended).toBe(0);
    expect(linesOf(log).map(({ failure, last }) => [failure, last])).toEqual(Array(20).fill(['client-gone', true]));
    clients.close();
    silent.closeAllConnections();
    silent.close();
  });

  it('begins a new file when one is full, keeps as many as told, and breaks no line', async () => {
    const log = join(folder, 'small.jsonl');
    const served = await serveWith('--access-log', log, '--access-log-size', '10KiB', '--access-log-files', '3');
    const all = Array.from({ length: 200 }, (_, request) => `/${request}`);
    for (const path of all) await served.ask(path);
    await stop(served);
    const files = [`${log}.2`, `${log}.1`, log];
    const paths = files.flatMap((name) => linesOf(name).map(({ path }) => path));
    expect(paths.length).toBeGreaterThan(40);
    // The newest, in order, none missing between two files.
    expect(paths).toEqual(all.slice(-paths.length));
    for (const name of files) expect(statSync(name).size).toBeLessThanOrEqual(10 * 1024);
    expect(statSync(`${log}.1`).size).toBeGreaterThan(9 * 1024);
    expect(existsSync(`${log}.3`)).toBe(false);
  });

  it.runIf(existsSync('/dev/full'))('says once that the disk is full, and the lab runs on', async () => {
    const served = await serveWith('--access-log', '/dev/full');
    expect(await served.ask('/')).toContain('origin server response');
    await printed(served.serve, 'stderr', /\n/);
    for (let request = 0; request < 20; request++) expect(await served.ask('/')).toContain('origin server response');
    await stop(served);
    expect(served.serve.output.stderr).toBe(
      'The access log /dev/full cannot be written: the disk is full. The lab runs on, and tries the log again every second.\n',
    );
  });

  it('says at once that it cannot be written, goes on when it can, and counts what it missed', async () => {
    const log = join(folder, 'not-yet', 'requests.jsonl');
    const served = await serveWith('--access-log', log);
    await printed(served.serve, 'stderr', /requests\.jsonl cannot be written: its folder does not exist\. .+\n/);
    for (let request = 0; request < 10; request++) await served.ask('/missed');
    mkdirSync(dirname(log));
    let asked = 0;
    await until(async () => {
      await served.ask(`/seen-${asked++}`);
      return existsSync(log) && statSync(log).size > 0;
    }, 'the log is written');
    await stop(served);
    const [first, ...rest] = linesOf(log);
    const missed = Number(first?.missed);
    expect(missed).toBeGreaterThanOrEqual(10);
    expect(missed + rest.length).toBe(10 + asked);
    expect(served.serve.output.stderr.match(/\n/g)).toHaveLength(1);
  });

  it.each([
    [['--access-log-size', '64'], '--access-log-size must be a size such as 64MiB, not "64".'],
    [['--access-log-files', '0'], '--access-log-files must be a whole number from 1 to 999, not "0".'],
    [['--access-log-files', '2'], 'Which file is the access log? Write --access-log requests.jsonl.'],
  ])('refuses %j', async (options, sentence) => {
    const lab = file('log-options.yaml', 'evenkeel: 1\norigins: [{ port: 8081 }]\n');
    expect(await run(['serve', lab, ...options])).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` });
  });
});
