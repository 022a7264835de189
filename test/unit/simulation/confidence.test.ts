import { describe, expect, it } from 'vitest';
import { meanInterval, student } from '../../../src/simulation/confidence.ts';

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
