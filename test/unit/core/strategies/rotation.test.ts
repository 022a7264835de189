import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../src/core/rng.ts';
import { SmoothWeights } from '../../../../src/core/smooth-weights.ts';
import { candidate, candidates, explain, letter, picks, poolOf, strategy, tally } from '../support.ts';

describe('round robin', () => {
  it('starts at the first origin and goes on in the order of the lab', () => {
    expect(picks(strategy('round-robin'), poolOf(candidates(1, 1, 1)), 7)).toBe('ABCABCA');
  });

  it('does not look at weights or requests in flight', () => {
    const all = [candidate('A', { weight: 9 }), candidate('B', { inFlight: 99 })];
    expect(picks(strategy('round-robin'), poolOf(all), 4)).toBe('ABAB');
  });

  it('skips an origin that is not available and goes on with the one after', () => {
    const all = candidates(1, 1, 1);
    const turns = strategy('round-robin');
    expect(picks(turns, poolOf(all), 1)).toBe('A');
    expect(picks(turns, poolOf(all, ['B']), 3)).toBe('CAC');
    expect(picks(turns, poolOf(all), 4)).toBe('ABCA');
  });

  it('goes on after the origin chosen last when others are added or removed', () => {
    const [a, b, c, d] = candidates(1, 1, 1, 1) as [never, never, never, never];
    const turns = strategy('round-robin');
    expect(picks(turns, poolOf([a, b, c]), 2)).toBe('AB');
    expect(picks(turns, poolOf([a, b, c, d]), 1)).toBe('C');
    expect(picks(turns, poolOf([b, c, d]), 2)).toBe('DB');
  });

  it('gives the turn to the next one when the origin chosen last is removed', () => {
    const [a, b, c] = candidates(1, 1, 1) as [never, never, never];
    const turns = strategy('round-robin');
    expect(picks(turns, poolOf([a, b, c]), 2)).toBe('AB');
    expect(picks(turns, poolOf([a, c]), 3)).toBe('CAC');
    const again = strategy('round-robin');
    expect(picks(again, poolOf([a, b, c]), 1)).toBe('A');
    expect(picks(again, poolOf([b, c]), 3)).toBe('BCB');
  });

  it('is exactly fair over any run of requests while the pool stays', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 100 }),
        (count, before, length) => {
          const pool = poolOf(candidates(...new Array(count).fill(1)));
          const turns = strategy('round-robin');
          picks(turns, pool, before);
          const counts = tally(picks(turns, pool, length));
          const each = pool.all.map(({ name }) => counts.get(name) ?? 0);
          expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('never chooses the same origin twice in a row while another is available, however availability flaps', () => {
    fc.assert(
      fc.property(fc.array(fc.subarray(['A', 'B', 'C', 'D'], { maxLength: 2 }), { minLength: 2 }), (downs) => {
        const all = candidates(1, 1, 1, 1);
        const turns = strategy('round-robin');
        const chosen = downs.map((down) => picks(turns, poolOf(all, down), 1));
        for (let i = 1; i < chosen.length; i++) expect(chosen[i]).not.toBe(chosen[i - 1]);
      }),
    );
  });

  it('explains how many turns each available origin has to wait, without taking one', () => {
    const all = candidates(1, 1, 1);
    const turns = strategy('round-robin');
    picks(turns, poolOf(all), 1);
    const figures = explain(turns, poolOf(all, ['B']));
    expect([...figures].map(([{ name }, [figure]]) => [name, figure?.value])).toEqual([
      ['C', 0],
      ['A', 1],
    ]);
    expect(picks(turns, poolOf(all), 1)).toBe('B');
  });
});

