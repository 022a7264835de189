import { describe, expect, it } from 'vitest';
import { HeadMemo } from '../../../src/engine/native/head-memo.ts';

describe('a memo of heads', () => {
  const memoOf = () => {
    const memo = new HeadMemo<{ readonly text: string }>();
    let reads = 0;
    const of = (text: string) =>
      memo.of(text, (block) => {
        reads++;
        if (block === 'bad') throw new Error('bad');
        return { text: block };
      });
    return { of, reads: () => reads };
  };

  it('reads the same block once, and each other one', () => {
    const { of, reads } = memoOf();
    const first = of('GET / HTTP/1.1');
    expect(of('GET / HTTP/1.1')).toBe(first);
    expect(of('GET /b HTTP/1.1').text).toBe('GET /b HTTP/1.1');
    expect(of('GET / HTTP/1.1').text).toBe('GET / HTTP/1.1');
    expect(reads()).toBe(3);
  });

  it('remembers nothing of a block that could not be read', () => {
    const { of } = memoOf();
    expect(of('good').text).toBe('good');
    expect(() => of('bad')).toThrow('bad');
    expect(() => of('bad')).toThrow('bad');
    expect(of('good').text).toBe('good');
  });

  it('keeps no long blocks', () => {
    const { of, reads } = memoOf();
    const long = 'x'.repeat(5000);
    of(long);
    of(long);
    expect(reads()).toBe(2);
  });
});
