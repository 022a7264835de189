import { describe, expect, it } from 'vitest';
import { COLOURS, Identities, SHAPES } from '../../../renderer/app/identity.ts';
import { shareStructure } from '../../../renderer/app/share-structure.ts';
import { fromSlider, loadWords, stepOf, stepTraffic, toSlider } from '../../../renderer/features/load/load.ts';
import { EMPTY_FORM, newOriginOf } from '../../../renderer/features/origins/new-origin.ts';
import { arrange } from '../../../renderer/features/stage/layout.ts';
import { backOff } from '../../../renderer/transport/connect.ts';
import { tokenOf } from '../../../renderer/transport/web-session.ts';

describe('shareStructure', () => {
  it('keeps what is equal identical and what changed new', () => {
    const before = {
      origins: [
        { name: 'A', load: 1 },
        { name: 'B', load: 2 },
      ],
      timeline: [{ id: 1 }],
    };
    const after = shareStructure(before, {
      origins: [
        { name: 'A', load: 1 },
        { name: 'B', load: 3 },
      ],
      timeline: [{ id: 1 }],
    });
    expect(after.timeline).toBe(before.timeline);
    expect(after.origins).not.toBe(before.origins);
    expect(after.origins[0]).toBe(before.origins[0]);
    expect(after.origins[1]).toEqual({ name: 'B', load: 3 });
    expect(shareStructure(before, structuredClone(before))).toBe(before);
  });

  it('notices what was removed, added and of another kind', () => {
    expect(shareStructure({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
    expect(shareStructure({ a: 1 }, { a: 1, b: undefined })).toEqual({ a: 1, b: undefined });
    expect(shareStructure([1], { 0: 1 })).toEqual({ 0: 1 });
    expect(shareStructure(undefined, [1, 2])).toEqual([1, 2]);
  });
});

describe('Identities', () => {
  it('gives letters their place, others the first free one, and keeps them', () => {
    const identities = new Identities();
    const first = identities.of(['legacy', 'A', 'C']);
    expect(first.get('A')).toEqual({ letter: 'A', colour: 0, shape: 0 });
    expect(first.get('C')).toMatchObject({ colour: 2 });
    expect(first.get('legacy')).toEqual({ letter: 'L', colour: 1, shape: 1 });
    expect(identities.of(['legacy', 'C']).get('legacy')).toEqual(first.get('legacy'));
  });

  it('tells 26 origins apart by colour and shape together', () => {
    const names = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
    const all = [...new Identities().of(names).values()];
    expect(new Set(all.map(({ colour, shape }) => `${colour}/${shape}`)).size).toBe(26);
    expect(Math.max(...all.map(({ colour }) => colour))).toBe(COLOURS - 1);
    expect(Math.max(...all.map(({ shape }) => shape))).toBe(SHAPES.length - 1);
  });
});

describe('arrange', () => {
  it.each([
    [4, 90, 24.5, false, { density: 'full', columns: 1, scrolls: false }],
    [6, 90, 24.5, false, { density: 'compact', columns: 1, scrolls: false }],
    [7, 90, 24.5, false, { density: 'row', columns: 1, scrolls: false }],
    [4, 64, 17.8, false, { density: 'compact', columns: 1, scrolls: false }],
    [24, 90, 24.5, false, { density: 'row', columns: 2, scrolls: false }],
    [24, 64, 17.8, false, { density: 'row', columns: 2, scrolls: true }],
    [100, 90, 24.5, false, { density: 'tile', columns: 1, scrolls: true }],
    [40, 90, 40, false, { density: 'row', columns: 2, scrolls: false }],
    [33, 40, 14, false, { density: 'tile', columns: 1, scrolls: true }],
    [2, 40, 30, false, { density: 'row', columns: 1, scrolls: false }],
    [24, 40, 14, false, { density: 'row', columns: 1, scrolls: true }],
    [24, 58, 14.3, true, { density: 'tile', columns: 1, scrolls: true }],
    [12, 60, 14.75, true, { density: 'row', columns: 2, scrolls: false }],
    [4, 60, 14.75, true, { density: 'compact', columns: 1, scrolls: false }],
    // Projected at 1920 × 1080, and a simulation, whose bar takes height, at 1440 × 900 and 1024 × 700.
    [4, 58, 12.75, true, { density: 'compact', columns: 1, scrolls: false }],
    [4, 58, 14.3, true, { density: 'compact', columns: 1, scrolls: false }],
    [4, 60, 15.9, false, { density: 'compact', columns: 1, scrolls: false }],
  ])('%i origins in %f × %f rem', (origins, width, height, projector, layout) => {
    expect(arrange(origins, width, height, projector)).toEqual(layout);
  });
});

describe('load', () => {
  it('steps along values that are easy to say', () => {
    expect([stepOf(20, 1), stepOf(20, -1), stepOf(33, 1), stepOf(33, -1)]).toEqual([30, 15, 40, 30]);
    expect([stepOf(1, -1), stepOf(10_000, 1)]).toEqual([1, 10_000]);
    expect(stepTraffic({ paths: ['/'], closed: { users: 20, think: 1000 } }, 1)).toMatchObject({
      closed: { users: 30 },
    });
    expect(stepTraffic({ paths: ['/'], off: true }, 1)).toMatchObject({ open: { rate: 1 } });
    expect(stepTraffic({ paths: ['/'], off: true }, -1)).toEqual({ paths: ['/'], off: true });
    expect(stepTraffic({ paths: ['/'], fanOut: 10, off: true }, 1)).toMatchObject({ fanOut: 10 });
  });

  it('has words and a slider for every value', () => {
    expect(loadWords({ paths: ['/'], open: { rate: 20, arrivals: 'poisson' } })).toEqual({
      value: '20',
      unit: 'requests/s',
      detail: 'Poisson',
    });
    expect(loadWords({ paths: ['/'], fanOut: 10, open: { rate: 2, arrivals: 'poisson' } })).toEqual({
      value: '2',
      unit: 'pages/s',
      detail: '10 requests each, Poisson',
    });
    expect(loadWords({ paths: ['/'], open: { rate: 0.25, arrivals: 'poisson' } })).toMatchObject({ value: '0.25' });
    expect(loadWords({ paths: ['/'], open: { rate: 1, arrivals: 'poisson' } })).toMatchObject({ unit: 'request/s' });
    expect(loadWords({ paths: ['/'], closed: { users: 1, think: 1000 } })).toMatchObject({
      unit: 'user',
      detail: 'think 1\u00a0s',
    });
    for (const value of [1, 20, 450, 10_000]) expect(fromSlider(toSlider(value))).toBe(value);
  });
});

describe('newOriginOf', () => {
  it('makes a command of a form, and a sentence of a mistake', () => {
    expect(newOriginOf(EMPTY_FORM, ['A'])).toEqual({
      weight: 1,
      service: { time: { exponential: 50 }, workers: 4 },
    });
    expect(newOriginOf({ ...EMPTY_FORM, kind: 'url', name: ' legacy ', url: ' http://127.0.0.1:9000 ' }, [])).toEqual({
      weight: 1,
      name: 'legacy',
      url: 'http://127.0.0.1:9000',
    });
    expect(newOriginOf({ ...EMPTY_FORM, name: 'A' }, ['A'])).toBe('There is an origin called A already.');
    expect(newOriginOf({ ...EMPTY_FORM, kind: 'url', url: 'localhost:9000' }, [])).toContain('http://127.0.0.1:9000');
  });
});

describe('connecting', () => {
  it('finds the token in the fragment', () => {
    expect(tokenOf('#t=abc-DEF_1')).toBe('abc-DEF_1');
    expect(tokenOf('')).toBeUndefined();
    expect(tokenOf('#other=1')).toBeUndefined();
  });

  it('waits longer each time, and never long', () => {
    expect([0, 1, 2, 3].map(backOff)).toEqual([250, 500, 1000, 2000]);
    expect(backOff(50)).toBe(5000);
  });
});
