import { describe, expect, it } from 'vitest';
import { queuedOf, queueTiming } from '../../../src/engine/server-timing.ts';
import { NOT_TOLD } from '../../../src/protocol/attempt-record.ts';

describe('queuedOf', () => {
  it('reads what queueTiming writes', () => {
    for (const waited of [0, 0.4, 12.3, 90_000]) expect(queuedOf(queueTiming(waited))).toBe(waited);
  });

  it.each([
    ['queue;dur=5', 5],
    ['db;dur=53, queue; desc="the line"; dur=7.25, app;dur=47.2', 7.25],
    ['Queue ;dur="8"', 8],
    [['db;dur=1', 'queue;dur=2'], 2],
  ])('finds it in %j', (header, waited) => {
    expect(queuedOf(header)).toBe(waited);
  });

  it.each([undefined, '', 'queue', 'queue;dur=-1', 'queue;dur=x', 'myqueue;dur=5', 'db;dur=5', []])(
    'knows nothing from %j',
    (header) => {
      expect(queuedOf(header)).toBe(NOT_TOLD);
    },
  );
});
