import { describe, expect, it } from 'vitest';
import { Steady } from '../../../../renderer/features/verdict/steady.ts';
import type { Verdict } from '../../../../renderer/features/verdict/verdict.ts';

const verdict = (id: string, basis: Verdict['basis'], news = id): Verdict => ({
  id,
  basis,
  news,
  tone: 'warn',
  more: '',
});
const measured = verdict('measured', 'figures');
const known = verdict('known', 'state');

describe('Steady', () => {
  it('says at once what is known, and stops at once', () => {
    const steady = new Steady();
    expect(steady.choose(0, 0, [known])?.id).toBe('known');
    expect(steady.choose(250, 0, [])).toBeUndefined();
  });

  it('waits until what is measured has lasted', () => {
    const steady = new Steady();
    expect(steady.choose(0, 0, [measured, known])?.id).toBe('known');
    expect(steady.choose(1750, 0, [measured, known])?.id).toBe('known');
    expect(steady.choose(2000, 0, [measured, known])?.id).toBe('measured');
  });

  it('keeps what is measured through a short gap, and no longer', () => {
    const steady = new Steady();
    steady.choose(0, 0, [measured]);
    steady.choose(2000, 0, [measured]);
    expect(steady.choose(3000, 0, [])?.id).toBe('measured');
    expect(steady.choose(3500, 0, [measured])?.id).toBe('measured');
    expect(steady.choose(5250, 0, [])?.id).toBe('measured');
    expect(steady.choose(5500, 0, [])).toBeUndefined();
    expect(steady.choose(5750, 0, [measured])).toBeUndefined();
  });

  it('forgets what was measured before something was done', () => {
    const steady = new Steady();
    steady.choose(0, 0, [measured]);
    expect(steady.choose(2000, 0, [measured])?.id).toBe('measured');
    expect(steady.choose(2250, 2250, [])).toBeUndefined();
  });

  it('words the same news anew once a second at most', () => {
    const steady = new Steady();
    expect(steady.choose(0, 0, [verdict('known', 'state', 'one')])?.news).toBe('one');
    expect(steady.choose(750, 0, [verdict('known', 'state', 'two')])?.news).toBe('one');
    expect(steady.choose(1000, 0, [verdict('known', 'state', 'three')])?.news).toBe('three');
  });

  it('changes nothing when it is asked twice at the same moment', () => {
    const steady = new Steady();
    for (const now of [0, 0, 1000, 1000]) steady.choose(now, 0, [measured]);
    expect(steady.choose(2000, 0, [measured])).toEqual(steady.choose(2000, 0, [measured]));
  });
});
