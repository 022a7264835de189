import { describe, expect, it } from 'vitest';
import { EarliestDeadline } from '../../../../src/core/earliest-deadline.ts';
import { HashRing } from '../../../../src/core/hash-ring.ts';
import { MaglevTable } from '../../../../src/core/maglev-table.ts';
import { weightFor } from '../../../../src/core/reported-weights.ts';
import { createRng } from '../../../../src/core/rng.ts';
import type { Strategy } from '../../../../src/core/strategy.ts';
import { XxHash64 } from '../../../../src/core/xxhash64.ts';
import { candidate, candidates, picks, poolOf, request, strategy, type TestCandidate, tellStart } from '../support.ts';

/** Envoy's test hosts, 127.0.0.1:90 and on. */
const envoyHosts = (...weights: number[]): TestCandidate[] =>
  weights.map((weight, index) => ({ ...candidate(`h${index}`, { weight }), address: `127.0.0.1:9${index}` }));

/** Sends requests that never end. */
const pileUp = (one: Strategy, all: readonly TestCandidate[], times: number, client = 'hot'): string => {
  const pool = poolOf(all);
  let chosen = '';
  for (let index = 0; index < times; index++) {
    const origin = one.choose(pool, request({ client }), 0, createRng(1)) as TestCandidate;
    origin.inFlight++;
    tellStart(one, origin, 0);
    chosen += origin.name;
  }
  return chosen;
};

describe("Envoy's ring hash test", () => {
  const RING: readonly [port: number, place: bigint][] = [
    [94, 833_437_586_790_550_860n],
    [92, 928_266_305_478_181_108n],
    [90, 1_033_482_794_131_418_490n],
    [95, 3_551_244_743_356_806_947n],
    [93, 3_851_675_632_748_031_481n],
    [91, 5_583_722_120_771_150_861n],
    [91, 6_311_230_543_546_372_928n],
    [93, 7_700_377_290_971_790_572n],
    [95, 13_144_177_310_400_110_813n],
    [92, 13_444_792_449_719_432_967n],
    [94, 15_516_499_411_664_133_160n],
    [90, 16_117_243_373_044_804_889n],
  ];

  it('has its twelve entries where Envoy has them', () => {
    const ring = new HashRing(envoyHosts(1, 1, 1, 1, 1, 1), 2, new XxHash64());
    const points = Array.from(ring.points, (place, index) => [
      Number(ring.origins[ring.owners[index] ?? 0]?.address.slice(-2)),
      BigInt(place),
    ]);
    expect(points).toEqual(RING.map(([port, place]) => [port, place >> 11n]));
  });

  it('finds for a hash the first entry at it or after it, the first of all past the last', () => {
    const ring = new HashRing(envoyHosts(1, 1, 1, 1, 1, 1), 2, new XxHash64());
    const at = (place: bigint) => ring.ownerAfter(ring.indexAt(Number(place >> 11n)), 0)?.address;
    expect(at(0n)).toBe('127.0.0.1:94');
    expect(at(2n ** 64n - 1n)).toBe('127.0.0.1:94');
    expect(at(3_551_244_743_356_806_947n)).toBe('127.0.0.1:95');
    expect(at(3_551_244_743_356_806_947n + 2048n)).toBe('127.0.0.1:93');
    expect(at(16_117_243_373_044_804_880n)).toBe('127.0.0.1:90');
  });
});

describe("Envoy's Maglev tests", () => {
  it('fill a table of 7 with six hosts', () => {
    const { places } = new MaglevTable(envoyHosts(1, 1, 1, 1, 1, 1), 7, new XxHash64());
    expect([...places]).toEqual([2, 4, 0, 1, 5, 0, 3]);
  });

  it('fill a table of 17 by weights of 1 and 2', () => {
    const { places } = new MaglevTable(envoyHosts(1, 2), 17, new XxHash64());
    expect([...places]).toEqual([1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1]);
  });
});

describe('HAProxy', () => {
  it('deals out the slots of bounded loads by weight: with one hot key and 125 %, this is who gets the requests', () => {
    // lb_chash.c: ceil((served + 1) × 1.25) slots, each origin's end floor(weights so far × slots / all weights), at least 1.
    const reference = (order: readonly number[], weights: readonly number[], requests: number): string => {
      const served = weights.map(() => 0);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      let chosen = '';
      for (let request = 0; request < requests; request++) {
        const slots = Math.floor(((request + 1) * 125 + 99) / 100);
        const most = weights.map((weight, index) => {
          const before = weights.slice(0, index).reduce((sum, each) => sum + each, 0);
          const share = Math.floor(((before + weight) * slots) / total) - Math.floor((before * slots) / total);
          return Math.max(1, share);
        });
        const index = order.find((each) => (served[each] ?? 0) < (most[each] ?? 0)) ?? 0;
        served[index] = (served[index] ?? 0) + 1;
        chosen += 'ABC'[index];
      }
      return chosen;
    };
    for (const weights of [
      [1, 1, 1],
      [3, 1, 2],
    ]) {
      // The order in which the hot key meets the origins on the ring, learnt from a ring without a bound.
      const order: number[] = [];
      const down: string[] = [];
      while (order.length < 3) {
        const all = candidates(...weights);
        const met = strategy('ring-hash').choose(poolOf(all, down), request({ client: 'hot' }), 0, createRng(1));
        order.push('ABC'.indexOf(met?.name ?? ''));
        down.push(met?.name ?? '');
      }
      const bounded = strategy({ use: 'ring-hash', boundedLoad: 1.25 });
      expect(pileUp(bounded, candidates(...weights), 60)).toBe(reference(order, weights, 60));
    }
  });

  it('counts the request itself in leastconn, and of equal keys takes the one that waited longest', () => {
    // Keys (n + 1) × 4096 / (16 × weight) are 64 128 192 256 … and 256 512: at 256 A has come last, and at 512 again.
    const all = [
      candidate('A', { weight: 4 }),
      candidate('B', { weight: 1 }),
      candidate('C', { weight: 1, inFlight: 0 }),
    ];
    expect(pileUp(strategy({ use: 'least-connections', as: 'haproxy' }), all, 11)).toBe('AAABCAAAABC');
    // nginx compares without it: all idle ones are equal, and so are 4/4 and 1/1.
    expect(pileUp(strategy('least-connections'), candidates(4, 1, 1), 6)).toBe('ABCAAA');
  });
});

