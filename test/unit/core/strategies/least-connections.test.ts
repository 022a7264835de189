import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadLevels } from '../../../../src/core/load-levels.ts';
import { MOST_IN_A_SET } from '../../../../src/core/load-sets.ts';
import { createRng } from '../../../../src/core/rng.ts';
import { SmoothWeights } from '../../../../src/core/smooth-weights.ts';
import type { Candidate, Pool, Strategy } from '../../../../src/core/strategy.ts';
import { candidate, candidates, picks, poolOf, request, strategy, type TestCandidate, tally } from '../support.ts';

/** nginx's least_conn as its source has it: look at all, then smooth weighted round robin among those tied. */
class LookingAtAll {
  readonly #turns = new SmoothWeights();

  choose({ all, available }: Pool): Candidate | undefined {
    this.#turns.follow(all);
    const [first] = available;
    if (first === undefined) return undefined;
    const least = available.reduce((a, b) => (b.inFlight * a.weight < a.inFlight * b.weight ? b : a), first);
    const tied = available.filter((one) => one.inFlight * least.weight === least.inFlight * one.weight);
    return tied.length === 1 ? tied[0] : this.#turns.pick(tied);
  }
}

/** The strategy, keeping at most so many origins in sets: with 0 none. */
function leastOf(few: number): Strategy {
  const levels = new LoadLevels(true, few);
  return {
    choose: ({ all, available }) => {
      levels.follow(all, available);
      return levels.inTurn();
    },
    loadChanged: (origin) => levels.changed(origin),
  };
}

const step = fc.record({
  kind: fc.constantFrom('send', 'send', 'send', 'end', 'end', 'toggle', 'retry'),
  pick: fc.nat(30),
});

describe('least connections among many', () => {
  it.each([
    ['equal', fc.constant(1)],
    ['whole', fc.integer({ min: 1, max: 4 })],
    ['binary fractions as', fc.constantFrom(0.25, 0.5, 1, 3)],
  ])('chooses with %s weights exactly what looking at all would, ties included, whatever happens', (_, weight) => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(weight, { minLength: 1, maxLength: 9 }),
          fc.array(weight, { minLength: MOST_IN_A_SET - 1, maxLength: MOST_IN_A_SET + 2 }),
        ),
        fc.array(step, { maxLength: 80 }),
        // Where it lies within the number of origins, those that come and go change between being few and many.
        fc.oneof(fc.nat(9), fc.constant(MOST_IN_A_SET)),
        (weights, steps, few) => {
          const all = candidates(...weights);
          const down = new Set<string>();
          const indexed = leastOf(few);
          const plain = new LookingAtAll();
          const sent: TestCandidate[] = [];
          let pool = poolOf(all);
          for (const { kind, pick } of steps) {
            if (kind === 'toggle') {
              const { name } = all[pick % all.length] as TestCandidate;
              if (!down.delete(name) && down.size < all.length - 1) down.add(name);
              pool = poolOf(all, [...down]);
            } else if (kind === 'end') {
              const [origin] = sent.splice(pick % Math.max(1, sent.length), 1);
              if (origin === undefined) continue;
              origin.inFlight--;
              indexed.loadChanged?.(origin);
            } else {
              const without = [...down, all[pick % all.length]?.name ?? ''];
              const asked = kind === 'retry' && without.length < all.length ? poolOf(all, without) : pool;
              const origin = indexed.choose(asked, request(), 0, createRng(1)) as TestCandidate;
              expect(origin).toBe(plain.choose(asked));
              origin.inFlight++;
              indexed.loadChanged?.(origin);
              sent.push(origin);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each(['nginx', 'haproxy', 'caddy'])('looks at a few origins of a thousand for a choice as in %s', (as) => {
    let looked = 0;
    const all = Array.from({ length: 1000 }, (_, index): TestCandidate => {
      let inFlight = index % 7;
      return {
        ...candidate(`o${index}`),
        get inFlight() {
          looked++;
          return inFlight;
        },
        set inFlight(value) {
          inFlight = value;
        },
      };
    });
    const pool = poolOf(all);
    const one = strategy({ use: 'least-connections', as });
    const rng = createRng(1);
    one.choose(pool, request(), 0, rng);
    looked = 0;
    for (let index = 0; index < 500; index++) {
      const origin = one.choose(pool, request(), 0, rng) as TestCandidate;
      origin.inFlight++;
      one.loadChanged?.(origin);
      if (index % 2 === 0) continue;
      origin.inFlight--;
      one.loadChanged?.(origin);
    }
    expect(looked).toBeLessThan(500 * 10);
  });

  it('forgets origins that left, and knows those in flight when it came into use', () => {
    const one = strategy('least-connections');
    const [a, b, c] = [
      candidate('A', { inFlight: 2 }),
      candidate('B', { inFlight: 1 }),
      candidate('C', { inFlight: 3 }),
    ] as const;
    expect(picks(one, poolOf([a, b, c]), 2)).toBe('BB');
    expect(picks(one, poolOf([a, c]), 2)).toBe('AA');
    one.loadChanged?.(b);
    expect(picks(one, poolOf([a, c, { ...b, inFlight: 0 }]), 2)).toBe('BB');
  });
});

describe('least connections as in Caddy', () => {
  it('does not look at weights, and draws among those tied', () => {
    const all = [
      candidate('A', { weight: 9, inFlight: 2 }),
      candidate('B', { inFlight: 1 }),
      candidate('C', { inFlight: 1 }),
    ];
    const counts = tally(picks(strategy({ use: 'least-connections', as: 'caddy' }), poolOf(all), 2000, createRng(3)));
    expect([...counts.keys()].sort()).toEqual(['B', 'C']);
    expect((counts.get('B') ?? 0) / 2000).toBeCloseTo(0.5, 1);
  });
});

describe('least connections as in HAProxy', () => {
  it('shares an idle lab by weight, and takes those equal in turn', () => {
    const one = strategy({ use: 'least-connections', as: 'haproxy' });
    const all = candidates(1, 1, 1);
    const pool = poolOf(all);
    let chosen = '';
    for (let index = 0; index < 6; index++) {
      const origin = one.choose(pool, request(), 0, createRng(1)) as TestCandidate;
      origin.inFlight++;
      one.loadChanged?.(origin);
      origin.inFlight--;
      one.loadChanged?.(origin);
      chosen += origin.name;
    }
    expect(chosen).toBe('ABCABC');
  });

  it('puts one that comes back behind those with the same key', () => {
    const one = strategy({ use: 'least-connections', as: 'haproxy' });
    const all = candidates(1, 1, 1);
    expect(picks(one, poolOf(all), 1)).toBe('A');
    expect(picks(one, poolOf(all, ['A']), 1)).toBe('B');
    expect(picks(one, poolOf([...all]), 1)).toBe('B');
  });
});
