import { describe, expect, it } from 'vitest';
import * as format from '../../../renderer/app/format.ts';

describe('numbers for people', () => {
  it('says – for what is not known', () => {
    for (const words of [format.count, format.percent, format.rate, format.milliseconds, format.shortCount]) {
      expect(words(undefined)).toBe('–');
    }
    expect(format.milliseconds(Number.NaN)).toBe('–');
  });

  it.each([
    [format.count(1234567), '1,234,567'],
    [format.shortCount(999), '999'],
    [format.shortCount(1234), '1.2K'],
    [format.shortCount(26_234), '26K'],
    [format.shortCount(123_456), '123K'],
    [format.percent(0.25), '25.0 %'],
    [format.percent(1 / 3), '33.3 %'],
    [format.p95Title('its answers', 1234.4), '1,234 ms: 95 % of its answers of the last 10 s took no longer'],
    [format.p95Title('its answers', undefined), 'Nothing ended in the last 10 s'],
    [format.rate(32.14), '32.1'],
    [format.rate(1234.5), '1,235'],
    [format.milliseconds(0.84), '0.8'],
    [format.milliseconds(9.949), '9.9'],
    [format.milliseconds(9.951), '10'],
    [format.milliseconds(1840.2), '1,840'],
    [format.latency(0.84).join(' '), '0.8 ms'],
    [format.latency(999.4).join(' '), '999 ms'],
    [format.latency(999.6).join(' '), '1.00 s'],
    [format.latency(9994).join(' '), '9.99 s'],
    [format.latency(11_059).join(' '), '11.1 s'],
    [format.latency(240_000).join(' '), '240 s'],
    [format.latency(undefined).join(' '), '– ms'],
    [format.duration(50), '50 ms'],
    [format.duration(2000), '2 s'],
    [format.duration(1500), '1.5 s'],
    [format.sinceStart(48_900), '00:48'],
    [format.sinceStart(3_723_000), '1:02:03'],
    [format.sinceStart(-5), '00:00'],
    [format.counted(1, 'request'), '1 request'],
    [format.counted(2000, 'address', 'addresses'), '2,000 addresses'],
  ])('%s', (words, expected) => {
    expect(words.replaceAll('\u00a0', ' ')).toBe(expected);
  });

  it.each([
    ['3 failures in a row: ejected for 10 s', '3 failures in a row: ejected for\u00a010\u00a0s'],
    ['8 % of 2 min, 1.5 kB', '8\u00a0% of 2\u00a0min, 1.5\u00a0kB'],
    ['5 failures in a row: ejected for 10 s', '5 failures in a row: ejected for\u00a010\u00a0s'],
    ['half took 1,840 ms, and for 3 of them', 'half took 1,840\u00a0ms, and for 3 of them'],
    ['the last 10 s’ requests, 4 servers, 2 mswords', 'the last 10 s’ requests, 4 servers, 2 mswords'],
  ])('%s does not break before a unit', (sentence, expected) => {
    expect(format.unbroken(sentence)).toBe(expected);
  });

  it('puts a space that does not break before each unit of its own', () => {
    for (const words of [format.percent(0.5), format.duration(50), format.longDuration(48_000), format.bytes(27)]) {
      expect(words).not.toContain(' ');
      expect(words).toContain('\u00a0');
    }
  });
});
