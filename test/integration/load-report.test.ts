import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { NO_HEALTH } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { startLab, until } from '../support/lab-fixture.ts';

let lab: Lab | undefined;
afterEach(() => lab?.stop());

test.each(['native', 'http-proxy'] as const)(
  'the load that an origin reports with its answers counts from the answer on, through %s',
  async (forwarder) => {
    let report = 'TEXT cpu_utilization=0.75,rps_fractional=40';
    const foreign = createServer((_, response) => {
      response.setHeader('Endpoint-Load-Metrics', report);
      response.end('hello');
    }).listen(0, '127.0.0.1');
    await once(foreign, 'listening');
    lab = await startLab({
      count: 0,
      forwarder,
      strategy: { use: 'least-load' },
      health: NO_HEALTH,
    });
    const { port } = foreign.address() as AddressInfo;
    await lab.command({ command: 'add-origin', origin: { name: 'other', url: `http://127.0.0.1:${port}` } });
    const ask = () => fetch(lab?.state.proxy.url ?? '').then((answer) => answer.text());
    const load = async () => {
      await lab?.refresh();
      return lab?.state.origins[0]?.load;
    };
    expect(await load()).toBeUndefined();
    expect(await ask()).toBe('hello');
    await until(async () => (await load())?.value === 0.75, 'the load of the first answer');
    expect(await load()).toMatchObject({ rate: 40 });
    report = 'nonsense';
    await ask();
    report = 'JSON {"application_utilization":0.5}';
    await ask();
    await until(async () => (await load())?.value === 0.5, 'the load of the last answer');
    foreign.close();
    foreign.closeAllConnections();
  },
);
