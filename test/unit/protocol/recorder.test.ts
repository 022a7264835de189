import { describe, expect, it } from 'vitest';
import { Feed } from '../../../src/protocol/feed.ts';
import { decodeFrame, type Frame } from '../../../src/protocol/frame.ts';
import { type AttemptRecord, Recorder } from '../../../src/protocol/recorder.ts';

const NOW = 1_800_000_000_000;
const WINDOW = 10_000;

function attempt(recorder: Recorder, origin: string, at: number): AttemptRecord {
  const record: AttemptRecord = {
    request: 1,
    attempt: 1,
    origin,
    client: '127.0.0.1',
    method: 'GET',
    path: '/',
    strategy: 'round-robin',
    reason: 'strategy',
    at,
    waited: 0,
    inQueue: 0,
    last: true,
    status: 200,
    failure: undefined,
    connected: 0,
    firstByte: 0,
    queued: -1,
    total: 0,
    received: 0,
    sent: 0,
  };
  recorder.attemptStarted(record);
  return record;
}

const frameOf = (recorder: Recorder, at: number): Frame =>
  decodeFrame(new Feed(recorder, false).poll(at) ?? new Uint8Array());
const namesIn = ({ origins, strings }: Frame): (string | undefined)[] =>
  Array.from(origins.columns.name.subarray(0, origins.rows), (text) => strings[text]);

describe('an origin that has left', () => {
  it('is told of until its window is over, then forgotten; what all did together stays', () => {
    const recorder = new Recorder();
    for (const origin of ['A', 'B']) {
      recorder.introduce(origin);
      recorder.attemptEnded(attempt(recorder, origin, NOW), NOW);
    }
    recorder.leave('B', NOW + 500);
    expect(namesIn(frameOf(recorder, NOW + WINDOW))).toEqual(['A', 'B']);
    const frame = frameOf(recorder, NOW + 500 + WINDOW);
    expect(namesIn(frame)).toEqual(['A']);
    expect(frame.totals.columns.attempts[0]).toBe(2);
    expect(frame.seconds.columns.origin.map((text) => Number(frame.strings[text] === 'B'))).not.toContain(1);
  });

  it('is kept while an attempt at it is under way, and a window longer', () => {
    const recorder = new Recorder();
    recorder.introduce('A');
    const record = attempt(recorder, 'A', NOW);
    recorder.leave('A', NOW + 1);
    recorder.forgetThoseGone(NOW + 10 * WINDOW);
    expect(recorder.origins.get('A')?.inFlight).toBe(1);
    recorder.attemptEnded(record, NOW + 20 * WINDOW);
    recorder.forgetThoseGone(NOW + 21 * WINDOW - 1);
    expect(recorder.origins.get('A')).toMatchObject({ inFlight: 0, completed: 1 });
    recorder.forgetThoseGone(NOW + 21 * WINDOW);
    expect(recorder.origins.has('A')).toBe(false);
  });

  it('goes on counting when one of its name comes back in time', () => {
    const recorder = new Recorder();
    recorder.introduce('A');
    recorder.attemptEnded(attempt(recorder, 'A', NOW), NOW);
    recorder.leave('A', NOW);
    recorder.introduce('A');
    recorder.forgetThoseGone(NOW + 2 * WINDOW);
    expect(recorder.origins.get('A')?.completed).toBe(1);
  });

  it('does not add up over ever new names, though nobody looks', () => {
    const recorder = new Recorder();
    for (let second = 0; second < 1000; second++) {
      const at = NOW + second * 1000;
      recorder.introduce(`S${second}`);
      recorder.attemptEnded(attempt(recorder, `S${second}`, at), at);
      recorder.leave(`S${second}`, at);
    }
    expect(recorder.origins.size).toBeLessThanOrEqual(11);
    expect(recorder.attempts).toBe(1000);
  });
});
