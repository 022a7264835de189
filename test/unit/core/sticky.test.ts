import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OriginView } from '../../../src/core/balancer.ts';
import { cookieFor, originInCookie, type Signer } from '../../../src/core/sticky-cookie.ts';
import { attempt, lab, policies, request } from './support.ts';

const signer = (key: string): Signer => {
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  return { sign, verify: (text, signature) => sign(text) === signature };
};
const ours = signer('ours');
const asSent = (setCookie: string): string => setCookie.split(';', 1)[0] ?? '';

describe('a client that stays with its origin', () => {
  it('gets it whatever the strategy would choose, and the strategy is not asked', () => {
    const { balancer } = lab([1, 1, 1]);
    for (let index = 0; index < 3; index++) {
      expect(balancer.choose(request(), 0, undefined, 'C')).toMatchObject({ origin: { name: 'C' }, reason: 'sticky' });
    }
    expect(balancer.choose(request(), 0)?.origin.name).toBe('A');
  });

  it('gets another by the strategy when its own is gone, down, ejected or was tried', () => {
    const passive = policies({ active: 'off', passive: { failures: 1 } });
    const { balancer } = lab([1, 1, 1], { strategy: { use: 'least-connections' }, policies: passive });
    expect(balancer.choose(request(), 0, undefined, 'Z')).toMatchObject({ reason: 'strategy' });
    expect(balancer.choose(request(), 0, new Set(['C']), 'C')?.origin.name).not.toBe('C');
    attempt(balancer, 'C', 'reset', 0);
    expect(balancer.origin('C')?.status).toBe('ejected');
    expect(balancer.choose(request(), 0, undefined, 'C')).toMatchObject({ origin: { name: 'B' }, reason: 'strategy' });
    expect(balancer.choose(request(), 60_000, undefined, 'C')).toMatchObject({ reason: 'sticky' });
    const checked = lab([1, 1]).balancer;
    checked.checkResult('B', { ok: false, reason: 'refused' }, 0);
    expect(checked.choose(request(), 0, undefined, 'B')).toMatchObject({ origin: { name: 'A' }, reason: 'only-one' });
  });

  it('still gets a draining one, even when nobody else gets any; but not when it is down too', () => {
    const { balancer } = lab([1]);
    balancer.drain('A', 0);
    expect(balancer.choose(request(), 0)).toBeUndefined();
    const origin = balancer.choose(request(), 0, undefined, 'A')?.origin as OriginView;
    expect(origin.name).toBe('A');
    balancer.started(origin, 0);
    expect(origin.status).toBe('draining');
    balancer.checkResult('A', { ok: false, reason: 'refused' }, 0);
    expect(balancer.choose(request(), 0, undefined, 'A')).toBeUndefined();
  });
});

describe('the cookie', () => {
  it('names the origin, signed, for this session and not for scripts', () => {
    expect(cookieFor('A', 'evenkeel_origin', ours)).toBe(
      `evenkeel_origin=A.${ours.sign('A')}; Path=/; HttpOnly; SameSite=Lax`,
    );
  });

  it('comes back as it went, whatever the name, among other cookies', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (name) => {
        const header = `a=1; ${asSent(cookieFor(name, 'own', ours))}; b="2"`;
        expect(originInCookie(header, 'own', ours)).toBe(name);
        expect(originInCookie(header, 'other', ours)).toBeUndefined();
      }),
    );
  });

  it.each([
    undefined,
    '',
    'own=',
    'own=A',
    'own=A.',
    'own=.',
    `own=.${ours.sign('')}`,
    `own=B.${ours.sign('A')}`,
    asSent(cookieFor('A', 'own', signer('theirs'))),
    `own=%E0%A4%A.${ours.sign('%E0%A4%A')}`,
  ])('%j names nobody', (header) => {
    expect(originInCookie(header, 'own', ours)).toBeUndefined();
  });
});
