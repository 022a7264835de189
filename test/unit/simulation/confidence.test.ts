import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/rng.ts';
import { BatchMeans } from '../../../src/simulation/batch-means.ts';
import { meanInterval, rowInterval, student } from '../../../src/simulation/confidence.ts';

describe('the points of Student’s t', () => {
  it('are those of the tables', () => {
    // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2
    const tabled: [degrees: number, confidence: number, t: number][] = [
      [1, 0.95, 12.706],
      [2, 0.95, 4.303],
      [3, 0.95, 3.182],
      [9, 0.95, 2.262],
      [19, 0.95, 2.093],
      [30, 0.95, 2.042],
      [100, 0.95, 1.984],
      [1, 0.99, 63.657],
      [4, 0.99, 4.604],
      [9, 0.99, 3.25],
      [19, 0.998, 3.579],
      [100, 0.9, 1.66],
    ];
    for (const [degrees, confidence, t] of tabled) expect(student(degrees, confidence)).toBeCloseTo(t, 3);
  });

  it('come near the normal’s with many degrees of freedom', () => {
    expect(student(2000)).toBeCloseTo(1.9612, 4);
  });

  it('give the interval of a mean', () => {
    // s = 1, √3 runs: 4.3027 / √3
    const [low, high] = meanInterval([1, 2, 3]) ?? [0, 0];
    expect(low).toBeCloseTo(2 - 2.4841, 3);
    expect(high).toBeCloseTo(2 + 2.4841, 3);
    expect(meanInterval([1])).toBeUndefined();
  });
});

describe('the interval of one long run', () => {
  /** Answer times of M/M/1 in services, by Lindley's recursion. */
  function answers(load: number, count: number, seed: number): BatchMeans {
    const rng = createRng(seed);
    const batches = new BatchMeans();
    let wait = 0;
    for (let request = -1000; request < count; request++) {
      const service = -Math.log(1 - rng.next());
      if (request >= 0) batches.add(wait + service);
      wait = Math.max(0, wait + service + Math.log(1 - rng.next()) / load);
    }
    return batches;
  }

  // Without regard to what batches have in common the truth lies in 80, 90 and 94 of 100 at these loads.
  it.each([
    [0.9, 10_800, 0.85],
    [0.9, 40_000, 0.89],
    [0.5, 6000, 0.91],
  ])('holds the truth about as often as it says at load %d', (load, requests, least) => {
    const truth = 1 / (1 - load);
    let held = 0;
    for (let seed = 0; seed < 400; seed++) {
      const [low, high] = answers(load, requests, seed).interval() ?? [Number.NEGATIVE_INFINITY, 1e9];
      if (low <= truth && truth <= high) held++;
    }
    expect(held / 400).toBeGreaterThan(least);
    expect(held / 400).toBeLessThan(0.985);
  });

  it('is that of independent values where they are', () => {
    const rng = createRng(7);
    const values = Array.from({ length: 40 }, () => rng.next());
    const [low, high] = rowInterval(values) ?? [0, 0];
    const [plainLow, plainHigh] = meanInterval(values) ?? [0, 0];
    expect(high - low).toBeGreaterThan(0.95 * (plainHigh - plainLow));
    expect(high - low).toBeLessThan(1.25 * (plainHigh - plainLow));
  });

  it('is not known where all values tell the same story', () => {
    expect(rowInterval(Array.from({ length: 40 }, (_, place) => place))).toBeUndefined();
    expect(rowInterval([5, 5, 5, 5, 5, 5])).toEqual([5, 5]);
  });

  it('is not below 0', () => {
    const [low] = rowInterval([0, 0, 0, 40, 0, 0, 0, 0]) ?? [-1];
    expect(low).toBe(0);
  });
});
