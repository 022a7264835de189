// npm run screenshots [-- --all [--only slow-server,compare]]
// Takes the README's pictures from the running program into docs/images; with --all also every scenario and every screen, in
// each theme, into docs/images/all (which git leaves out), to be looked at before a release: ten minutes; with --only, those named.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { CHROMIUM, startLab, wait } from './lab-process.mjs';

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false }, only: { type: 'string' } } });
const root = fileURLToPath(new URL('..', import.meta.url));
const images = join(root, 'docs', 'images');
const config = mkdtempSync(join(tmpdir(), 'evenkeel-pictures-'));
/** Seconds until a scenario shows what it is about; for those not named, until the charts have something to show. */
const MOMENT = { 'slow-server': 30, 'kill-nine': 17, flapping: 28, default: 20 };
const USUAL_MOMENT = 18;

const { url, command, stop } = await startLab(['scripts/evenkeel.mjs', '--browser', '--no-open'], config);

const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' }).click();
const ESCAPE = (page) => page.keyboard.press('Escape');
/** Each screen: how to get there from the plain lab; and how back, where Escape does not lead there. */
const SCREENS = {
  labs: (page) => button(page, /^Lab:/),
  strategies: (page) => page.getByRole('combobox', { name: 'Strategy' }).click(),
  'strategy-parameters': (page) => button(page, /^About this strategy/),
  load: (page) => button(page, /^Load \d/),
  'add-origin': (page) => button(page, 'Add origin'),
  note: (page) => button(page, 'Note M'),
  help: (page) => button(page, 'Help'),
  settings: (page) => button(page, 'Settings'),
  inspector: (page) => button(page, 'Origin D: details'),
  policies: (page) => button(page, 'Policies'),
  script: (page) => button(page, 'Script'),
  log: async (page) => {
    await button(page, 'Log');
    await page.getByRole('grid', { name: 'Requests, oldest first' }).focus();
  },
  request: async (page) => {
    await SCREENS.log(page);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
  },
  compare: async (page) => {
    await button(page, 'Compare');
    await page.getByRole('heading', { name: 'Compare', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Compare', exact: true }).last().click();
    await page.getByTestId('compare-verdict').waitFor({ timeout: 120_000 });
  },
  simulation: async (page) => {
    await button(page, 'SIM');
    await page.getByRole('region', { name: 'Simulation' }).waitFor();
    await wait(15);
  },
};
const BACK = {
  log: (page) => button(page, 'Close the request log'),
  request: (page) => button(page, 'Close the request log'),
  compare: (page) => button(page, 'Back to the lab'),
  simulation: (page) => button(page, 'LIVE'),
};
const SIZES = { usual: { width: 1440, height: 900 }, small: { width: 1024, height: 700 } };

const browser = await chromium.launch(CHROMIUM);
try {
  const page = await browser.newPage({ viewport: SIZES.usual, colorScheme: 'dark' });
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  const shoot = (name) => page.screenshot({ path: join(images, `${name}.png`) });
  const inBoth = async (name) => {
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await wait(0.7);
      await shoot(`${name}-${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: 'dark' });
  };
  /** Not by its key: an open list or field would take that for itself. */
  const project = async (projector) => {
    await command({ command: 'save-settings', settings: { theme: 'system', projector, singleKeys: true } });
    await wait(1);
  };
  /** In a simulation the page has settings of its own. */
  const projectByKey = async () => {
    await page.keyboard.press('p');
    await wait(1);
  };
  /** The same moment, as far as that goes, in each theme. */
  const inEachTheme = async (name, toggle = project) => {
    await inBoth(name);
    await toggle(true);
    await inBoth(`${name}-projector`);
    await toggle(false);
  };
  const load = async (lab) => {
    await command({ command: 'load-lab', lab });
    await wait(MOMENT[lab] ?? USUAL_MOMENT);
    const dismiss = page.getByRole('button', { name: 'Dismiss', exact: true });
    while ((await dismiss.count()) > 0) await dismiss.first().click();
  };

  mkdirSync(images, { recursive: true });
  if (values.all) await takeAll();
  else await takeReadme();

  /** What the README shows: a slow server, a killed one, the list of labs, and the projector. */
  async function takeReadme() {
    await load('slow-server');
    await shoot('lab-dark');
    await command({ command: 'set-strategy', strategy: 'least-connections' });
    await wait(10);
    await command({ command: 'fault', origin: 'C', do: 'kill' });
    await wait(5);
    await shoot('killed-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await button(page, /^Lab:/);
    await page.getByRole('button', { name: /^IP hash/ }).waitFor();
    await wait(1);
    await shoot('labs-light');
    await page.keyboard.press('Escape');
    await project(true);
    await wait(2);
    await shoot('projector-light');
    await project(false);
  }

  async function takeAll() {
    const only = values.only?.split(',');
    const isWanted = (name) => only === undefined || only.includes(name);
    if (only === undefined) rmSync(join(images, 'all'), { recursive: true, force: true });
    mkdirSync(join(images, 'all'), { recursive: true });
    const labs = readdirSync(join(root, 'assets', 'labs')).map((file) => file.replace(/\.yaml$/, ''));
    for (const lab of labs.filter(isWanted)) {
      console.log(lab);
      await load(lab);
      await inEachTheme(`all/lab-${lab}`);
    }
    const screens = Object.entries(SCREENS).filter(([screen]) => isWanted(screen));
    if (screens.length > 0) await load('slow-server');
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const [screen, open] of screens) {
        console.log(`${screen}, ${size}`);
        await open(page);
        await wait(0.5);
        await inEachTheme(`all/${screen}-${size}`, screen === 'simulation' ? projectByKey : project);
        await (BACK[screen] ?? ESCAPE)(page);
      }
    }
  }
} finally {
  await browser.close();
  stop();
  rmSync(config, { recursive: true, force: true });
}
