import { describe, expect, it } from 'vitest';
import { faultTime, faultWords, progressOf } from '../../../renderer/features/script/script.ts';
import type { ScheduledFault } from '../../../src/protocol/lab.ts';

const faults: readonly ScheduledFault[] = [
  { at: 2000, origin: 'B', do: 'kill' },
  { at: 8000, origin: 'B', do: 'restart' },
];

describe('a fault script in words', () => {
  it('says what a line does, and when', () => {
    expect(faultWords({ do: 'kill' })).toBe('kill');
    expect(faultWords({ do: 'slow', factor: 2.5, for: 15_000 })).toBe('slow ×2.5 for 15\u00a0s');
    expect(faultWords({ do: 'errors', share: 0.125 })).toBe('errors 12.5 %');
    expect(faultTime(70_000)).toBe('01:10');
    expect(faultTime(2500)).toBe('00:02.5');
    expect(faultTime(40)).toBe('00:00.04');
  });

  it('says how far it has come', () => {
    expect(progressOf(faults, { running: false, done: 0 }, 0)).toEqual({ words: 'Not run yet', share: 0 });
    const begun = { running: true, startedAt: 1000 };
    expect(progressOf(faults, { ...begun, done: 0 }, 1500)).toEqual({
      words: '0 of 2 done, next in 2 s',
      share: 1 / 16,
    });
    expect(progressOf(faults, { ...begun, done: 1 }, 5000)).toEqual({ words: '1 of 2 done, next in 4 s', share: 0.5 });
    expect(progressOf(faults, { ...begun, running: false, done: 1 }, 5000).words).toBe('Stopped after 1 of 2');
    expect(progressOf(faults, { ...begun, running: false, done: 2 }, 99_000)).toEqual({
      words: '2 of 2 done',
      share: 1,
    });
  });
});