describe('earliest deadline first, as in Envoy and Traefik', () => {
  it('spreads 5, 1, 1 and 3, 2, 1, and gives ties to the one that was put in first', () => {
    const deadline = { use: 'weighted-round-robin', order: 'deadline' };
    // Deadlines of A: 0.2 0.4 0.6 0.8 1; of B and C: 1, which are older than A's last.
    expect(picks(strategy(deadline), poolOf(candidates(5, 1, 1)), 7)).toBe('AAAABCA');
    // A: 1/3 2/3 1; B: 1/2 1; C: 1.
    expect(picks(strategy(deadline), poolOf(candidates(3, 2, 1)), 6)).toBe('ABACBA');
    expect(picks(strategy(deadline), poolOf(candidates(1, 1, 1)), 6)).toBe('ABCABC');
  });

  it('weighs power of two choices by weight / (in flight + 1) where weights are unequal', () => {
    // Every request stays. Deadlines of A (weight 2): 1/2, + 1/2 = 1, + 2/2 = 2 …; of B (weight 1): 1, + 1 = 2, + 2 = 4 …; B's 1 and
    // 2 were put in before A's.
    const weightAtPick = new EarliestDeadline(({ weight, inFlight }) => weight / (inFlight + 1));
    const mirror = candidates(2, 1);
    let expected = '';
    for (let index = 0; index < 12; index++) {
      const origin = weightAtPick.pick(mirror) as TestCandidate;
      origin.inFlight++;
      expected += origin.name;
    }
    expect(expected.slice(0, 4)).toBe('ABAB');
    expect(pileUp(strategy('power-of-two-choices'), candidates(2, 1), 12)).toBe(expected);
  });

  it('is plain weighted round robin with a bias of 0, whatever is in flight', () => {
    const spec = { use: 'power-of-two-choices', bias: 0, replacement: true };
    // Three thirds make 1, but 1 and three thirds a little less than 2.
    expect(pileUp(strategy(spec), candidates(3, 1), 8)).toBe('AABAAAAB');
  });
});

describe('Caddy', () => {
  it('gives an origin its turns in a row', () => {
    const blocks = { use: 'weighted-round-robin', order: 'blocks' };
    expect(picks(strategy(blocks), poolOf(candidates(3, 2, 1)), 12)).toBe('AAABBCAAABBC');
  });
});

describe("Envoy's weights from load reports", () => {
  it.each([
    [1000, 0.5, 0, 0, 2000],
    [100, 0.25, 0, 1, 400],
    [1000, 0.5, 100, 2, 1428],
    [100, 0.5, 10, 1, 166],
  ])(
    '%d requests/s at a load of %d with %d errors/s and a penalty of %d: %d',
    (rate, load, errors, penalty, weight) => {
      expect(Math.floor(weightFor(rate, load, errors, penalty) ?? 0)).toBe(weight);
    },
  );

  it('have no answer without requests or without load', () => {
    expect(weightFor(0, 0.5, 0, 1)).toBeUndefined();
    expect(weightFor(1000, 0, 0, 1)).toBeUndefined();
    expect(weightFor(1000, 0, 100, 1)).toBe(10_000);
  });
});

describe('nginx', () => {
  it('hashes 192.168.1.x to the second of three, and all four octets where asked to', () => {
    const to = (octets: number, client: string) =>
      strategy({ use: 'ip-hash', octets }).choose(poolOf(candidates(1, 1, 1)), request({ client }), 0, createRng(1))
        ?.name;
    for (const last of [1, 7, 200]) expect(to(3, `192.168.1.${last}`)).toBe('B');
    // 89 → 3978 → 4438 → 6086 … worked out by hand: (((89·113+192)·113+168)·113+1)·113+last, each modulo 6271.
    const hash = (last: number) => [192, 168, 1, last].reduce((value, octet) => (value * 113 + octet) % 6271, 89);
    for (const last of [1, 2, 3, 4]) expect(to(4, `192.168.1.${last}`)).toBe('ABC'[hash(last) % 3]);
  });
});
