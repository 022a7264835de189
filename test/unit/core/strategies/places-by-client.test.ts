import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientAddressOf } from '../../../../src/core/clients.ts';
import { createRng } from '../../../../src/core/rng.ts';
import type { RequestInfo } from '../../../../src/core/strategy.ts';
import { candidates, poolOf, request, strategy } from '../support.ts';

const of = (client: number): RequestInfo => ({ ...request({ client: clientAddressOf(client) }) });
const numbered = (client: number): RequestInfo => ({ ...of(client), clientNumber: client });

const step = fc.record({
  kind: fc.constantFrom('ask', 'ask', 'ask', 'ask', 'fall', 'rise', 'weigh'),
  pick: fc.nat(4000),
});

describe('clients that have a number', () => {
  it.each(['ring-hash', 'maglev', 'rendezvous', 'hash', { use: 'ring-hash', boundedLoad: 1.25 }])(
    'get from %j the origin that those without one get, whoever falls and comes back, whatever they weigh',
    (spec) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (count, steps) => {
          const keeping = strategy(spec);
          const hashing = strategy(spec);
          let all = candidates(...new Array<number>(count).fill(1));
          const down = new Set<string>();
          for (const { kind, pick } of steps) {
            const one = all[pick % count];
            if (one === undefined) continue;
            if (kind === 'fall' && down.size < count - 1) down.add(one.name);
            if (kind === 'rise') down.delete(one.name);
            // Other weights come with other objects in another array.
            if (kind === 'weigh') all = candidates(...all.map(() => 1 + (pick % 3)));
            if (kind !== 'ask') continue;
            const pool = poolOf(all, [...down]);
            for (const client of [pick % 40, pick]) {
              const expected = hashing.choose(pool, of(client), 0, createRng(1));
              expect(keeping.choose(pool, numbered(client), 0, createRng(1))).toBe(expected);
            }
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  it('are hashed once as long as the origins stay', () => {
    const one = strategy('ring-hash');
    const pool = poolOf(candidates(1, 1, 1));
    let asked = 0;
    const client: RequestInfo = {
      ...of(5),
      clientNumber: 5,
      get client() {
        asked++;
        return clientAddressOf(5);
      },
    };
    for (let time = 0; time < 10; time++) one.choose(pool, client, 0, createRng(1));
    expect(asked).toBe(1);
    one.choose(poolOf(candidates(1, 1, 2)), client, 0, createRng(1));
    expect(asked).toBe(2);
  });
});
