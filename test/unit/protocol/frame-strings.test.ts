import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameStrings } from '../../../src/protocol/frame-strings.ts';

describe('the strings of a frame', () => {
  it('are found again by their numbers, each text once, whatever columns repeat', () => {
    const row = fc.tuple(fc.constantFrom('', 'A', 'B', 'GET', '/'), fc.nat(4));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const strings = new FrameStrings();
        const numbers = rows.map(([text, column]) => strings.of(text, column));
        expect(numbers.map((number) => strings.list[number])).toEqual(rows.map(([text]) => text));
        expect(new Set(strings.list).size).toBe(strings.list.length);
        expect(strings.of('')).toBe(0);
      }),
    );
  });
});
