import { describe, expect, it } from 'vitest';
import { isSampled } from '../../../src/protocol/sampling.ts';

const REQUESTS = Array.from({ length: 60_000 }, (_, index) => index + 1);

describe('one request in N', () => {
  it.each([2, 3, 4, 5, 10])('are of all of %i origins that take turns, alike', (origins) => {
    for (const oneIn of [2, 5, 10, 20]) {
      const shown = REQUESTS.filter((request) => isSampled(request, oneIn));
      const share = REQUESTS.length / oneIn / origins;
      const of = Array.from({ length: origins }, (_, i) => shown.filter((each) => each % origins === i).length);
      for (const count of of) expect(Math.abs(count - share)).toBeLessThan(5 * Math.sqrt(share));
    }
  });

  it('are in every finer sample that divides theirs, and all are in one of 1', () => {
    const coarse = REQUESTS.filter((request) => isSampled(request, 20));
    for (const oneIn of [10, 2, 1]) expect(coarse.every((request) => isSampled(request, oneIn))).toBe(true);
  });

  it('are others in another draw: a sample of a sample is as much smaller as it should be', () => {
    const both = REQUESTS.filter((request) => isSampled(request, 10) && isSampled(request, 5, 1));
    expect(Math.abs(both.length - 1200)).toBeLessThan(5 * Math.sqrt(1200));
  });
});
