import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketBounds, Histogram } from '../../../src/core/histogram.ts';

const filled = (values: readonly number[]) => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
};
const times = fc.array(fc.double({ min: 0.01, max: 599_000, noNaN: true }), { minLength: 1, maxLength: 200 });

describe('a histogram', () => {
  it('has no value for anything while it is empty', () => {
    const { count, mean, max, min } = new Histogram();
    expect([count, mean, max, min, new Histogram().quantile(0.5)]).toEqual([
      0,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('knows count, mean and extremes exactly and quantiles to 0.8 %', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const histogram = filled(values);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.min(sorted.length, Math.max(1, Math.ceil(q * sorted.length - 1e-9))) - 1] ?? 0;
        expect(Math.abs(histogram.quantile(q) - exact) / exact).toBeLessThan(0.008);
        expect(histogram.count).toBe(values.length);
        expect(histogram.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
        expect([histogram.min, histogram.max]).toEqual([sorted[0], sorted.at(-1)]);
      }),
    );
  });

  it('counts every value in the bucket whose bounds hold it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 599_000, noNaN: true }), (value) => {
        const bucket = filled([value]).counts.indexOf(1);
        const { from, to } = bucketBounds(bucket);
        expect(from).toBeLessThanOrEqual(value * (1 + 1e-12));
        expect(to).toBeGreaterThan(value * (1 - 1e-12));
      }),
    );
  });

  it('has buckets without gaps, none wider than 1/64 of its values', () => {
    const { counts } = new Histogram();
    for (let bucket = 1; bucket < counts.length; bucket++) {
      const { from, to } = bucketBounds(bucket);
      expect(from).toBe(bucketBounds(bucket - 1).to);
      expect((to - from) / from).toBeLessThanOrEqual(1 / 64 + 1e-12);
    }
    expect(bucketBounds(0)).toEqual({ from: 0, to: 0.01 });
    expect(bucketBounds(counts.length - 1).to).toBeGreaterThan(600_000);
  });

  it('holds the same after merging parts as after recording all', () => {
    fc.assert(
      fc.property(times, times, (some, others) => {
        const merged = filled(some);
        merged.merge(new Histogram());
        merged.merge(structuredClone(filled(others)));
        const whole = filled([...some, ...others]);
        expect(merged.counts).toEqual(whole.counts);
        expect([merged.count, merged.min, merged.max]).toEqual([whole.count, whole.min, whole.max]);
        expect(merged.mean).toBeCloseTo(whole.mean, 6);
      }),
    );
  });

  it('is as new after a reset', () => {
    const histogram = filled([1, 2, 3]);
    histogram.reset();
    expect(histogram).toEqual(new Histogram());
  });

  it('loses nothing outside its range', () => {
    const histogram = filled([-1, 0, Number.NaN, 0.001, 3_600_000]);
    expect(histogram.count).toBe(5);
    expect([histogram.min, histogram.max]).toEqual([0, 3_600_000]);
    expect(histogram.quantile(1)).toBe(3_600_000);
    expect(histogram.quantile(0.5)).toBeLessThan(0.01);
  });
});
