import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTextOfLab } from '../../../src/host/lab-text.ts';

let folder: string;
const file = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-text-'));
  writeFileSync(file('lab.yaml'), 'evenkeel: 1\n');
  writeFileSync(file('picture.yaml'), Buffer.from('89504e470d0a1a0a0000000d', 'hex'));
  writeFileSync(file('disk.yaml'), '');
  truncateSync(file('disk.yaml'), 3 * 1024 ** 2);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the text of a lab file', () => {
  it('is read', async () => {
    expect(await readTextOfLab(file('lab.yaml'))).toBe('evenkeel: 1\n');
  });

  it.each([
    ['absent.yaml', (path: string) => `There is no file ${path}.`],
    ['lab.yaml/lab.yaml', (path: string) => `There is no file ${path}.`],
    ['.', (path: string) => `${path} is a folder, not a lab file.`],
    ['picture.yaml', (path: string) => `${path} is not a lab file: it is not text.`],
    ['disk.yaml', (path: string) => `${path} is not a lab file: it is larger than 1 MB.`],
  ])('of %s is refused in one sentence', async (name, sentence) => {
    const path = file(name);
    await expect(readTextOfLab(path)).rejects.toMatchObject({ code: 'bad-argument', message: sentence(path) });
  });
  it.runIf(existsSync('/dev/zero'))('that has no end is refused, too', async () => {
    await expect(readTextOfLab('/dev/zero')).rejects.toThrow('/dev/zero is not a lab file: it is larger than 1 MB.');
  });
});
