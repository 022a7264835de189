import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
/** The width and height (px) that a PNG says it has. */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(0, 8)).toEqual(PNG);
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe('the icons', () => {
  it('are as they were made from assets/icon.svg (else: npm run icons)', () => {
    const lines = readFileSync('assets/icons/SHA256SUMS', 'utf8').trimEnd().split('\n');
    const files = lines.map((line) => line.slice(66));
    const sum = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
    expect(files.map((path) => `${sum(path)}  ${path}`)).toEqual(lines);
    const committed = readdirSync('assets/icons').filter((name) => name.endsWith('.png'));
    expect(files).toEqual(
      expect.arrayContaining([
        'assets/icon.svg',
        'scripts/icons.mjs',
        'assets/icon.ico',
        'assets/icon.icns',
        ...committed.map((name) => `assets/icons/${name}`),
      ]),
    );
  });

  it('of Linux have the sizes that they are named after', () => {
    const names = readdirSync('assets/icons').filter((name) => name.endsWith('.png'));
    expect(names).toContain('512x512.png');
    for (const name of names) {
      expect(`${sizeOf(readFileSync(`assets/icons/${name}`)).join('x')}.png`).toBe(name);
    }
  });

  it('of Windows are one ICO with every size from a title bar to a desktop', () => {
    const ico = readFileSync('assets/icon.ico');
    expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1]);
    const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
      const entry = 6 + 16 * index;
      const at = ico.readUInt32LE(entry + 12);
      const [width, height] = sizeOf(ico.subarray(at, at + ico.readUInt32LE(entry + 8)));
      expect([width, height]).toEqual([ico.readUInt8(entry) || 256, ico.readUInt8(entry + 1) || 256]);
      return width;
    });
    expect(sizes).toEqual([16, 20, 24, 32, 40, 48, 64, 256]);
  });

  it('of macOS are one ICNS, up to 512 points at double density', () => {
    const icns = readFileSync('assets/icon.icns');
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
    const sizes: Record<string, number> = {};
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
      const [width, height] = sizeOf(icns.subarray(at + 8));
      expect(height).toBe(width);
      sizes[icns.toString('latin1', at, at + 4)] = width;
    }
    expect(sizes).toEqual({ ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 });
  });
});
