// npm run icons: makes every icon of the desktop app from assets/icon.svg, in Chromium. What it makes is committed; a test
// compares assets/icons/SHA256SUMS, so that no icon is older than its source.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path) => readFileSync(join(root, path));
const executablePath = process.env.EVENKEEL_CHROMIUM ?? '/usr/bin/chromium';

/** px; what desktops of Linux look for in their icon themes. */
const LINUX = [16, 24, 32, 48, 64, 128, 256, 512];
/** px; what Windows shows, from a title bar to a desktop with large icons. */
const WINDOWS = [16, 20, 24, 32, 40, 48, 64, 256];
/** Apple's type of each size (px) that may hold a PNG; several types are the same picture for another density. */
const MAC = { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 };
/** macOS icons keep a margin: their tile is 824 of 1024 wide (Apple's icon grid). */
const MAC_TILE = 824 / 1024;

/** @returns {Promise<(size: number, tile?: number) => Promise<Buffer>>} a PNG of the icon, size × size px */
async function painter(browser) {
  const page = await browser.newPage();
  const source = `data:image/svg+xml;base64,${read('assets/icon.svg').toString('base64')}`;
  return async (size, tile = 1) => {
    await page.setViewportSize({ width: size, height: size });
    const edge = Math.round(size * tile);
    const at = (size - edge) / 2;
    await page.setContent(
      `<img src="${source}" width="${edge}" height="${edge}" style="position:absolute;left:${at}px;top:${at}px">`,
    );
    await page.evaluate(() => document.images[0].decode());
    return page.screenshot({ omitBackground: true });
  };
}

/** An ICO of PNGs: a header, 16 bytes for each picture (0 stands for 256 px), the pictures. */
function ico(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  for (const [index, { size, png }] of pictures.entries()) {
    const entry = 6 + 16 * index;
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4); // planes
    head.writeUInt16LE(32, entry + 6); // bits per pixel
    head.writeUInt32LE(png.length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)]);
}

/** An ICNS of PNGs: chunks of a type, a length that counts both, and the picture, in a chunk of their own. */
function icns(pictures) {
  const chunk = (type, data) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + data.length, 4);
    return Buffer.concat([head, data]);
  };
  return chunk('icns', Buffer.concat(pictures.map(({ type, png }) => chunk(type, png))));
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const paint = await painter(browser);
  rmSync(join(root, 'assets/icons'), { recursive: true, force: true });
  mkdirSync(join(root, 'assets/icons'));
  const made = new Map();
  for (const size of LINUX) made.set(`assets/icons/${size}x${size}.png`, await paint(size));
  const windows = [];
  for (const size of WINDOWS) windows.push({ size, png: await paint(size) });
  made.set('assets/icon.ico', ico(windows));
  const mac = [];
  for (const [type, size] of Object.entries(MAC)) mac.push({ type, png: await paint(size, MAC_TILE) });
  made.set('assets/icon.icns', icns(mac));
  for (const [path, data] of made) writeFileSync(join(root, path), data);

  const sum = (path) => `${createHash('sha256').update(read(path)).digest('hex')}  ${path}\n`;
  const sums = ['assets/icon.svg', 'scripts/icons.mjs', ...made.keys()].map(sum);
  writeFileSync(join(root, 'assets/icons/SHA256SUMS'), sums.join(''));
} finally {
  await browser.close();
}
