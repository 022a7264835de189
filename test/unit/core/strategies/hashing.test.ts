import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashRing } from '../../../../src/core/hash-ring.ts';
import { MaglevTable } from '../../../../src/core/maglev-table.ts';
import { createRng } from '../../../../src/core/rng.ts';
import type { Candidate, Pool, Strategy } from '../../../../src/core/strategy.ts';
import { XxHash64 } from '../../../../src/core/xxhash64.ts';
import { candidate, candidates, poolOf, request, strategy, type TestCandidate, tally } from '../support.ts';

const KEYS = 6000;
const rng = createRng(1);
const at = (one: Strategy, pool: Pool, client: string): string =>
  one.choose(pool, request({ client }), 0, rng)?.name ?? '-';
const placed = (one: Strategy, pool: Pool, keys = KEYS): string[] =>
  Array.from({ length: keys }, (_, key) => at(one, pool, `client-${key}`));
/** The share of keys whose origin is another one in `after`. */
const moved = (before: readonly string[], after: readonly string[]): number =>
  before.filter((name, key) => name !== after[key]).length / before.length;

/** Envoy's test hosts, 127.0.0.1:90 to :95. */
const envoyHosts = (): TestCandidate[] =>
  [0, 1, 2, 3, 4, 5].map((index) => ({ ...candidate(`h${index}`), address: `127.0.0.1:9${index}` }));

/** What theory says moves when one of n equal origins leaves the lab, at least and at most. */
const LEAVING: Readonly<Record<string, (n: number) => readonly [number, number]>> = {
  hash: (n) => [(n - 1) / n - 0.03, (n - 1) / n + 0.03],
  'ring-hash': (n) => [0.5 / n, 1.6 / n],
  maglev: (n) => [0.9 / n, 1.6 / n],
  rendezvous: (n) => [0.9 / n, 1.1 / n],
};

describe('ring hash', () => {
  it("puts Envoy's test hosts where Envoy puts them", () => {
    const ring = new HashRing(envoyHosts(), 2, new XxHash64());
    const first = Array.from(ring.points.slice(0, 4), (place, index) => [
      ring.origins[ring.owners[index] ?? 0]?.address,
      BigInt(place),
    ]);
    expect(ring.points).toHaveLength(12);
    expect(first).toEqual([
      ['127.0.0.1:94', 833_437_586_790_550_860n >> 11n],
      ['127.0.0.1:92', 928_266_305_478_181_108n >> 11n],
      ['127.0.0.1:90', 1_033_482_794_131_418_490n >> 11n],
      ['127.0.0.1:95', 3_551_244_743_356_806_947n >> 11n],
    ]);
  });

  it('finds the first point at a place or after it, and begins again after the last', () => {
    const ring = new HashRing(envoyHosts(), 2, new XxHash64());
    const [first = 0, second = 0] = ring.points;
    expect([0, first, first + 1, second, (ring.points.at(-1) ?? 0) + 1].map((place) => ring.indexAt(place))).toEqual([
      0, 0, 1, 1, 0,
    ]);
  });

  it('gives every origin at least one point, in proportion to the weights', () => {
    const ring = new HashRing(candidates(0.001, 1, 3), 100, new XxHash64());
    const points = [0, 1, 2].map((index) => ring.owners.filter((owner) => owner === index).length);
    expect(points).toEqual([1, 100, 300]);
    const { shares } = ring;
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    const huge = new HashRing(candidates(1000, 1000, 1000), 10_000, new XxHash64());
    expect(huge.points.length).toBeLessThanOrEqual(200_003);
  });

  it('is as even as its points are many', () => {
    const spread = (vnodes: number): number => {
      const counts = [
        ...tally(placed(strategy({ use: 'ring-hash', vnodes }), poolOf(candidates(1, 1, 1, 1)))).values(),
      ];
      return Math.max(...counts) / Math.min(...counts);
    };
    expect(spread(1)).toBeGreaterThan(2);
    expect(spread(1000)).toBeLessThan(1.25);
  });

  it('walks past origins that hold their bound, which is 125 % of their part rounded up', () => {
    const all = candidates(1, 1, 1);
    const ring = strategy({ use: 'ring-hash', boundedLoad: 1.25 });
    const pool = poolOf(all);
    const chosen: string[] = [];
    for (let requests = 0; requests < 24; requests++) {
      const one = ring.choose(pool, request({ client: 'hot' }), 0, rng) as TestCandidate;
      one.inFlight++;
      chosen.push(one.name);
    }
    // With 24 in flight: ceil(24 × 1.25) = 30 places, 10 for each; without the bound the hot key's origin would hold all.
    const counts = [...tally(chosen).values()].sort((a, b) => b - a);
    expect(counts).toEqual([10, 10, 4]);
    expect(chosen[0]).toBe(at(strategy('ring-hash'), poolOf(candidates(1, 1, 1)), 'hot'));
  });

  it('keeps every origin within its bound whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(1, 1.25, 2),
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }),
        (weights, boundedLoad, keys) => {
          const all = candidates(...weights);
          const ring = strategy({ use: 'ring-hash', boundedLoad });
          const sum = weights.reduce((total, weight) => total + weight, 0);
          keys.forEach((key, inFlight) => {
            const one = ring.choose(poolOf(all), request({ client: `k${key}` }), 0, rng) as TestCandidate;
            const places = Math.ceil((inFlight + 1) * boundedLoad);
            one.inFlight++;
            expect(one.inFlight).toBeLessThanOrEqual(Math.max(1, Math.ceil((places * one.weight) / sum)));
          });
        },
      ),
    );
  });
});

