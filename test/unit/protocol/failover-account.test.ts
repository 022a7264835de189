import { describe, expect, it } from 'vitest';
import { FailoverAccount } from '../../../src/protocol/failover-account.ts';

describe('FailoverAccount', () => {
  const account = () => new FailoverAccount(1000, { retried: 3, lost: 1 });

  it('counts what was lost since the fault, and only that', () => {
    const kill = account();
    expect(kill.soFar({ retried: 3, lost: 1 })).toEqual({ retried: 0, lost: 0 });
    kill.notice(1012);
    kill.notice(9000);
    expect(kill.soFar({ retried: 5, lost: 1 })).toEqual({ noticedAfter: 12, retried: 2, lost: 0 });
    expect(kill.ended(10_800, { retried: 5, lost: 2 })).toEqual({
      noticedAfter: 12,
      retried: 2,
      lost: 1,
      recoveredAfter: 9800,
    });
  });

  it('says when nobody noticed', () => {
    expect(account().ended(6000, { retried: 3, lost: 26 })).toEqual({ retried: 0, lost: 25, recoveredAfter: 5000 });
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
    expect(kill.soFar({ retried: 3, lost: 1 }).noticedAfter).toBe(0);
  });
});
