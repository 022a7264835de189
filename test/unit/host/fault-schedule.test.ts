import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaultSchedule } from '../../../src/host/fault-schedule.ts';
import type { ScheduledFault } from '../../../src/protocol/lab.ts';

const line = (at: number, origin = 'A'): ScheduledFault => ({ at, origin, do: 'kill' });

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

function script(faults: readonly ScheduledFault[]) {
  const inflicted: string[] = [];
  const made: FaultSchedule = new FaultSchedule({
    script: faults,
    inflict: ({ origin, fault, length }) => {
      inflicted.push(`${origin} ${fault.do} after ${Date.now() - 1_000_000}`);
      made.begun(origin, fault, length);
    },
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
    expect(inflicted).toEqual(['A kill after 1000', 'B kill after 3000', 'C kill after 3000']);
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
    expect(inflicted.at(-1)).toBe('A kill after 13000');
  });

  it('goes on with other lines while it runs: those whose time is past do not happen', () => {
    const { made, inflicted } = script([line(1000, 'A'), line(9000, 'B')]);
    made.run();
    vi.advanceTimersByTime(5000);
    made.set([line(2000, 'C'), line(6000, 'D')]);
    expect(made.state).toMatchObject({ running: true, done: 1 });
    vi.advanceTimersByTime(20_000);
    expect(inflicted).toEqual(['A kill after 1000', 'D kill after 6000']);
  });

  it('ends what lasts a while, once, and not what somebody ended before', () => {
    const { made, inflicted } = script([{ ...line(1000, 'A'), for: 2000 } as ScheduledFault]);
    made.run();
    made.begun('B', { do: 'freeze' }, 1500);
    made.begun('C', { do: 'drain' }, 500);
    made.begun('C', { do: 'resume' });
    vi.advanceTimersByTime(10_000);
    expect(inflicted).toEqual(['A kill after 1000', 'B thaw after 1500', 'A restart after 3000']);
    made.begun('B', { do: 'slow', factor: 3 }, 1000);
    made.forget('B');
    vi.advanceTimersByTime(10_000);
    expect(inflicted).toHaveLength(3);
    made.begun('B', { do: 'slow', factor: 3 }, 1000);
    made.end();
    vi.advanceTimersByTime(10_000);
    expect(inflicted).toHaveLength(3);
  });

  it('says so when there is nothing to run', () => {
    expect(() => script([]).made.run()).toThrow('There is nothing in the fault script to run; add a line to it first.');
  });
});
