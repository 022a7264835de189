import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ServiceTimer } from '../../../src/engine/service-timer.ts';

afterEach(() => vi.restoreAllMocks());

/** How long (ms) one service after the other takes where the system's timers fire late. @returns what each took */
function served(delays: readonly number[], lateness: (index: number) => number): number[] {
  let clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  let begun = (_whole: number, _run: () => void): void => {};
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, whole: number) => {
    expect(Number.isInteger(whole)).toBe(true);
    begun(whole, run);
    return {} as NodeJS.Timeout;
  }) as never);
  const timer = new ServiceTimer();
  return delays.map((delay, index) => {
    const from = clock;
    begun = (whole, run) => {
      clock += whole + lateness(index);
      run();
    };
    timer.set(delay, () => {});
    return clock - from;
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('timers of a service', () => {
  it('take as long as they should on average, though each fires late', () => {
    const took = served(new Array(1000).fill(2), (index) => (index % 2) * 0.6).slice(200);
    expect(mean(took)).toBeCloseTo(2, 1);
    expect(Math.max(...took)).toBeLessThan(3);
  });

  it('give what rounding takes from one to the next', () => {
    const delays = Array.from({ length: 1000 }, (_, index) => 1 + (index % 7) * 0.4);
    expect(mean(served(delays, () => 0))).toBeCloseTo(mean(delays), 2);
  });

  it('do not pay for a machine that stood still', () => {
    const took = served(new Array(200).fill(20), (index) => (index === 50 ? 5000 : 0));
    for (const each of took.slice(51)) expect(each).toBeGreaterThanOrEqual(19);
  });

  it('never take less than a millisecond, nor save up for it', () => {
    const took = served([...new Array<number>(500).fill(0.2), ...new Array<number>(10).fill(10)], () => 0);
    expect(took.slice(0, 500)).toEqual(new Array(500).fill(1));
    expect(mean(took.slice(500))).toBeGreaterThanOrEqual(9.5);
  });
});
