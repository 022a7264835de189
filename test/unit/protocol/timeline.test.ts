import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../src/protocol/timeline.ts';

describe('the timeline', () => {
  it('keeps what happened with a label short enough for a chart', () => {
    const timeline = new Timeline(() => 1000);
    timeline.add('fault', 'B killed (SIGKILL)', { origin: 'B', label: 'B killed' });
    timeline.add('marker', 'Here I changed the number of workers', { label: 'Here I changed the number of workers' });
    timeline.add('lab', 'Something');
    expect(timeline.entries).toEqual([
      { id: 1, at: 1000, kind: 'fault', text: 'B killed (SIGKILL)', origin: 'B', label: 'B killed' },
      { id: 2, at: 1000, kind: 'marker', text: expect.any(String), label: 'Here I changed the nu…' },
      { id: 3, at: 1000, kind: 'lab', text: 'Something' },
    ]);
  });

  it('keeps up to date what a failure cost', () => {
    const timeline = new Timeline(() => 1000);
    const id = timeline.add('noticed', 'B is down', { origin: 'B' });
    timeline.add('lab', 'Something');
    timeline.account(id, { noticedAfter: 12, retried: 2, lost: 0 });
    timeline.account(99, { retried: 1, lost: 1 });
    expect(timeline.entries.map(({ failover }) => failover)).toEqual([
      { noticedAfter: 12, retried: 2, lost: 0 },
      undefined,
    ]);
  });

  it('keeps the newest 200', () => {
    const timeline = new Timeline(() => 1000);
    for (let i = 1; i <= 250; i++) timeline.add('marker', `Note ${i}`);
    expect(timeline.entries).toHaveLength(200);
    expect(timeline.entries[0]?.text).toBe('Note 51');
  });
});
