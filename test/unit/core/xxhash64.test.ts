import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XxHash64 } from '../../../src/core/xxhash64.ts';

const hash = new XxHash64();
const hex = (text: string, seed?: number): string => {
  hash.update(text, seed);
  return [hash.high, hash.low].map((half) => half.toString(16).padStart(8, '0')).join('');
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

describe('xxHash64', () => {
  it.each([
    ['', 0, 'ef46db3751d8e999'],
    ['', 2_654_435_761, 'ac75fda2929b17ef'],
    ['a', 0, 'd24ec4f1a98c6e5b'],
    ['abc', 0, '44bc2cf5ad770999'],
    ['123456789', 0, '8cb841db40e6ae83'],
    ['xxhash', 0, '32dd38952c4bc720'],
    ['xxhash', 20_141_025, 'b559b98d844e0635'],
    ['message digest', 0, '066ed728fceeb3be'],
    [LETTERS, 0, 'cfe1f278fa89835c'],
    [`${LETTERS.toUpperCase()}${LETTERS}0123456789`, 0, 'aaa46907d3047814'],
    ['1234567890'.repeat(8), 0, 'e04a477f19ee145d'],
    ['Nobody inspects the spammish repetition', 0, 'fbcea83c8a378bf1'],
  ])('%j with seed %i', (text, seed, expected) => {
    expect(hex(text, seed)).toBe(expected);
  });

  it('agrees with a transcription of the specification in BigInt, for any text, length and seed', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 40 })),
        fc.nat(4_294_967_295),
        (text, seed) => {
          const expected = reference(Buffer.from(text), BigInt(seed));
          expect(hex(text, seed)).toBe(expected.toString(16).padStart(16, '0'));
          expect(hash.modulo(65_537)).toBe(Number(expected % 65_537n));
          expect(hash.modulo(1)).toBe(0);
          expect(hash.top53()).toBe(Number(expected >> 11n));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes half a surrogate pair for the character that stands for broken text', () => {
    expect(hex('\ud83d')).toBe(hex('\ufffd'));
    expect(hex('a\udc00b')).toBe(hex('a\ufffdb'));
  });
});

const MASK = (1n << 64n) - 1n;
const [P1, P2, P3, P4, P5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const;
const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & MASK;
const round = (state: bigint, lane: bigint): bigint => (rotate((state + lane * P2) & MASK, 31n) * P1) & MASK;

function reference(bytes: Buffer, seed: bigint): bigint {
  let at = 0;
  let state = (seed + P5) & MASK;
  if (bytes.length >= 32) {
    let lanes = [(seed + P1 + P2) & MASK, (seed + P2) & MASK, seed, (seed - P1) & MASK];
    for (; at + 32 <= bytes.length; at += 32) {
      lanes = lanes.map((lane, index) => round(lane, bytes.readBigUInt64LE(at + index * 8)));
    }
    const turns = [1n, 7n, 12n, 18n];
    state = lanes.reduce((sum, lane, index) => (sum + rotate(lane, turns[index] ?? 0n)) & MASK, 0n);
    for (const lane of lanes) state = ((state ^ round(0n, lane)) * P1 + P4) & MASK;
  }
  state = (state + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) {
    state = (rotate(state ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * P1 + P4) & MASK;
  }
  if (at + 4 <= bytes.length) {
    state = (rotate(state ^ ((BigInt(bytes.readUInt32LE(at)) * P1) & MASK), 23n) * P2 + P3) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at++) state = (rotate(state ^ ((BigInt(bytes[at] ?? 0) * P5) & MASK), 11n) * P1) & MASK;
  state = ((state ^ (state >> 33n)) * P2) & MASK;
  state = ((state ^ (state >> 29n)) * P3) & MASK;
  return state ^ (state >> 32n);
}