describe('weighted round robin', () => {
  it('spreads 5, 1, 1 as nginx does, with its current weights after every pick', () => {
    const all = candidates(5, 1, 1);
    const weights = new SmoothWeights();
    const after = Array.from({ length: 7 }, () => {
      const name = weights.pick(all)?.name;
      return [name, all.map((one) => weights.outlook(one).current - one.weight)];
    });
    expect(after).toEqual([
      ['A', [-2, 1, 1]],
      ['A', [-4, 2, 2]],
      ['B', [1, -4, 3]],
      ['A', [-1, -3, 4]],
      ['C', [4, -2, -2]],
      ['A', [2, -1, -1]],
      ['A', [0, 0, 0]],
    ]);
    expect(picks(strategy('weighted-round-robin'), poolOf(all), 14)).toBe('AABACAAAABACAA');
  });

  it('spreads 3, 2, 1 as a b a c b a', () => {
    expect(picks(strategy('weighted-round-robin'), poolOf(candidates(3, 2, 1)), 6)).toBe('ABACBA');
  });

  it('is plain round robin when the weights are equal', () => {
    expect(picks(strategy('weighted-round-robin'), poolOf(candidates(2, 2, 2)), 6)).toBe('ABCABC');
  });

  it('gives each origin exactly its weight in every full round, for any whole weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const pool = poolOf(candidates(...weights));
        const round = weights.reduce((sum, weight) => sum + weight, 0);
        const counts = tally(picks(strategy('weighted-round-robin'), pool, 2 * round));
        expect(weights.map((_, index) => counts.get(letter(index)))).toEqual(weights.map((weight) => 2 * weight));
      }),
    );
  });

  it('brings the shares to fractional weights too', () => {
    const counts = tally(picks(strategy('weighted-round-robin'), poolOf(candidates(0.5, 1.5)), 4000));
    expect(counts.get('A')).toBe(1000);
  });

  it('takes an origin back where it stood when it was away for a while', () => {
    const all = candidates(1, 1, 1);
    const turns = strategy('weighted-round-robin');
    expect(picks(turns, poolOf(all), 1)).toBe('A');
    expect(picks(turns, poolOf(all, ['A']), 2)).toBe('BC');
    // A still owes the turn it had before it left.
    expect(picks(turns, poolOf([...all]), 6)).toBe('BCABCA');
  });

  it('gives a failed origin no turn until its weight has recovered, one per pick', () => {
    const all = candidates(3, 3);
    const turns = strategy('weighted-round-robin');
    turns.finished?.(all[0] as never, 'failure', { duration: 1 }, 0);
    const weightOfA = () =>
      explain(turns, poolOf(all))
        .get(all[0] as never)
        ?.find(({ label }) => label === 'effective weight')?.value;
    expect(weightOfA()).toBe(0);
    expect(picks(turns, poolOf(all), 1)).toBe('B');
    expect(weightOfA()).toBe(1);
    picks(turns, poolOf(all), 2);
    expect(weightOfA()).toBe(3);
    picks(turns, poolOf(all), 2);
    expect(weightOfA()).toBe(3);
  });

  it('lowers the weight by weight / maxFails per failure, never below 0, and not at all with maxFails 0', () => {
    const all = candidates(6, 1);
    const weightAfter = (maxFails: number, failures: number) => {
      const turns = strategy({ use: 'weighted-round-robin', maxFails });
      for (let i = 0; i < failures; i++) turns.finished?.(all[0] as never, 'failure', { duration: 1 }, 0);
      return explain(turns, poolOf(all)).get(all[0] as never)?.[1]?.value;
    };
    expect([weightAfter(3, 1), weightAfter(3, 2), weightAfter(3, 9), weightAfter(0, 9)]).toEqual([4, 2, 0, 6]);
  });

  it('still chooses when failures have lowered every weight to nothing', () => {
    const all = candidates(1, 1);
    const turns = strategy('weighted-round-robin');
    for (const one of all) turns.finished?.(one, 'failure', { duration: 1 }, 0);
    expect(new Set(picks(turns, poolOf(all), 4))).toEqual(new Set(['A', 'B']));
  });

  it('does not count a client that left as a failure', () => {
    const all = candidates(2, 1);
    const turns = strategy('weighted-round-robin');
    turns.finished?.(all[0] as never, 'abandoned', { duration: 1 }, 0);
    expect(picks(turns, poolOf(all), 3)).toBe('ABA');
  });
});

describe('random', () => {
  const share = (id: string, weights: number[], down: string[] = []) => {
    const counts = tally(picks(strategy(id), poolOf(candidates(...weights), down), 60_000, createRng(7)));
    return weights.map((_, index) => (counts.get(letter(index)) ?? 0) / 60_000);
  };

  it('gives all available origins the same share, whatever their weights', () => {
    const shares = share('random', [1, 5, 1, 1], ['D']);
    expect(shares[3]).toBe(0);
    for (const each of shares.slice(0, 3)) expect(each).toBeCloseTo(1 / 3, 2);
  });

  it('gives shares in proportion to the weights when weighted', () => {
    const shares = share('weighted-random', [5, 3, 2, 10], ['D']);
    expect(shares[3]).toBe(0);
    expect(shares[0]).toBeCloseTo(0.5, 2);
    expect(shares[1]).toBeCloseTo(0.3, 2);
    expect(shares[2]).toBeCloseTo(0.2, 2);
  });

  it('replays the same choices from the same seed', () => {
    const run = (seed: number) => picks(strategy('random'), poolOf(candidates(1, 1, 1)), 50, createRng(seed));
    expect(run(3)).toBe(run(3));
    expect(run(3)).not.toBe(run(4));
  });
});
