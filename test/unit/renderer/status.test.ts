import { describe, expect, it } from 'vitest';
import { hasRoom } from '../../../renderer/features/origins/origin-card.tsx';
import { isAway, statusWords } from '../../../renderer/features/origins/status.ts';
import { originOf, RUNNING } from './origins.ts';

describe('statusWords', () => {
  it('puts the truth beside what the balancer believes', () => {
    const dead = originOf('B', { process: { ...RUNNING, status: 'exited', detail: 'killed (SIGKILL)' } });
    expect(statusWords(dead, 0)).toMatchObject({
      word: 'Up',
      detail: 'Killed, not noticed yet',
      short: 'Killed, unnoticed',
      unnoticed: true,
    });
    expect(statusWords({ ...dead, status: 'down' }, 0)).toMatchObject({
      word: 'Down',
      tone: 'bad',
      detail: 'Process killed (SIGKILL)',
      unnoticed: false,
    });
  });

  it('names faults, queues and countdowns', () => {
    expect(statusWords(originOf('A'), 0)).toMatchObject({
      word: 'Up',
      tone: 'up',
      detail: '50\u00a0ms · 1\u00a0worker',
    });
    const slow = originOf('B', { process: { ...RUNNING, faults: { ...RUNNING.faults, slow: 10 } } });
    expect(statusWords(slow, 0)).toMatchObject({
      word: 'Degraded',
      shortWord: 'Slow 10×',
      detail: 'slow 10×',
      tone: 'warn',
    });
    const slower = originOf('B', { process: { ...RUNNING, faults: { ...RUNNING.faults, slow: 1.5 } } });
    expect(statusWords(slower, 0)).toMatchObject({ detail: 'slow 1.5×' });
    const queue = originOf('A', { process: { ...RUNNING, serving: 1, waiting: 9 } });
    expect(statusWords(queue, 0)).toMatchObject({ word: 'Up · queueing', shortWord: 'Queueing' });
    expect(statusWords(originOf('A', { warmth: 0.35 }), 0)).toMatchObject({
      word: 'Warming · 35\u00a0%',
      tone: 'warn',
    });
    expect(statusWords(originOf('A', { full: true }), 0)).toMatchObject({ word: 'Full', tone: 'warn' });
    const ejected = originOf('A', { status: 'ejected', available: false, ejectedUntil: 4100 });
    expect(statusWords(ejected, 1000).word).toBe('Ejected · 4\u00a0s');
  });

  it('says of an ejected origin why, and where there is room until when', () => {
    const reason = '5 failures in a row: ejected for 10 s';
    const words = statusWords(originOf('A', { status: 'ejected', available: false, ejectedUntil: 4100, reason }), 1000);
    expect(words).toMatchObject({ detail: 'back in 4\u00a0s: 5 failures in a row', short: '5 failures in a row' });
  });
});

describe('where there is little room', () => {
  it('says of a drained origin no more than that it gets nothing', () => {
    const reason = 'gets no new requests, none is in flight';
    const drained = originOf('M', { status: 'drained', available: false, reason });
    expect(statusWords(drained, 0)).toMatchObject({ detail: reason, short: 'gets no new requests' });
  });
});

describe('isAway', () => {
  it('is so of an origin that gets no requests, and of one that is not what the balancer takes it for', () => {
    expect(isAway(originOf('A', {}))).toBe(false);
    expect(isAway(originOf('A', { status: 'draining', available: false }))).toBe(true);
    expect(isAway(originOf('A', { process: { ...RUNNING, status: 'frozen' } }))).toBe(true);
    expect(isAway(originOf('A', { process: { ...RUNNING, faults: { ...RUNNING.faults, slow: 10 } } }))).toBe(false);
  });
});

describe('the first line of a card', () => {
  it('leaves the address out where a name and its weight need the room', () => {
    expect(hasRoom(':33892', 'Origin A', '')).toBe(true);
    expect(hasRoom(':8081', 'canary', '×9')).toBe(true);
    expect(hasRoom(':33892', 'Origin A', '×0.5')).toBe(false);
    expect(hasRoom(':8081', 'payments-eu', '')).toBe(false);
  });
});
