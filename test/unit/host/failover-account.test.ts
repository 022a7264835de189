import { describe, expect, it } from 'vitest';
import { FailoverAccount } from '../../../src/host/failover-account.ts';

describe('FailoverAccount', () => {
  const account = () => new FailoverAccount(1000, { retried: 3, lost: 1 });

  it('counts what was lost since the fault, and only that', () => {
    const kill = account();
    expect(kill.soFar({ retried: 3, lost: 1 })).toBe('not noticed, 0 retried elsewhere, 0 lost');
    kill.notice(1012);
    kill.notice(9000);
    expect(kill.soFar({ retried: 5, lost: 1 })).toBe('noticed after 12 ms, 2 retried elsewhere, 0 lost');
    expect(kill.ended(10_800, { retried: 5, lost: 2 })).toBe(
      'is back after 9.8 s: noticed after 12 ms, 2 retried elsewhere, 1 lost',
    );
  });

  it('says when nobody noticed', () => {
    expect(account().ended(6000, { retried: 3, lost: 26 })).toBe(
      'works again after 5.0 s, and the balancer never noticed: 0 retried elsewhere, 25 lost',
    );
  });

  it('is over only after the origin was broken and works again', () => {
    const kill = account();
    expect(kill.mended(true)).toBe(false);
    expect(kill.mended(false)).toBe(false);
    expect(kill.mended(true)).toBe(true);
  });

  it('takes a clock that jumped back for no time at all', () => {
    const kill = account();
    kill.notice(400);
    expect(kill.soFar({ retried: 3, lost: 1 })).toMatch(/^noticed after 0 ms/);
  });
});
