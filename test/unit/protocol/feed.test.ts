import { expect, test } from 'vitest';
import { Feed } from '../../../src/protocol/feed.ts';
import { decodeFrame } from '../../../src/protocol/frame.ts';
import { type AttemptRecord, Recorder } from '../../../src/protocol/recorder.ts';

const NOW = 1_800_000_000_000;

function refuse(recorder: Recorder, request: number, at = NOW): void {
  const record: AttemptRecord = {
    request,
    attempt: 0,
    origin: '',
    client: '127.0.0.1',
    method: 'GET',
    path: '/',
    strategy: 'round-robin',
    reason: 'none',
    at,
    waited: 0,
    inQueue: 0,
    last: true,
    status: 503,
    failure: 'none-available',
    connected: 0,
    firstByte: 0,
    queued: -1,
    total: 0,
    received: 0,
    sent: 0,
  };
  recorder.refused(record);
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
