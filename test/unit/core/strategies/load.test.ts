import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../src/core/rng.ts';
import { candidate, candidates, explain, picks, poolOf, request, strategy, tally } from '../support.ts';

const inFlights = (...values: number[]) =>
  candidates(...values.map(() => 1)).map((one, i) => ({ ...one, inFlight: values[i] ?? 0 }));

describe('least connections', () => {
  it('chooses the origin with the fewest requests in flight', () => {
    expect(picks(strategy('least-connections'), poolOf(inFlights(3, 1, 2)), 3)).toBe('BBB');
  });

  it('compares requests in flight per weight', () => {
    const all = [candidate('A', { weight: 4, inFlight: 4 }), candidate('B', { weight: 1, inFlight: 2 })];
    expect(picks(strategy('least-connections'), poolOf(all), 1)).toBe('A');
    const close = [candidate('A', { weight: 3, inFlight: 1 }), candidate('B', { weight: 10, inFlight: 3 })];
    expect(picks(strategy('least-connections'), poolOf(close), 1)).toBe('B');
  });

  it('sees equal ratios as equal even where division would round them apart', () => {
    const all = [candidate('A', { weight: 49, inFlight: 7 }), candidate('B', { weight: 7, inFlight: 1 })];
    expect(picks(strategy('least-connections'), poolOf(all), 8)).toBe('AAAABAAA');
  });

  it('breaks ties by weighted turns among those tied, so an idle lab is shared by weight', () => {
    expect(picks(strategy('least-connections'), poolOf(candidates(5, 1, 1)), 7)).toBe('AABACAA');
    expect(picks(strategy('least-connections'), poolOf(inFlights(0, 9, 0)), 4)).toBe('ACAC');
  });

  it('never chooses one that has more in flight per weight than another available one', () => {
    const origin = fc.record({ weight: fc.integer({ min: 1, max: 9 }), inFlight: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(origin, { minLength: 1, maxLength: 8 }), (origins) => {
        const all = origins.map((values, index) => candidate(`o${index}`, values));
        const chosen = strategy('least-connections').choose(poolOf(all), request(), 0, createRng(1));
        const ratio = (one: { inFlight: number; weight: number }) => one.inFlight / one.weight;
        expect(ratio(chosen as never)).toBeLessThanOrEqual(Math.min(...all.map(ratio)) + 1e-12);
      }),
    );
  });

  it('shows the compared ratio', () => {
    const all = [candidate('A', { weight: 2, inFlight: 3 })];
    const figures = explain(strategy('least-connections'), poolOf(all)).get(all[0] as never);
    expect(figures?.[0]).toEqual({ label: 'in flight / weight', value: 1.5 });
  });
});

describe('power of two choices', () => {
  it('never chooses the busiest when its draws are distinct', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 2, maxLength: 8 }), fc.integer(), (values, seed) => {
        const all = inFlights(...values);
        const busiest = Math.max(...values);
        // A tie for the busiest place may win against the other one in it.
        if (values.filter((value) => value === busiest).length > 1) return;
        const chosen = strategy('power-of-two-choices').choose(poolOf(all), request(), 0, createRng(seed));
        expect(chosen?.inFlight).toBeLessThan(busiest);
      }),
    );
  });

  it('draws every pair of origins equally often', () => {
    // With 0, 1, 2 in flight A wins two of the three pairs and B one.
    const counts = tally(picks(strategy('power-of-two-choices'), poolOf(inFlights(0, 1, 2)), 30_000, createRng(5)));
    expect((counts.get('A') ?? 0) / 30_000).toBeCloseTo(2 / 3, 2);
    expect((counts.get('B') ?? 0) / 30_000).toBeCloseTo(1 / 3, 2);
    expect(counts.get('C')).toBeUndefined();
  });

  it('shares equally among origins that are equally busy', () => {
    const counts = tally(picks(strategy('power-of-two-choices'), poolOf(inFlights(2, 2, 2, 2)), 40_000, createRng(9)));
    for (const count of counts.values()) expect(count / 40_000).toBeCloseTo(1 / 4, 2);
  });

  it('may draw the same origin twice with replacement, so the busiest gets its 1/n²', () => {
    const spec = { use: 'power-of-two-choices', replacement: true };
    const counts = tally(picks(strategy(spec), poolOf(inFlights(0, 1, 2)), 90_000, createRng(5)));
    expect((counts.get('C') ?? 0) / 90_000).toBeCloseTo(1 / 9, 2);
    expect((counts.get('A') ?? 0) / 90_000).toBeCloseTo(5 / 9, 2);
  });

  it('looks at all origins when there are no more than choices', () => {
    const spec = { use: 'power-of-two-choices', choices: 5 };
    expect(picks(strategy(spec), poolOf(inFlights(3, 2, 1, 4)), 5)).toBe('CCCCC');
  });

  it('works with a single origin and follows a pool that grows and shrinks', () => {
    const p2c = strategy('power-of-two-choices');
    expect(picks(p2c, poolOf(inFlights(7)), 2)).toBe('AA');
    expect(picks(p2c, poolOf(inFlights(1, 0)), 2)).toBe('BB');
    expect(picks(p2c, poolOf(inFlights(1, 0, 5), ['B']), 2)).toBe('AA');
  });
});

