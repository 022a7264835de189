import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { LabState } from '../../src/protocol/state.ts';
import { file, printed, start } from '../support/cli-fixture.ts';
import { ask } from '../support/http-client.ts';
import { until } from '../support/lab-fixture.ts';
import { freePort } from '../support/ports.ts';
import { Clients } from '../support/raw-clients.ts';

const TOKEN = 'a-token-that-is-long-enough-for-anyone';
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Files, sockets among them, that the lab may have open at once. */
const MOST = 90;

async function origin(): Promise<number> {
  const server = createServer((_, response) => setTimeout(() => response.end('ok'), 100)).listen(0, '127.0.0.1');
  closing.push(
    () => void server.closeAllConnections(),
    () => void server.close(),
  );
  await until(() => server.listening, 'it listens');
  return (server.address() as AddressInfo).port;
}

it.skipIf(process.platform === 'win32')('a lab that may open no more sockets blames no origin for it', async () => {
  const [proxy, control] = [await freePort(), await freePort()];
  const origins = `[{ name: A, url: "http://127.0.0.1:${await origin()}" }, { name: B, url: "http://127.0.0.1:${await origin()}" }]`;
  const health = '{ active: { path: /, every: 200ms, timeout: 10s, fall: 1, rise: 2 }, passive: { failures: 3 } }';
  const lab = file(
    'sockets.yaml',
    `evenkeel: 1\nlisten: 127.0.0.1:${proxy}\ntraffic: off\norigins: ${origins}\nhealth: ${health}\n`,
  );
  const args = ['serve', lab, '--control', String(control), '--token', TOKEN, '--no-ui'];
  const limited = ['-c', `ulimit -n ${MOST}; exec "$0" "$@"`, process.execPath];
  const serve = start(args, undefined, '/bin/sh', limited);
  await printed(serve, 'stdout', /\n/);
  const clients = new Clients(proxy, 2 * MOST);
  closing.push(() => clients.close());
  await until(() => clients.answered(503) > 0, 'there are no more');
  // Checks are due meanwhile, for which there is none either.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  clients.close();
  // As long as some of the many are still open, the system closes a new one at once.
  const answer = () =>
    ask(proxy).then(
      ({ body }) => body === 'ok',
      () => false,
    );
  await until(answer, 'the next one is answered');
  const { body } = await ask(control, { path: '/api/lab', headers: { authorization: `Bearer ${TOKEN}` } });
  expect((JSON.parse(body) as LabState).timeline.map(({ text }) => text)).toEqual(['Lab: sockets']);
});
