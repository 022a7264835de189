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
});

describe('Maglev', () => {
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

  it('is the same in whatever order the origins are, so one that leaves and comes back moves nobody else', () => {
    const owners = (all: readonly Candidate[]): string[] => {
      const { origins, places } = new MaglevTable(all, 251, new XxHash64());
      return Array.from(places, (index) => origins[index]?.name ?? '-');
    };
    const all = candidates(3, 1, 2, 1);
    expect(owners([...all].reverse())).toEqual(owners(all));
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
