import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from '../../../src/host/whole-file.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-whole-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file written whole', () => {
  it('takes the place of the old one, and nothing else is left', async () => {
    writeFileSync(at('lab.yaml'), 'the old one, which was longer');
    await writeWhole(at('lab.yaml'), 'new');
    expect(readFileSync(at('lab.yaml'), 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['lab.yaml']);
  });

  it.skipIf(process.platform === 'win32')('keeps the permissions of the old one, and a link a link', async () => {
    writeFileSync(at('lab.yaml'), 'old');
    chmodSync(at('lab.yaml'), 0o600);
    symlinkSync('lab.yaml', at('link.yaml'));
    await writeWhole(at('link.yaml'), 'new');
    expect(lstatSync(at('link.yaml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('lab.yaml'), 'utf8')).toBe('new');
    expect(statSync(at('lab.yaml')).mode & 0o777).toBe(0o600);
  });

  it('that cannot be written says why in a phrase', async () => {
    await expect(writeWhole(at('nowhere/lab.yaml'), 'new')).rejects.toThrow(/^its folder does not exist$/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
