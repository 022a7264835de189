import { describe, expect, it } from 'vitest';
import { type Area, placementOf, placeWindow, type WindowPlacement } from '../../../electron/window-placement.ts';

const MAIN: Area = { x: 0, y: 25, width: 1920, height: 1055 };
const RIGHT: Area = { x: 1920, y: 0, width: 1280, height: 1024 };
const at = (x: number, y: number, width = 1000, height = 700): WindowPlacement => ({
  x,
  y,
  width,
  height,
  maximized: false,
  fullScreen: false,
});

describe('a window opens', () => {
  it('at its first size where the system puts it, the first time', () => {
    expect(placeWindow(undefined, [MAIN])).toEqual({ width: 1440, height: 900 });
  });

  it('no larger than the screen', () => {
    expect(placeWindow(undefined, [{ x: 0, y: 0, width: 1024, height: 700 }])).toEqual({ width: 1024, height: 700 });
    expect(placeWindow(at(0, 30, 5000, 4000), [MAIN])).toEqual({ x: 0, y: 30, width: 1920, height: 1055 });
  });

  it('where it was, on whichever screen', () => {
    expect(placeWindow(at(100, 50), [MAIN, RIGHT])).toEqual({ x: 100, y: 50, width: 1000, height: 700 });
    expect(placeWindow(at(2000, 0), [MAIN, RIGHT])).toEqual({ x: 2000, y: 0, width: 1000, height: 700 });
  });

  it('where it was, though a part of it is outside', () => {
    expect(placeWindow(at(-880, 400), [MAIN])).toMatchObject({ x: -880, y: 400 });
    expect(placeWindow(at(1800, 1048), [MAIN])).toMatchObject({ x: 1800, y: 1048 });
  });

  it.each([
    ['its screen has gone', at(2000, 0)],
    ['its title bar is above the screen', at(100, 24)],
    ['its title bar is below the screen', at(100, 1049)],
    ['hardly any of it would be left of the edge', at(1801, 100)],
    ['hardly any of it would be right of the edge', at(-881, 100)],
  ])('where the system puts it when %s, as large as it was', (_why, before) => {
    expect(placeWindow(before, [MAIN])).toEqual({ width: 1000, height: 700 });
  });

  it('somehow, when no screen is known', () => {
    expect(placeWindow(at(5, 5), [])).toEqual({ width: 1000, height: 700 });
  });
});

describe('a placement out of a file', () => {
  it('is taken as it was written', () => {
    const placement = { ...at(-5, 7), maximized: true, fullScreen: true };
    expect(placementOf(JSON.parse(JSON.stringify(placement)))).toEqual(placement);
  });

  it.each([
    [undefined],
    [null],
    ['wide'],
    [{}],
    [{ ...at(0, 0), x: 'left' }],
    [{ ...at(0, 0), y: 1.5 }],
    [{ ...at(0, 0), width: 639 }],
    [{ ...at(0, 0), height: -700 }],
    [{ ...at(0, 0), x: 1e300 }],
  ])('is none when it is %j', (value) => {
    expect(placementOf(value)).toBeUndefined();
  });
});
