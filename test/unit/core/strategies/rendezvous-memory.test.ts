import { expect, it } from 'vitest';
import { Balancer } from '../../../../src/core/balancer.ts';
import { DEFAULT_POLICIES, NO_HEALTH } from '../../../../src/core/policies.ts';
import { createRng } from '../../../../src/core/rng.ts';
import { collectGarbage } from '../../../support/garbage.ts';

it('remembers keys without the requests that they were read from', () => {
  const balancer = new Balancer({
    strategy: { use: 'rendezvous', key: 'header:x-user' },
    policies: { ...DEFAULT_POLICIES, health: NO_HEALTH },
    rng: createRng(1),
  });
  for (const name of ['A', 'B', 'C']) balancer.add({ name, address: `${name}:80`, weight: 1 }, 0);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 1000; i++) {
    const head = Buffer.from(`GET / HTTP/1.1\r\nX-User: somebody-with-a-name-${i}\r\n${'y'.repeat(60_000)}`).toString(
      'latin1',
    );
    const user = head.slice(24, head.indexOf('\r\n', 24));
    const header = (name: string): string | undefined => (name === 'x-user' ? user : undefined);
    expect(balancer.choose({ method: 'GET', path: '/', client: '::1', header }, 0)).toBeDefined();
  }
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10e6);
});
