import { afterEach, expect, test, vi } from 'vitest';
import { DEFAULT_POLICIES, NO_HEALTH } from '../../src/core/policies.ts';
import { Engine } from '../../src/engine/engine.ts';
import { openWire, RawOrigin, type Wire } from '../conformance/wire.ts';

/** A client's patience is a minute; a test has less. */
vi.mock('../../src/engine/native/client-timeouts.ts', async (original) => ({
  ...(await original<typeof import('../../src/engine/native/client-timeouts.ts')>()),
  SEND_MS: 300,
}));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An answer that has begun, and ends with its connection: only how that closes says whether it is whole. */
async function begun(): Promise<{ engine: Engine; client: Wire; origin: Wire }> {
  const server = await RawOrigin.listen();
  closing.push(() => server.close());
  server.byHand();
  const engine = new Engine(
    {
      seed: 1,
      strategy: { use: 'round-robin' },
      policies: { ...DEFAULT_POLICIES, health: NO_HEALTH },
      trustForwarded: 'none',
      forwarder: 'native',
    },
    () => undefined,
  );
  closing.push(() => engine.stop());
  engine.add({ name: 'A', host: '127.0.0.1', port: server.port, weight: 1 });
  const client = await openWire(await engine.listen({ host: '127.0.0.1', port: 0 }));
  closing.push(() => client.socket.destroy());
  client.send('GET / HTTP/1.0\r\nHost: x\r\n\r\n');
  const origin = await server.wire(0);
  await origin.arrived('\r\n\r\n');
  origin.send('HTTP/1.1 200 OK\r\n\r\nhalf');
  await client.arrived('half');
  return { engine, client, origin };
}

test('what a client did not take in time does not look whole', async () => {
  const { client, origin } = await begun();
  client.socket.pause();
  origin.send('x'.repeat(16_000_000));
  await origin.closed();
  // What it reads now may end as after a FIN (libuv takes a hang-up behind the last bytes for one); what it writes does not.
  client.send('still there?');
  expect(await client.closed()).toBe('reset');
});

test('nor does what did not get so far when the lab ended', async () => {
  const { engine, client } = await begun();
  await engine.stop();
  expect(await client.closed()).toBe('reset');
});
