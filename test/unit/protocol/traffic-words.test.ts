import { expect, it } from 'vitest';
import { describeTraffic, gistOfTraffic } from '../../../src/protocol/traffic-words.ts';

const open = (rate: number) => ({ paths: ['/'], open: { rate, arrivals: 'poisson' } }) as const;
const closed = (users: number) => ({ paths: ['/'], closed: { users, think: 200 } }) as const;

it('says a load as everything else on the screen is said: thousands apart, one of something alone', () => {
  expect(describeTraffic(open(2000))).toBe('2,000 requests/s, Poisson arrivals');
  expect(describeTraffic(open(1))).toBe('1 request/s, Poisson arrivals');
  expect(gistOfTraffic(open(12_500))).toBe('12,500/s');
  expect(describeTraffic(closed(1))).toBe('1 user who thinks for 200 ms');
  expect(describeTraffic(closed(1500))).toBe('1,500 users who think for 200 ms');
  expect(gistOfTraffic(closed(1))).toBe('1 user');
});

it('says that arrivals are pages of several requests', () => {
  expect(describeTraffic({ ...open(2), fanOut: 10 })).toBe('2 pages/s of 10 requests each, Poisson arrivals');
  expect(gistOfTraffic({ ...open(2), fanOut: 10 })).toBe('2 pages/s');
  expect(describeTraffic({ ...closed(5), fanOut: 3 })).toBe(
    '5 users who think for 200 ms, 3 requests at once each time',
  );
});
