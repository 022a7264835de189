import { describe, expect, it } from 'vitest';
import { Commons, WORDS_AT } from '../../../src/core/commons.ts';

/** Threads over the same memory that lose their patience at once; each could wait for ever otherwise, as here they are one. */
function threads(): [Commons, Commons, Commons] {
  const first = new Commons(0, undefined, 1);
  return [first, new Commons(1, first.buffer, 1), new Commons(2, first.buffer, 1)];
}

/** The number of the thread that is in there. */
function inside({ buffer }: Commons): number | undefined {
  const [word = 0] = new Int32Array(buffer, WORDS_AT, 1);
  return word === 0 ? undefined : (word & 127) - 1;
}

describe('who has entered', () => {
  it('is inside until it has left as often', () => {
    const [one] = threads();
    one.enter();
    one.enter();
    one.leave();
    expect(inside(one)).toBe(0);
    one.leave();
    expect(inside(one)).toBeUndefined();
  });

  it('and stays too long loses its place, and takes nobody else’s away when it leaves after all', () => {
    const [one, other, third] = threads();
    one.enter();
    other.enter();
    expect(inside(one)).toBe(1);
    one.leave();
    expect(inside(one)).toBe(1);
    other.leave();
    expect(inside(one)).toBeUndefined();
    third.enter();
    expect(inside(one)).toBe(2);
    third.leave();
    one.enter();
    expect(inside(one)).toBe(0);
  });

  it('and died there is put out with what it held', () => {
    const [one, other, third] = threads();
    other.enter();
    other.started(3);
    one.giveBack(2);
    expect([inside(one), one.inFlight(3)]).toEqual([1, 1]);
    one.giveBack(1);
    expect([inside(one), one.inFlight(3)]).toEqual([undefined, 0]);
    // Nothing is left of a lock that had been taken from it before.
    other.leave();
    other.enter();
    third.enter();
    one.giveBack(1);
    expect(inside(one)).toBe(2);
  });

  it('the last of the threads there may be is told from one that is awaited', () => {
    const first = new Commons(0, undefined, 1);
    const last = new Commons(63, first.buffer, 1);
    last.enter();
    expect(inside(first)).toBe(63);
    first.enter();
    expect(inside(first)).toBe(0);
    last.leave();
    first.leave();
    expect(inside(first)).toBeUndefined();
  });
});
