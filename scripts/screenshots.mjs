// npm run screenshots: starts a lab, walks a short story and takes the pictures in docs/images from the running program.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const images = join(root, 'docs', 'images');
const executablePath = process.env.EVENKEEL_CHROMIUM ?? '/usr/bin/chromium';
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const config = mkdtempSync(join(tmpdir(), 'evenkeel-pictures-'));

mkdirSync(images, { recursive: true });
const host = spawn(process.execPath, ['scripts/evenkeel.mjs', '--browser', '--no-open'], {
  cwd: root,
  env: { ...process.env, EVENKEEL_CONFIG_DIR: config },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise((resolve, reject) => {
  let text = '';
  host.stdout.on('data', (data) => {
    text += data;
    const ready = /^ready: .*control (\S+)/m.exec(text);
    if (ready) resolve(ready[1]);
  });
  host.once('exit', (code) => reject(new Error(`The lab ended with ${code}.`)));
});
const { origin, hash } = new URL(url);
const command = (value) =>
  fetch(`${origin}/api/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hash.slice(3)}`, 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const browser = await chromium.launch({ executablePath, args: flags });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  await page.goto(url);
  await wait(45);
  const shoot = (name) => page.screenshot({ path: join(images, `${name}.png`) });
  await command({ command: 'fault', origin: 'B', do: 'slow', factor: 10 });
  await wait(12);
  await shoot('lab-dark');
  await command({ command: 'set-strategy', strategy: 'least-connections' });
  await wait(8);
  await command({ command: 'fault', origin: 'C', do: 'kill' });
  await wait(8);
  await shoot('killed-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await wait(2);
  await shoot('lab-light');
  await page.keyboard.press('p');
  await wait(3);
  await shoot('projector-light');
} finally {
  await browser.close();
  host.kill('SIGINT');
  rmSync(config, { recursive: true, force: true });
}
