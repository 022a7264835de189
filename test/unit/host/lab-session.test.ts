import { describe, expect, it } from 'vitest';
import { EvenkeelError } from '../../../src/core/errors.ts';
import { serveLab } from '../../../src/host/lab-session.ts';
import { createMemoryTransports } from '../../support/memory-transports.ts';

/** As much of a lab as a screen meets here; what it asks is noted. */
function labFor(asked: unknown[]) {
  const unknown = (name: string): never => {
    throw new EvenkeelError('unknown-origin', `There is no origin named "${name}".`);
  };
  return {
    state: {},
    onState: () => () => undefined,
    subscribe: () => ({ acknowledge: (sequence: number) => asked.push(sequence), close: () => undefined }),
    run: { roster: { supervised: unknown, get: unknown } },
    engine: { peer: { request: async (_call: string, params: unknown) => asked.push(params) } },
  } as unknown as Parameters<typeof serveLab>[0];
}

describe('a screen that sends nonsense', () => {
  it.each([
    '',
    '{',
    'null',
    '[]',
    '1',
    '{}',
    '{"event":"ack"}',
    '{"event":"ack","data":null}',
    '{"event":"ack","data":3}',
    '{"event":"ack","data":{"sequence":1e308}}',
    '{"event":{"x":1},"data":{}}',
    '{"id":7,"error":null}',
    '{"id":7}',
  ])('does no harm with %j', async (text) => {
    const asked: unknown[] = [];
    const [page, host] = createMemoryTransports();
    serveLab(labFor(asked), host);
    const received: string[] = [];
    page.onMessage((message) => received.push(String(message)));
    page.send(JSON.stringify({ id: 1, call: 'subscribe' }));
    page.send(text);
    page.send(JSON.stringify({ id: 2, call: 'ping' }));
    await expect.poll(() => received.at(-1)).toBe('{"id":2,"result":null}');
    expect(asked).toEqual([]);
  });

  it.each(['origin-log', 'origin-checks'])('is told that %s has no such origin', async (call) => {
    for (const params of [undefined, null, 'A', { origin: null }, []]) {
      const [page, host] = createMemoryTransports();
      serveLab(labFor([]), host);
      const received: { error?: { code: string } }[] = [];
      page.onMessage((message) => received.push(JSON.parse(String(message))));
      page.send(JSON.stringify({ id: 1, call, params }));
      await expect.poll(() => received.at(-1)?.error?.code).toBe('unknown-origin');
    }
  });

  it('acknowledges what it was sent, as others do', async () => {
    const asked: unknown[] = [];
    const [page, host] = createMemoryTransports();
    serveLab(labFor(asked), host);
    page.send(JSON.stringify({ id: 1, call: 'subscribe' }));
    page.send(JSON.stringify({ event: 'ack', data: { sequence: 4 } }));
    await expect.poll(() => asked).toEqual([4]);
  });
});