describe('Maglev', () => {
  it('fills the table of 7 as Envoy does with its test hosts', () => {
    expect([...new MaglevTable(envoyHosts(), 7, new XxHash64()).places]).toEqual([2, 4, 0, 1, 5, 0, 3]);
  });

  it('rounds its size up to a prime', () => {
    const sizes = [2, 4, 7, 8, 65_537].map(
      (size) => new MaglevTable(candidates(1), size, new XxHash64()).places.length,
    );
    expect(sizes).toEqual([2, 5, 7, 11, 65_537]);
  });

  it('shares the table by weight, almost to the place', () => {
    const { places } = new MaglevTable(candidates(5, 3, 2), 65_537, new XxHash64());
    const counts = tally(Array.from(places, String));
    [0.5, 0.3, 0.2].forEach((share, index) => {
      expect((counts.get(String(index)) ?? 0) / 65_537).toBeCloseTo(share, 3);
    });
  });

  it('has an origin for every key even where the table has no place of those available', () => {
    const all = candidates(1, 1, 1, 1);
    const tiny = strategy({ use: 'maglev', tableSize: 2 });
    for (const { name } of all) {
      const others = all.map((one) => one.name).filter((other) => other !== name);
      expect(at(tiny, poolOf(all, others), 'k')).toBe(name);
    }
  });
});

describe('rendezvous', () => {
  it('chooses the largest hash of address and key where weights are equal', () => {
    const hash = new XxHash64();
    const all = candidates(1, 1, 1, 1, 1);
    for (let key = 0; key < 500; key++) {
      const value = ({ address }: Candidate): bigint => {
        hash.update(`${address}client-${key}`);
        return (BigInt(hash.high) << 32n) | BigInt(hash.low);
      };
      const largest = all.reduce((best, one) => (value(one) > value(best) ? one : best));
      expect(at(strategy('rendezvous'), poolOf(all), `client-${key}`)).toBe(largest.name);
    }
  });
});

describe('hash', () => {
  it('is the remainder of xxHash64 over the weights of those available', () => {
    const hash = new XxHash64();
    for (let key = 0; key < 200; key++) {
      hash.update(`k${key}`);
      const value = (BigInt(hash.high) << 32n) | BigInt(hash.low);
      const expected = value % 5n < 3n ? 'A' : value % 5n < 4n ? 'C' : 'D';
      expect(at(strategy('hash'), poolOf(candidates(3, 9, 1, 1), ['B']), `k${key}`)).toBe(expected);
    }
  });

  it('of the path takes the path, and the query too where asked to', () => {
    const pool = poolOf(candidates(1, 1, 1, 1, 1, 1, 1, 1));
    const to = (one: Strategy, path: string) => one.choose(pool, request({ path }), 0, rng)?.name;
    const [plain, whole] = [strategy('path-hash'), strategy({ use: 'path-hash', query: true })];
    const queries = Array.from({ length: 40 }, (_, query) => `/page?x=${query}`);
    expect(new Set(queries.map((path) => to(plain, path))).size).toBe(1);
    expect(new Set(queries.map((path) => to(whole, path))).size).toBeGreaterThan(4);
    expect(to(plain, '/page')).toBe(to(strategy({ use: 'hash', key: 'path' }), '/page'));
  });
});

describe.each(Object.entries(LEAVING))('%s', (id, theory) => {
  const fresh = () => strategy({ use: id, key: 'client-ip' });

  it.each([3, 10])('moves what theory says when one of %i origins is removed', (n) => {
    const all = candidates(...new Array<number>(n).fill(1));
    const before = placed(fresh(), poolOf(all));
    const after = placed(fresh(), poolOf(all.filter(({ name }) => name !== 'B')));
    const [least, most] = theory(n);
    expect(moved(before, after)).toBeGreaterThanOrEqual(least);
    expect(moved(before, after)).toBeLessThanOrEqual(most);
  });

  it('sends the same key to the same origin, and to it again when it is back', () => {
    const all = candidates(1, 2, 3, 4);
    const one = fresh();
    const before = placed(one, poolOf(all), 500);
    const during = placed(one, poolOf(all, ['C']), 500);
    expect(during).not.toContain('C');
    // All but the remainder leave the keys of others alone while an origin is down.
    if (id !== 'hash') {
      expect(during.filter((name, key) => name !== before[key]).length).toBe(before.filter((n) => n === 'C').length);
    }
    expect(placed(one, poolOf(all), 500)).toEqual(before);
  });

  it('shares many keys by weight', () => {
    const counts = tally(placed(fresh(), poolOf(candidates(5, 3, 2)), 20_000));
    const off = id === 'ring-hash' ? 0.08 : 0.02;
    for (const [name, share] of [
      ['A', 0.5],
      ['B', 0.3],
      ['C', 0.2],
    ] as const) {
      expect(Math.abs((counts.get(name) ?? 0) / 20_000 - share)).toBeLessThan(off);
    }
  });

  it('goes round in turn, by weight, where the request has no key', () => {
    const one = strategy({ use: id, key: 'header:X-User' });
    const pool = poolOf(candidates(2, 1));
    const chosen = Array.from({ length: 6 }, () => one.choose(pool, request({ path: '' }), 0, rng)?.name);
    expect(chosen.join('')).toBe('ABAABA');
  });
});
