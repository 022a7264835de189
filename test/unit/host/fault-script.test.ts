import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaultScript } from '../../../src/host/fault-script.ts';
import type { ScheduledFault } from '../../../src/protocol/lab.ts';

const line = (at: number, origin = 'A'): ScheduledFault => ({ at, origin, do: 'kill' });

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

function script(faults: readonly ScheduledFault[]) {
  const inflicted: string[] = [];
  const made = new FaultScript({
    faults,
    inflict: ({ at, origin }) => void inflicted.push(`${origin} at ${at}, after ${Date.now() - 1_000_000}`),
    changed: () => undefined,
  });
  return { made, inflicted };
}

describe('the fault script', () => {
  it('does each line at its time, in the order of the times, and then is over', () => {
    const { made, inflicted } = script([line(3000, 'B'), line(1000, 'A'), line(3000, 'C')]);
    expect(made.state).toEqual({ running: false, done: 0 });
    made.run();
    vi.advanceTimersByTime(2000);
    expect(made.state).toEqual({ running: true, startedAt: 1_000_000, done: 1 });
    vi.advanceTimersByTime(2000);
    expect(inflicted).toEqual(['A at 1000, after 1000', 'B at 3000, after 3000', 'C at 3000, after 3000']);
    expect(made.state).toEqual({ running: false, startedAt: 1_000_000, done: 3 });
  });

  it('stops, and runs again from its beginning', () => {
    const { made, inflicted } = script([line(1000, 'A'), line(3000, 'B')]);
    made.run();
    vi.advanceTimersByTime(2000);
    made.stop();
    vi.advanceTimersByTime(10_000);
    expect(inflicted).toHaveLength(1);
    expect(made.state).toMatchObject({ running: false, done: 1 });
    made.run();
    vi.advanceTimersByTime(1000);
    expect(inflicted.at(-1)).toBe('A at 1000, after 13000');
  });

  it('goes on with other lines while it runs: those whose time is past do not happen', () => {
    const { made, inflicted } = script([line(1000, 'A'), line(9000, 'B')]);
    made.run();
    vi.advanceTimersByTime(5000);
    made.set([line(2000, 'C'), line(6000, 'D')]);
    expect(made.state).toMatchObject({ running: true, done: 1 });
    vi.advanceTimersByTime(20_000);
    expect(inflicted).toEqual(['A at 1000, after 1000', 'D at 6000, after 6000']);
  });

  it('says so when there is nothing to run', () => {
    expect(() => script([]).made.run()).toThrow('There is nothing in the fault script to run; add a line to it first.');
  });
});
