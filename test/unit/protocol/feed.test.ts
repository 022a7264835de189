import { expect, test } from 'vitest';
import { Feed } from '../../../src/protocol/feed.ts';
import { decodeFrame } from '../../../src/protocol/frame.ts';
import { Recorder } from '../../../src/protocol/recorder.ts';
import { recordWith } from '../../support/records.ts';

const NOW = 1_800_000_000_000;

function refuse(recorder: Recorder, request: number, at = NOW): void {
  const refused = { attempt: 0, origin: '', reason: 'none', status: 503, failure: 'none-available' } as const;
  recorder.refused(recordWith({ ...refused, request, at }));
}

test('a reader that is behind is waited for, but not at the end: then it gets all that is left', () => {
  const recorder = new Recorder();
  const feed = new Feed(recorder, true);
  const told: number[] = [];
  const take = (bytes: Uint8Array | undefined): boolean => {
    if (!bytes) return false;
    const { attempts } = decodeFrame(bytes);
    told.push(...attempts.columns.request.subarray(0, attempts.rows));
    return true;
  };
  for (let request = 1; request <= 5; request++) {
    refuse(recorder, request);
    expect(take(feed.poll(NOW + request))).toBe(request <= 2);
  }
  expect(told).toEqual([1, 2]);
  expect(take(feed.poll(NOW + 10, true))).toBe(true);
  expect(told).toEqual([1, 2, 3, 4, 5]);
});

test('a screen that was behind gets what it missed thinned, and is told so; what follows is whole again', () => {
  const recorder = new Recorder();
  const feed = new Feed(recorder, false);
  const poll = (at: number) => decodeFrame(feed.poll(at) ?? new Uint8Array());
  const { sequence } = poll(NOW);
  poll(NOW + 300);
  for (let request = 1; request <= 3000; request++) refuse(recorder, request, NOW + request * 20);
  expect(feed.poll(NOW + 60_000)).toBeUndefined();
  feed.acknowledge(sequence);
  const late = poll(NOW + 60_010);
  expect(late).toMatchObject({ ended: 3000, sampling: 10 });
  // One in ten of them, and failures up to a limit of their own.
  expect(late.attempts.rows).toBeGreaterThanOrEqual(300);
  expect(late.attempts.rows).toBeLessThanOrEqual(1000);
  feed.acknowledge(late.sequence);
  refuse(recorder, 3001, NOW + 60_020);
  const next = poll(NOW + 60_050);
  expect(next).toMatchObject({ ended: 1, sampling: 1 });
  expect(next.attempts.rows).toBe(1);
});
