import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseDuration,
  parseQuantity,
  parseRate,
  printDuration,
  printFactor,
  printRate,
  printShare,
} from '../../../src/protocol/units.ts';

describe('what people write', () => {
  it.each([
    ['50ms', 50],
    ['0ms', 0],
    ['2s', 2000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    [' 50 ms ', 50],
    ['1e3ms', 1000],
  ])('reads the duration %j', (text, ms) => {
    expect(parseDuration(text, 'every')).toBe(ms);
  });

  it.each([
    ['20/s', 20],
    ['300/m', 5],
    ['1/m', 1 / 60],
    ['36/h', 0.01],
    ['0.5/s', 0.5],
  ])('reads the rate %j', (text, perSecond) => {
    expect(parseRate(text, 'rate')).toBe(perSecond);
  });

  it.each([
    ['10%', 0.1],
    ['100%', 1],
    ['0.07', 0.07],
    [0.1, 0.1],
    [1, 1],
    ['7%', 0.07],
  ])('reads the share %j', (written, share) => {
    expect(parseQuantity('share', written, 'errors')).toBe(share);
  });

  it.each([
    ['10x', 10],
    [10, 10],
    ['0.5x', 0.5],
  ])('reads the factor %j', (written, factor) => {
    expect(parseQuantity('factor', written, 'slow')).toBe(factor);
  });
});

describe('what people get wrong', () => {
  it.each([
    [50, 'every needs a unit: write 50ms or 50s.'],
    ['50', 'every needs a unit: write 50ms or 50s.'],
    ['50 sec', 'every must be a duration such as 50ms or 2s, not "50 sec".'],
    ['50 MS', 'every must be a duration such as 50ms or 2s, not "50 MS".'],
    ['soon', 'every must be a duration such as 50ms or 2s, not "soon".'],
    ['-5ms', 'every must not be negative.'],
    ['1e999s', 'every must be a duration such as 50ms or 2s, not "1e999s".'],
    [null, 'every must be a duration such as 50ms or 2s, not empty.'],
    [['50ms'], 'every must be a duration such as 50ms or 2s, not ["50ms"].'],
    ['50constructor', 'every must be a duration such as 50ms or 2s, not "50constructor".'],
  ])('says so of the duration %j', (written, sentence) => {
    expect(() => parseDuration(written, 'every')).toThrow(sentence);
  });

  it.each([
    [20, 'rate needs a unit: write 20/s.'],
    ['20', 'rate needs a unit: write 20/s.'],
    ['20 per second', 'rate must be a rate such as 20/s or 300/m, not "20 per second".'],
  ])('says so of the rate %j', (written, sentence) => {
    expect(() => parseRate(written, 'rate')).toThrow(sentence);
  });

  it.each([
    [10, 'errors must be at most 100%: write 50% or 0.5, not 10.'],
    ['200%', 'errors must be at most 100%: write 50% or 0.5, not "200%".'],
    [-0.1, 'errors must not be negative.'],
    ['half', 'errors must be a share such as 10% or 0.1, not "half".'],
  ])('says so of the share %j', (written, sentence) => {
    expect(() => parseQuantity('share', written, 'errors')).toThrow(sentence);
  });

  it('says so of a factor', () => {
    expect(() => parseQuantity('factor', '10 times', 'slow')).toThrow(
      'slow must be a factor such as 10x, not "10 times".',
    );
  });
});

it('takes plain numbers from machines, in ms and per second', () => {
  expect(parseQuantity('duration', 50, 'think', 'machine')).toBe(50);
  expect(parseQuantity('duration', '50ms', 'think', 'machine')).toBe(50);
  expect(parseQuantity('rate', 20, 'rate', 'machine')).toBe(20);
  expect(() => parseQuantity('duration', Number.NaN, 'think', 'machine')).toThrow('think must be a duration');
});

it.each([
  [0, '0ms'],
  [50, '50ms'],
  [999, '999ms'],
  [1500, '1.5s'],
  [1234, '1234ms'],
  [2000, '2s'],
  [60_000, '1m'],
  [90_000, '90s'],
  [120_000, '2m'],
  [3_600_000, '1h'],
])('prints %d ms as %s', (ms, text) => {
  expect(printDuration(ms)).toBe(text);
});

it('prints rates, shares and factors as people write them', () => {
  expect(printRate(20)).toBe('20/s');
  expect(printRate(1 / 60)).toBe('1/m');
  expect(printShare(0.07)).toBe('7%');
  expect(printShare(1)).toBe('100%');
  expect(printFactor(10)).toBe('10x');
});

it('prints nothing that reads back differently', () => {
  const positive = fc.double({ min: 0, max: 1e12, noNaN: true }).map(Math.abs);
  fc.assert(
    fc.property(positive, fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs), (value, share) => {
      expect(parseDuration(printDuration(value), '')).toBe(value);
      expect(parseRate(printRate(value), '')).toBe(value);
      expect(parseQuantity('share', printShare(share), '')).toBe(share);
      expect(parseQuantity('factor', printFactor(value), '')).toBe(value);
    }),
  );
});
