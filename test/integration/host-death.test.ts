import { expect, it } from 'vitest';
import type { LabState } from '../../src/protocol/state.ts';
import { file, printed, start } from '../support/cli-fixture.ts';
import { alive, until } from '../support/lab-fixture.ts';
import { freePort } from '../support/ports.ts';

it.skipIf(process.platform === 'win32')(
  'kill -9 of the host leaves no origin behind, not even a frozen one',
  async () => {
    const [proxy, control, a, b] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const lab = `evenkeel: 1\nlisten: 127.0.0.1:${proxy}\norigins: [{ name: A, port: ${a} }, { name: B, port: ${b} }]\n`;
    const host = start([
      'serve',
      file('death.yaml', lab),
      '--control',
      `127.0.0.1:${control}`,
      '--token',
      'secret',
      '--no-ui',
    ]);
    await printed(host, 'stdout', /ready:/);
    const api = (path: string, body?: object): Promise<Response> =>
      fetch(`http://127.0.0.1:${control}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    expect((await api('/api/commands', { command: 'fault', origin: 'B', do: 'freeze' })).status).toBe(200);
    const state = (await (await api('/api/lab')).json()) as LabState;
    const pids = state.origins.map(({ process }) => process?.pid ?? 0);
    expect(pids.every(alive)).toBe(true);
    host.child.kill('SIGKILL');
    await until(() => !pids.some(alive), 'the origins have ended');
  },
);
