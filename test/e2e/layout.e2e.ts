import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { labInBrowser } from '../support/browser-host.ts';
import { findChromium } from '../support/chromium.ts';
import { lasting, settled, spilledWords } from '../support/screen-check.ts';

const PATIENCE = { timeout: 30_000, interval: 200 };
const found = findChromium();

/** Windows from the smallest to a large one; half of each is what a page has at 200 %. */
const WINDOWS: readonly (readonly [width: number, height: number])[] = [
  [2560, 1440],
  [1920, 1080],
  [1440, 900],
  [1280, 720],
  [1024, 700],
  [720, 450],
  [512, 350],
];
/** From 1024 at 200 % on: the top bar leaves out one thing after the other, and each has its own width where it goes. */
const WIDTHS = Array.from({ length: 64 }, (_, step) => 512 + 16 * step);
/** Windows in which everybody in the room sees all that there is, without scrolling. */
const WHOLE = WINDOWS.filter(([width]) => width >= 1440);

describe.skipIf('missing' in found)('the lab', () => {
  const lab = labInBrowser();
  let page: Page;
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const project = async (on: boolean): Promise<void> => {
    const projected = (await page.locator(':root[data-projector]').count()) > 0;
    if (projected !== on) await button('Projector').click();
    await page.locator(`:root${on ? '[data-projector]' : ':not([data-projector])'}`).waitFor();
  };
  /** What leaves its box in each of the windows. */
  const spilledIn = async (windows: typeof WINDOWS): Promise<string[]> => {
    const wrong: string[] = [];
    for (const [width, height] of windows) {
      await page.setViewportSize({ width, height });
      for (const words of await spilledWords(page)) wrong.push(`${width} × ${height}: ${words}`);
    }
    return wrong;
  };
  const card = (name: string): Locator => page.locator(`[data-origin="${name}"]`);
  const drop = (text: string): Promise<void> =>
    page.evaluate((content) => {
      const data = new DataTransfer();
      data.items.add(new File([content], 'dropped.yaml'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, text);

  beforeAll(async () => {
    page = lab.page;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await card('D').waitFor();
    await page.getByTestId('share-D').filter({ hasText: '%' }).waitFor();
  });

  it('shows a chart again that was a table for a while', async () => {
    for (const title of ['Share per origin', 'Latency and errors']) {
      await button(`View ${title} as table`).click();
      await page.getByRole('table', { name: new RegExp(`^${title}, by`) }).waitFor();
      await button(`View ${title} as chart`).click();
      await page.getByRole('slider', { name: `${title}: read at` }).waitFor();
    }
  });

  it('keeps all words in their boxes in every window, with a slow origin and a killed one', async () => {
    await button('Slow B').click();
    await button('Kill C').click();
    await page.getByTestId('status-C').filter({ hasText: /^Down/ }).waitFor();
    await page
      .getByTestId('verdict')
      .filter({ hasText: /slower/ })
      .waitFor();
    expect(await spilledIn(WINDOWS)).toEqual([]);
    // The last window is the smallest: how slow it is, is said there, too.
    const words = page.getByTestId('status-B').getByText('Slow 10×').filter({ visible: true });
    expect(await words.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });

  it('keeps them there projected, and is seen whole', async () => {
    await project(true);
    expect(await spilledIn(WINDOWS.slice(0, -2))).toEqual([]);
    expect(await scrolledIn()).toEqual([]);
  });

  it('says on the smallest projector why an origin is out', async () => {
    await page.setViewportSize({ width: 1024, height: 700 });
    const reason = card('C').getByText('Killed', { exact: true }).filter({ visible: true });
    await reason.waitFor();
    const whole = () =>
      reason.evaluate(
        ({ parentElement: line }) => line && line.scrollWidth - line.clientWidth === 0 && line.clientHeight > 10,
      );
    await expect.poll(whole, PATIENCE).toBe(true);
    expect(await spilledWords(page)).toEqual([]);
  });

  it('shows each origin’s p95 projected, in a simulation, too', async () => {
    await button('SIM').click();
    await page.getByRole('region', { name: 'Simulation' }).waitFor();
    await expect.poll(() => page.getByTestId('p95-A').textContent(), PATIENCE).toMatch(/\d/);
    for (const [width, height] of WINDOWS.slice(0, -2)) {
      await page.setViewportSize({ width, height });
      await settled(page);
      for (const name of width >= 1440 ? 'ABD' : '') await page.getByTestId(`p95-${name}`).waitFor();
      // The balancer's own, on the smallest, too: in its card, and that on the stage.
      const within = () =>
        page.getByTestId('p95').evaluate((figure) => {
          const bottomOf = (around: string): number => figure.closest(around)?.getBoundingClientRect().bottom ?? 0;
          const { bottom } = figure.getBoundingClientRect();
          return bottom <= bottomOf('section > div') && bottomOf('section') <= bottomOf('[data-density]') + 1;
        });
      await expect.poll(within, PATIENCE).toBe(true);
    }
    expect(await spilledIn(WINDOWS.slice(0, -2))).toEqual([]);
    expect(await scrolledIn()).toEqual([]);
    await button('LIVE').click();
    await project(false);
  });

  it('cuts long names in the middle, and keeps them in their charts', async () => {
    const names = ['payments-eu-central-1-blue', 'payments-eu-central-1-green', 'legacy-mainframe-gateway-07'];
    const port = (await lab.state?.())?.lab.listen.port;
    const origins = names.map((name) => `  - { name: ${name}, service: { time: { constant: 20ms } } }`);
    await drop(
      ['evenkeel: 1', 'name: Long names of origins and labs', `listen: 127.0.0.1:${port}`, 'origins:', ...origins].join(
        '\n',
      ),
    );
    await card('payments-eu-central-1-green').waitFor();
    await page.getByTestId('share-payments-eu-central-1-green').filter({ hasText: '%' }).waitFor();
    expect(await spilledIn(WINDOWS.slice(0, 5))).toEqual([]);
    expect(await tooShortIn(WIDTHS)).toEqual([]);
    await project(true);
    expect(await spilledIn(WINDOWS.slice(0, 5))).toEqual([]);
    expect(await tooShortIn(WIDTHS)).toEqual([]);
    await project(false);
    for (const end of ['green', '-blue']) {
      expect(
        await card(`payments-eu-central-1-${end.replace('-', '')}`)
          .getByText(end, { exact: true })
          .isVisible(),
      ).toBe(true);
    }
  });

  /** Widths in which the top bar has more than there is room for. */
  async function tooShortIn(widths: readonly number[]): Promise<number[]> {
    const wrong: number[] = [];
    for (const width of widths) {
      await page.setViewportSize({ width, height: 700 });
      await settled(page);
      const beyond = await page
        .getByRole('banner')
        .evaluate(({ firstElementChild: line, ownerDocument: { documentElement } }) => [
          line ? line.scrollWidth - line.clientWidth : 1,
          documentElement.scrollWidth - documentElement.clientWidth,
        ]);
      if (beyond.some((pixels) => pixels > 0)) wrong.push(width);
    }
    return wrong;
  }

  /** Windows in which the page has to be scrolled. */
  async function scrolledIn(): Promise<string[]> {
    const scrolled: string[] = [];
    for (const [width, height] of WHOLE) {
      await page.setViewportSize({ width, height });
      const rest = async (): Promise<string[]> => {
        const pixels = await page.getByRole('main').evaluate((main) => main.scrollHeight - main.clientHeight);
        return pixels > 0 ? [`${width} × ${height}: ${pixels} pixels`] : [];
      };
      scrolled.push(...(await lasting(page, rest)));
    }
    return scrolled;
  }
});
