import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { startOriginServer } from '../../src/engine/origin-server.ts';
import { DEFAULT_SERVICE } from '../../src/protocol/lab-file-defaults.ts';
import { until } from '../support/lab-fixture.ts';

type Origin = Awaited<ReturnType<typeof startOriginServer>>;
let origin: Origin;
afterEach(() => origin?.close());

test('a client that leaves takes its request along, though the queue was another one when it came', async () => {
  const service = { ...DEFAULT_SERVICE, time: { constant: 60_000 }, workers: 1, abandoned: 'skip' as const };
  origin = await startOriginServer({ name: 'A', cold: false, host: '127.0.0.1', port: 0, seed: 1, number: 0, service });
  const come = () => {
    const client = request({ host: '127.0.0.1', port: origin.port, agent: false });
    client.on('error', () => undefined);
    client.end();
    return client;
  };
  const clients = [come()];
  await until(() => origin.report().serving === 1, 'one is served');
  clients.push(come(), come(), come());
  await until(() => origin.report().waiting === 3, 'three wait');
  origin.setService({ ...service, time: { constant: 50_000 } });
  // The one that is served ends in the old queue; the first of those who waited has the worker of the new one.
  await until(() => origin.report().waiting === 2, 'two wait in the new queue');
  expect(origin.report().serving).toBe(1);
  clients.at(-1)?.destroy();
  await until(() => origin.report().waiting === 1, 'the one that left is gone');
  for (const client of clients) client.destroy();
});
