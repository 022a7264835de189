import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DesktopMemory } from '../../../electron/desktop-memory.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-memory-'));
  file = join(folder, 'desktop.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const WINDOW = { x: 10, y: 20, width: 1000, height: 700, maximized: true, fullScreen: false };

describe("the desktop's memory", () => {
  it('is empty at first', async () => {
    const memory = await DesktopMemory.load(file);
    expect([memory.window, memory.recentLabs]).toEqual([undefined, []]);
  });

  it('lasts until the next run', async () => {
    const before = await DesktopMemory.load(join(folder, 'new', 'desktop.json'));
    await before.windowWas(WINDOW);
    await before.labOpened('/labs/a.yaml');
    const after = await DesktopMemory.load(join(folder, 'new', 'desktop.json'));
    expect([after.window, after.recentLabs]).toEqual([WINDOW, ['/labs/a.yaml']]);
  });

  it('has the labs opened last, each once, the latest first, ten at most', async () => {
    const memory = await DesktopMemory.load(file);
    for (let lab = 1; lab <= 12; lab++) await memory.labOpened(`/labs/${lab}.yaml`);
    await memory.labOpened('/labs/7.yaml');
    const expected = [7, 12, 11, 10, 9, 8, 6, 5, 4, 3].map((lab) => `/labs/${lab}.yaml`);
    expect(memory.recentLabs).toEqual(expected);
    await memory.labGone('/labs/7.yaml');
    expect(memory.recentLabs).toEqual(expected.slice(1));
    await memory.forgetLabs();
    expect((await DesktopMemory.load(file)).recentLabs).toEqual([]);
  });

  it.each(['{ "window": { "x": 1', '[]garbage', '"text"'])(
    'is empty again when its file was damaged, and keeps that aside: %s',
    async (text) => {
      writeFileSync(file, text);
      const memory = await DesktopMemory.load(file);
      expect([memory.window, memory.recentLabs]).toEqual([undefined, []]);
      expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(text);
      await memory.windowWas(WINDOW);
      expect((await DesktopMemory.load(file)).window).toEqual(WINDOW);
    },
  );

  it('takes what it can use of a file that somebody edited', async () => {
    writeFileSync(
      file,
      JSON.stringify({ window: { ...WINDOW, width: 1 }, recentLabs: ['/a.yaml', 5, null, '/a.yaml'] }),
    );
    const memory = await DesktopMemory.load(file);
    expect([memory.window, memory.recentLabs]).toEqual([undefined, ['/a.yaml']]);
  });

  it('lasts as long as the program where it cannot be written', async () => {
    mkdirSync(file); // a folder is in the way, for root as well
    const memory = await DesktopMemory.load(file);
    await memory.labOpened('/a.yaml');
    expect(memory.recentLabs).toEqual(['/a.yaml']);
    expect(existsSync(join(file, 'desktop.json'))).toBe(false);
  });
});
