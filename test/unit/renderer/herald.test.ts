import { describe, expect, it } from 'vitest';
import { Herald } from '../../../renderer/features/notices/herald.ts';
import type { TimelineEntry } from '../../../src/protocol/state.ts';

let id = 0;
const entry = (kind: TimelineEntry['kind'], text: string, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  id: ++id,
  at: 0,
  kind,
  text,
  ...more,
});
const b = { origin: 'B' };

describe('what is said aloud', () => {
  it('leaves out what happened before anybody listened', () => {
    const old = [entry('noticed', 'B is down', b)];
    expect(new Herald(old).news(old)).toBe('');
  });

  it('announces a failover once, however often it is told, and its end with what it cost', () => {
    const herald = new Herald([]);
    const timeline = [entry('fault', 'B killed', b)];
    expect(herald.news(timeline)).toBe('');
    timeline.push(entry('ejected', 'B is ejected', { ...b, failover: { noticedAfter: 12, retried: 2, lost: 1 } }));
    expect(herald.news(timeline)).toBe('B is ejected: noticed after 12\u00a0ms, 2 retried elsewhere, 1 lost');
    timeline.push(entry('noticed', 'B is down', b), entry('ejected', 'B is ejected', b));
    expect(herald.news(timeline)).toBe('');
    const cost = { noticedAfter: 12, retried: 2, lost: 1, recoveredAfter: 9800 };
    timeline.push(entry('returned', 'B is back in rotation', { ...b, failover: cost }));
    expect(herald.news(timeline)).toBe(
      'B is back in rotation: noticed after 12\u00a0ms, 2 retried elsewhere, 1 lost, back after 9.8\u00a0s',
    );
    timeline.push(entry('noticed', 'B is down', b));
    expect(herald.news(timeline)).toBe('B is down');
  });

  it('says what came together as one message, of each origin', () => {
    const herald = new Herald([]);
    const timeline = [
      entry('noticed', 'B is down', b),
      entry('noticed', 'C is down', { origin: 'C' }),
      entry('strategy', 'Strategy: Random'),
      entry('marker', 'Look'),
    ];
    expect(herald.news(timeline)).toBe('B is down. C is down. Strategy: Random');
  });

  it('begins anew with another lab', () => {
    const herald = new Herald([]);
    herald.news([entry('noticed', 'B is down', b)]);
    expect(herald.news([entry('lab', 'Lab: Second'), entry('noticed', 'B is down', b)])).toBe('Lab: Second. B is down');
  });
});
