import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBytes } from '../../../../src/core/hashing.ts';
import { createRng } from '../../../../src/core/rng.ts';
import type { Pool, Strategy } from '../../../../src/core/strategy.ts';
import { candidates, explain, letter, poolOf, request, strategy, tally } from '../support.ts';

const at = (hash: Strategy, pool: Pool, client: string) =>
  hash.choose(pool, request({ client }), 0, createRng(1))?.name ?? '-';

describe('IP hash', () => {
  it('sends 192.168.1.x to the second of three equal origins, as nginx does', () => {
    const pool = poolOf(candidates(1, 1, 1));
    for (const last of [0, 1, 77, 255]) expect(at(strategy('ip-hash'), pool, `192.168.1.${last}`)).toBe('B');
  });

  it('walks the weights as nginx does: 154 % 5 = 4 is past weights 3 and 1', () => {
    expect(at(strategy('ip-hash'), poolOf(candidates(3, 1, 1)), '192.168.1.9')).toBe('C');
    expect(at(strategy('ip-hash'), poolOf(candidates(1, 1, 3)), '192.168.1.9')).toBe('C');
    expect(at(strategy('ip-hash'), poolOf(candidates(1, 4)), '192.168.1.9')).toBe('B');
  });

  it('agrees with a direct transcription of the formula, rehashing included', () => {
    const reference = (octets: number[], weights: number[], down: number[]): string | undefined => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      let hash = 89;
      for (let tries = 0; tries <= 20; ) {
        for (const octet of octets) hash = (hash * 113 + octet) % 6271;
        let rest = hash % total;
        let index = 0;
        while (rest >= (weights[index] ?? 0)) rest -= weights[index++] ?? 0;
        if (!down.includes(index)) return letter(index);
        tries++;
      }
      return undefined;
    };
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(
        fc.tuple(octet, octet, octet, octet),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 6 }),
        fc.nat(5),
        (address, weights, downIndex) => {
          const down = downIndex < weights.length ? [downIndex] : [];
          const pool = poolOf(candidates(...weights), down.map(letter));
          const expected = reference(address.slice(0, 3), weights, down);
          if (expected) expect(at(strategy('ip-hash'), pool, address.join('.'))).toBe(expected);
        },
      ),
    );
  });

  it('tells the clients of one network apart when all four octets count', () => {
    const pool = poolOf(candidates(1, 1, 1));
    const hash = strategy({ use: 'ip-hash', octets: 4 });
    const hosts = Array.from({ length: 100 }, (_, last) => at(hash, pool, `192.168.1.${last}`));
    expect(new Set(hosts).size).toBe(3);
  });

  it('sends a client back to the same origin, and others keep theirs when one falls', () => {
    const all = candidates(1, 1, 1, 1);
    const hash = strategy('ip-hash');
    for (let network = 0; network < 250; network++) {
      const before = at(hash, poolOf(all), `10.1.${network}.5`);
      const during = at(hash, poolOf(all, ['C']), `10.1.${network}.5`);
      if (before !== 'C') expect(during).toBe(before);
      else expect(during).not.toBe('C');
      expect(at(hash, poolOf(all), `10.1.${network}.5`)).toBe(before);
    }
  });

  it('gives up after 20 rehashes and goes round robin', () => {
    // The hit origins are so heavy that 21 hashes cannot find the light ones.
    const pool = poolOf(candidates(3000, 1, 1), ['A']);
    const hash = strategy('ip-hash');
    expect([1, 2, 3, 4].map(() => at(hash, pool, '192.168.1.1')).join('')).toBe('BCBC');
  });

  it('takes IPv4 written as IPv6 for what it is, and hashes all of a real IPv6 address', () => {
    const pool = poolOf(candidates(1, 1, 1));
    expect(at(strategy('ip-hash'), pool, '::ffff:192.168.1.77')).toBe('B');
    expect(at(strategy('ip-hash'), pool, '::ffff:c0a8:14d')).toBe('B');
    const hosts = Array.from({ length: 60 }, (_, host) =>
      at(strategy('ip-hash'), pool, `2001:db8::${host.toString(16)}`),
    );
    expect(new Set(hosts).size).toBe(3);
  });

  it('spreads names that are no addresses too', () => {
    const pool = poolOf(candidates(1, 1, 1));
    const hosts = Array.from({ length: 60 }, (_, host) => at(strategy('ip-hash'), pool, `client-${host}`));
    expect(tally(hosts).size).toBe(3);
  });
});