describe('least load', () => {
  const reported = (name: string, value: number, at = 0, inFlight = 0) =>
    candidate(name, { load: { value, at }, inFlight });
  const chosen = (all: ReturnType<typeof candidate>[], now = 0, spec: object = {}) =>
    strategy({ use: 'least-load', ...spec }).choose(poolOf(all), request(), now, createRng(1))?.name;

  it('chooses the origin that reported the smallest load', () => {
    expect(chosen([reported('A', 0.8), reported('B', 0.2, 0, 9), reported('C', 0.5)])).toBe('B');
  });

  it('breaks ties by requests in flight, then by lot', () => {
    expect(chosen([reported('A', 0.5, 0, 2), reported('B', 0.5, 0, 1)])).toBe('B');
    const tied = picks(
      strategy('least-load'),
      poolOf([reported('A', 0.5), reported('B', 0.5), reported('C', 0.5)]),
      3000,
    );
    for (const count of tally(tied).values()) expect(count / 3000).toBeCloseTo(1 / 3, 1);
  });

  it('counts an origin without a fresh report as one with a single worker', () => {
    expect(chosen([reported('A', 0.4), candidate('B')])).toBe('B');
    expect(chosen([reported('A', 0.4), candidate('B', { inFlight: 1 })])).toBe('A');
    expect(chosen([reported('A', 3), candidate('B', { inFlight: 1 })])).toBe('B');
    expect(chosen([candidate('A', { inFlight: 2 }), candidate('B', { inFlight: 1 })])).toBe('B');
  });

  it('does not trust a report older than maxAge', () => {
    const all = [reported('A', 0.1, 0, 1), reported('B', 0.5, 9000, 0)];
    expect(chosen(all, 10_000)).toBe('A');
    expect(chosen(all, 10_001)).toBe('B');
    expect(chosen(all, 500, { maxAge: 400 })).toBe('B');
  });

  it('does not trust a report from the future that a clock set back left over', () => {
    expect(chosen([reported('A', 0, 3_600_000, 1), reported('B', 0.5, 0)], 0)).toBe('B');
  });

  it('does not starve an origin whose report said it was busy long ago', () => {
    const all = [reported('A', 0.3, 60_000), reported('B', 5, 0)];
    expect(chosen(all, 60_000)).toBe('B');
  });

  it('shows what was reported, how old it is, and what is assumed instead', () => {
    const all = [reported('A', 0.3, 1000), reported('B', 0.2, -99_000, 4), candidate('C', { inFlight: 1 })];
    const figures = explain(strategy('least-load'), poolOf(all), request(), 3000);
    expect(all.map((one) => figures.get(one))).toEqual([
      [
        { label: 'reported load', value: 0.3 },
        { label: 'age of the report (ms)', value: 2000 },
        { label: 'in flight', value: 0 },
      ],
      [
        { label: 'assumed load', value: 4 },
        { label: 'age of the report (ms)', value: 102_000 },
        { label: 'in flight', value: 4 },
      ],
      [
        { label: 'assumed load', value: 1 },
        { label: 'in flight', value: 1 },
      ],
    ]);
  });
});
