import { expect, it, vi } from 'vitest';
import { type Batch, RelayRecorder, Replay } from '../../../src/engine/relay.ts';
import type { AttemptRecord } from '../../../src/protocol/attempt-record.ts';
import { BreakdownRecorder } from '../../../src/protocol/breakdown-recorder.ts';
import { Feed } from '../../../src/protocol/feed.ts';
import { Recorder } from '../../../src/protocol/recorder.ts';
import { recordWith } from '../../support/records.ts';

const NOW = 1_800_000_000_000;

/** Every field tells something, so that none can be lost on the way. */
const record = (values: Partial<AttemptRecord>): AttemptRecord =>
  recordWith({
    path: '/ä?x',
    waited: 0.25,
    connected: 0.5,
    firstByte: 2,
    total: 3.5,
    received: 12,
    sent: 7,
    ...values,
  });

/** Three requests: one fine, one broken and tried again, one refused. */
function happen(recorder: Recorder): void {
  const fine = record({});
  recorder.requestStarted(NOW);
  recorder.attemptStarted(fine);
  recorder.requestEnded(NOW + 4, 4, false);
  recorder.attemptEnded(fine, NOW + 4);
  recorder.requestStarted(NOW + 5);
  const broken = record({ request: 2, at: NOW + 5, last: false, status: 0, failure: 'reset' });
  const again = record({ request: 2, attempt: 2, origin: 'B', at: NOW + 6, reason: 'retry', queued: 1.5 });
  recorder.attemptStarted(broken);
  recorder.attemptEnded(broken, NOW + 6);
  recorder.attemptStarted(again);
  recorder.requestEnded(NOW + 9, 4, false);
  recorder.attemptEnded(again, NOW + 9);
  recorder.requestStarted(NOW + 10);
  recorder.requestEnded(NOW + 10, 0, true);
  const refused = record({ request: 3, attempt: 0, origin: '', at: NOW + 10, reason: 'none', status: 503 });
  recorder.refused({ ...refused, failure: 'none-available' });
}

it('a thread that is told of everything counts, lists and shows the same as if it had happened there', () => {
  const batches: Batch[] = [];
  const relay = new RelayRecorder((batch) => batches.push(structuredClone(batch)));
  const [here, there] = [new BreakdownRecorder(() => {}), new BreakdownRecorder(() => {})];
  const [seenHere, seenThere] = [new Feed(here, true), new Feed(there, true)];
  happen(here);
  happen(relay);
  relay.flush();
  const ended: unknown[] = [];
  const replay = new Replay(there, ({ origin, failure, at, waited }, end) => {
    ended.push([origin, failure, at - waited, end]);
  });
  for (const batch of batches) replay.play(batch);

  expect(seenThere.poll(NOW + 20)).toEqual(seenHere.poll(NOW + 20));
  expect(there.requests).toMatchObject({ started: 3, completed: 2, failed: 1, retries: 1, inFlight: 0 });
  expect(there.origins.get('A')).toMatchObject({ started: 2, completed: 1, failed: 1, received: 24, sent: 14 });
  expect(there.breakdowns('A')).toEqual({ retried: 1, lost: 0 });
  expect(there.refusals).toEqual({ 'none-available': 1 });
  expect(ended).toEqual([
    ['A', undefined, NOW - 0.25, NOW + 4],
    ['A', 'reset', NOW + 4.75, NOW + 6],
    ['B', undefined, NOW + 5.75, NOW + 9],
    ['', 'none-available', NOW + 9.75, NOW + 10],
  ]);
});

it('tells everything once, within a while and in order', () => {
  vi.useFakeTimers();
  try {
    const batches: Batch[] = [];
    const relay = new RelayRecorder((batch) => batches.push(batch));
    relay.requestStarted(NOW);
    expect(batches).toEqual([]);
    vi.advanceTimersByTime(10);
    relay.requestEnded(NOW + 1, 1, false);
    relay.requestStarted(NOW + 2);
    vi.advanceTimersByTime(10);
    vi.advanceTimersByTime(1000);
    relay.flush();
    expect(batches.map(({ numbers }) => [...numbers])).toEqual([
      [0, NOW],
      [1, NOW + 1, 1, 0, 0, NOW + 2],
    ]);
  } finally {
    vi.useRealTimers();
  }
});

it('tells a failure at once, so that an origin that fails is noticed', () => {
  vi.useFakeTimers();
  try {
    const batches: Batch[] = [];
    const relay = new RelayRecorder((batch) => batches.push(batch));
    relay.attemptEnded(record({ failure: 'connect-refused' }), NOW);
    relay.attemptEnded(record({ failure: 'connect-refused' }), NOW);
    vi.advanceTimersByTime(0);
    expect(batches).toHaveLength(1);
    const recorder = new Recorder();
    for (const batch of batches) new Replay(recorder, () => {}).play(batch);
    expect(recorder.origins.get('A')?.failed).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

it('what a dead thread leaves behind has failed: attempts, and requests that waited', () => {
  const batches: Batch[] = [];
  const relay = new RelayRecorder((batch) => batches.push(batch));
  happen(relay);
  relay.requestStarted(NOW + 20);
  relay.attemptStarted(record({ request: 4, at: NOW + 21, waited: 1, last: false }));
  relay.requestStarted(NOW + 22);
  relay.flush();
  const recorder = new BreakdownRecorder(() => {});
  const told: string[] = [];
  const replay = new Replay(recorder, ({ origin }) => told.push(origin));
  for (const batch of batches) replay.play(batch);
  expect([recorder.requests.inFlight, recorder.origins.get('A')?.inFlight]).toEqual([2, 1]);
  const before = told.length;
  expect(replay.lost(NOW + 50)).toBe(2);
  expect(recorder.requests).toMatchObject({ inFlight: 0, completed: 2, failed: 3 });
  expect(recorder.origins.get('A')).toMatchObject({ inFlight: 0, failed: 2, completed: 1 });
  expect(recorder.failures('A')).toEqual({ reset: 1, 'thread-lost': 1 });
  // It says nothing of the origin.
  expect(recorder.breakdowns('A')).toEqual({ retried: 1, lost: 0 });
  expect(told).toHaveLength(before);
  expect(replay.lost(NOW + 60)).toBe(0);
});
