import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from '../../../src/protocol/attempt-record.ts';
import { Feed } from '../../../src/protocol/feed.ts';
import { decodeFrame, type Frame } from '../../../src/protocol/frame.ts';
import { Recorder } from '../../../src/protocol/recorder.ts';
import { GONE } from '../../../src/protocol/series.ts';
import { recordWith } from '../../support/records.ts';

const NOW = 1_800_000_000_000;
const WINDOW = 10_000;

function attempt(recorder: Recorder, origin: string, at: number): AttemptRecord {
  const record = recordWith({ origin, at });
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

  it('goes on counting in the seconds it did something in, together with others that have left', () => {
    const recorder = new Recorder();
    for (const origin of ['A', 'B', 'C']) {
      recorder.introduce(origin);
      recorder.attemptEnded(attempt(recorder, origin, NOW), NOW);
    }
    recorder.leave('B', NOW);
    recorder.leave('C', NOW);
    const { seconds, strings } = frameOf(recorder, NOW + WINDOW);
    const told = Array.from({ length: seconds.rows }, (_, row) => [
      strings[seconds.columns.origin[row] ?? 0],
      seconds.columns.second[row],
      seconds.columns.started[row],
      seconds.columns.ended[row],
    ]);
    expect(told.slice(-2)).toEqual([
      ['A', NOW / 1000, 1, 1],
      [GONE, NOW / 1000, 2, 2],
    ]);
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

describe('a second', () => {
  const COUNTS = ['started', 'ended', 'p50', 'max'] as const;
  const secondOf = ({ seconds: { rows, columns } }: Frame, second: number) =>
    Array.from({ length: rows }, (_, row) => row)
      .filter((row) => columns.origin[row] === 0 && columns.second[row] === second)
      .map((row) => COUNTS.map((name) => columns[name][row]));
  const SECOND = NOW / 1000;

  it('has its counts at once and its times when it is over', () => {
    const recorder = new Recorder();
    const feed = new Feed(recorder, false);
    const poll = (at: number): Frame => decodeFrame(feed.poll(at, true) ?? new Uint8Array());
    recorder.requestStarted(NOW);
    recorder.requestEnded(NOW + 8, 8, false);
    expect(secondOf(poll(NOW + 40), SECOND)).toEqual([[1, 1, 0, 0]]);
    expect(secondOf(poll(NOW + 1000), SECOND)).toEqual([[1, 1, 8, 8]]);
  });

  it('is sent again when another thread tells of it after its end', () => {
    const recorder = new Recorder();
    const feed = new Feed(recorder, false);
    const poll = (at: number): Frame => decodeFrame(feed.poll(at, true) ?? new Uint8Array());
    recorder.requestStarted(NOW);
    recorder.requestEnded(NOW + 8, 8, false);
    poll(NOW + 1005);
    recorder.attemptEnded(attempt(recorder, 'A', NOW + 1006), NOW + 1006);
    recorder.requestStarted(NOW + 1006);
    recorder.requestStarted(NOW + 990);
    recorder.requestEnded(NOW + 998, 16, false);
    recorder.requestEnded(NOW + 1010, 4, false);
    expect(secondOf(poll(NOW + 1050), SECOND)).toEqual([[2, 2, 8, 16]]);
    expect(secondOf(poll(NOW + 1300), SECOND)).toEqual([[2, 2, 8, 16]]);
    expect(secondOf(poll(NOW + 1550), SECOND)).toEqual([]);
  });
});

it('works out the percentiles of many origins in turns, each within a third of a second', () => {
  const recorder = new Recorder();
  const names = Array.from({ length: 40 }, (_, index) => `O${index}`);
  for (const name of names) recorder.introduce(name);
  const feed = new Feed(recorder, false);
  feed.poll(NOW, true);
  for (const origin of names) {
    const record = attempt(recorder, origin, NOW + 1);
    record.total = 5;
    recorder.attemptEnded(record, NOW + 6);
  }
  const known = (at: number): number => {
    attempt(recorder, 'O0', at);
    const { rows, columns } = decodeFrame(feed.poll(at, true) ?? new Uint8Array()).origins;
    return columns.recent.subarray(0, rows).filter((count) => count === 1).length;
  };
  expect([260, 300, 340, 380, 420].map((after) => known(NOW + after))).toEqual([8, 16, 24, 32, 40]);
});

it('says once when nothing is in flight, at once or later', () => {
  const recorder = new Recorder();
  let quiet = 0;
  const say = (): void => {
    quiet++;
  };
  recorder.whenQuiet(say);
  expect(quiet).toBe(1);
  recorder.requestStarted(NOW);
  recorder.requestStarted(NOW);
  recorder.whenQuiet(say);
  recorder.requestEnded(NOW + 1, 1, false);
  expect(quiet).toBe(1);
  recorder.requestEnded(NOW + 2, 2, true);
  expect(quiet).toBe(2);
  recorder.requestStarted(NOW + 3);
  recorder.requestEnded(NOW + 4, 1, false);
  expect(quiet).toBe(2);
  recorder.requestStarted(NOW + 5);
  recorder.whenQuiet(say);
  recorder.whenQuiet(undefined);
  recorder.requestEnded(NOW + 6, 1, false);
  expect(quiet).toBe(2);
});

describe('how many requests a sample stands for', () => {
  /** Whole seconds of so many requests each, one after the other. @returns the sampling at the end of each */
  function samplings(...rates: readonly number[]): number[] {
    const recorder = new Recorder();
    return rates.map((rate, second) => {
      for (let i = 0; i < rate; i++) recorder.requestStarted(NOW + second * 1000);
      return recorder.sampling(NOW + second * 1000 + 900);
    });
  }

  it('follows the rate', () => {
    expect(samplings(500, 1500, 3000, 12_000)).toEqual([1, 2, 10, 20]);
    expect(samplings(12_000, 3000, 3000, 100, 100)).toEqual([20, 20, 10, 10, 1]);
  });

  it('stays where a rate varies around a limit', () => {
    expect(samplings(1990, 2010, 1990, 1990, 2020, 1980, 1980)).toEqual([2, 10, 10, 10, 10, 10, 10]);
    expect(samplings(2010, 1300, 1300)).toEqual([10, 10, 2]);
  });

  it('is begun anew at another pace: who stops a run wants to see every request', () => {
    const recorder = new Recorder();
    recorder.pace = 10;
    for (let i = 0; i < 800; i++) recorder.requestStarted(NOW);
    expect(recorder.sampling(NOW + 900)).toBe(10);
    recorder.pace = 1;
    expect(recorder.sampling(NOW + 900)).toBe(1);
  });
});