describe('reading addresses', () => {
  it.each([
    ['1.2.3.4', [1, 2, 3, 4]],
    ['::', new Array(16).fill(0)],
    ['::1', [...new Array(15).fill(0), 1]],
    ['fe80::1%eth0', [0xfe, 0x80, ...new Array(13).fill(0), 1]],
    ['2001:db8:1:2:3:4:5:6', [0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6]],
    ['64:ff9b::1.2.3.4', [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]],
    ['::ffff:1.2.3.4', [1, 2, 3, 4]],
  ])('%s', (text, bytes) => {
    expect([...(addressBytes(text) ?? [])]).toEqual(bytes);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    'a.b.c.d',
    ':',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1.2.3.4::',
    ':::',
    '::12345',
  ])('refuses %j', (text) => {
    expect(addressBytes(text)).toBeUndefined();
  });
});

describe('path rules', () => {
  const rules = [
    { prefix: '/api', origins: ['B', 'A'] },
    { prefix: '/images/', origins: ['C'], strategy: { use: 'random' } },
  ];
  const to = (rule: Strategy, pool: Pool, path: string) =>
    rule.choose(pool, request({ path }), 0, createRng(1))?.name ?? '-';

  it.each([
    ['/images', 'C'],
    ['/images/', 'C'],
    ['/images/cat.png', 'C'],
    ['/images?size=2', 'C'],
    ['/api', 'A'],
    ['/api/x', 'A'],
  ])('sends %s to the group of the rule that matches', (path, name) => {
    expect(to(strategy({ use: 'path-rules', rules }), poolOf(candidates(1, 1, 1)), path)).toBe(name);
  });

  it.each(['/', '/imagesque', '/apix', '/API', '*'])('leaves %s to the default, among all origins', (path) => {
    const rule = strategy({ use: 'path-rules', rules, default: { use: 'least-connections' } });
    const all = candidates(1, 1, 1, 1).map((one, index) => ({ ...one, inFlight: index === 3 ? 0 : 1 }));
    expect(to(rule, poolOf(all), path)).toBe('D');
  });

  it('uses the first rule that matches', () => {
    const ordered = [
      { prefix: '/a/b', origins: ['A'] },
      { prefix: '/a', origins: ['B'] },
      { prefix: '/', origins: ['C'] },
    ];
    const rule = strategy({ use: 'path-rules', rules: ordered });
    const pool = poolOf(candidates(1, 1, 1));
    expect(['/a/b/c', '/a/c', '/', '/zzz'].map((path) => to(rule, pool, path)).join('')).toBe('ABCC');
  });

  it('gives each group its own strategy with its own state, in the order of the lab', () => {
    const rule = strategy({ use: 'path-rules', rules });
    const pool = poolOf(candidates(1, 1, 1));
    const paths = ['/api', '/', '/api', '/images', '/api', '/'];
    expect(paths.map((path) => to(rule, pool, path)).join('')).toBe('AABCAB');
  });

  it('has no origin for a request whose group is down, even when others are idle', () => {
    const rule = strategy({ use: 'path-rules', rules });
    const all = candidates(1, 1, 1);
    expect(to(rule, poolOf(all, ['A', 'B']), '/api')).toBe('-');
    expect(to(rule, poolOf(all, ['A', 'B']), '/images')).toBe('C');
    expect(to(rule, poolOf(all, ['A']), '/api')).toBe('B');
    expect(to(strategy({ use: 'path-rules', rules: [{ prefix: '/', origins: ['X'] }] }), poolOf(all), '/')).toBe('-');
  });

  it('hashes within the group: origins outside do not change where clients go', () => {
    const group = [{ prefix: '/', origins: ['A', 'B', 'C'], strategy: { use: 'ip-hash' } }];
    const rule = strategy({ use: 'path-rules', rules: group });
    expect(at(rule, poolOf(candidates(1, 1, 1, 7)), '192.168.1.3')).toBe('B');
  });

  it('passes what happened to an origin on to the groups it is in', () => {
    const weighted = [{ prefix: '/', origins: ['A', 'B'], strategy: { use: 'weighted-round-robin' } }];
    const rule = strategy({ use: 'path-rules', rules: weighted });
    const all = candidates(5, 1);
    rule.finished?.(all[0] as never, 'failure', { duration: 1 }, 0);
    expect(to(rule, poolOf(all), '/')).toBe('B');
  });

  it('explains with the figures of the group that serves the request', () => {
    const rule = strategy({ use: 'path-rules', rules, default: { use: 'least-connections' } });
    const pool = poolOf(candidates(1, 1, 1));
    const shown = (path: string) => {
      const figures = explain(rule, pool, request({ path }));
      return [...figures].map(([{ name }, [figure]]) => `${name} ${figure?.label}`);
    };
    expect(shown('/images')).toEqual(['C chance']);
    expect(shown('/api')).toEqual(['A turns to wait', 'B turns to wait']);
    expect(shown('/')).toHaveLength(3);
  });
});
