import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly help: string;
    readonly nodes: readonly { readonly target: readonly string[] }[];
  }[];
}

/** Two frames: cards are arranged in the one after the window has another size. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

/** What `look` still finds when the page has had time: where there are few processors its frames are late, and what fades in is faint for longer. */
export async function lasting(page: Page, look: () => Promise<string[]>): Promise<string[]> {
  await settled(page);
  let found = await look();
  for (let again = 0; found.length > 0 && again < 10; again++) {
    await page.waitForTimeout(300);
    found = await look();
  }
  return found;
}

/** Serious and critical findings of axe-core on what is on screen, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Read into the page by the debugger: the page's own policy lets no other script in.
  if (!(await page.evaluate(() => 'axe' in window))) {
    const { readFile } = await import('node:fs/promises');
    await page.evaluate(await readFile(axe, 'utf8'));
  }
  return lasting(page, () => findings(page));
}

async function findings(page: Page): Promise<string[]> {
  const { violations } = (await page.evaluate(() =>
    (window as unknown as { axe: { run(context: unknown): unknown } }).axe.run({
      include: [['body']],
      // Base UI's focus guards: they hold no content and only pass the focus on, which the rule cannot know.
      exclude: [['[data-base-ui-focus-guard]']],
    }),
  )) as AxeResult;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join(', ')})`);
}

/**
 * Buttons and fields that are outside the window, or lie over another; each by its name.
 * @param within where to look; what is open, if anything is, without it
 */
export async function misplacedControls(page: Page, within = '[role="dialog"], aside'): Promise<string[]> {
  return lasting(page, () => controlsAstray(page, within));
}

function controlsAstray(page: Page, within: string): Promise<string[]> {
  return page.evaluate((selector) => {
    const open = document.querySelector(selector) ?? document.body;
    const boxes = [...open.querySelectorAll<HTMLElement>('button, input')]
      .map((element) => ({ element, box: seen(element) }))
      .filter(
        ({ element, box }) => box.width > 1 && element.checkVisibility() && !element.closest('[aria-hidden="true"]'),
      );
    /** The part of an element that what it scrolls in lets through. */
    function seen(element: HTMLElement): { left: number; right: number; top: number; bottom: number; width: number } {
      let { left, right, top, bottom } = element.getBoundingClientRect();
      for (let around = element.parentElement; around; around = around.parentElement) {
        if (getComputedStyle(around).overflowY === 'visible') continue;
        const frame = around.getBoundingClientRect();
        top = Math.max(top, frame.top);
        bottom = Math.min(bottom, frame.bottom);
        if (bottom <= top) return { left, right, top, bottom, width: 0 };
      }
      return { left, right, top, bottom, width: right - left };
    }
    const name = ({ element }: (typeof boxes)[number]): string =>
      element.getAttribute('aria-label') ?? element.textContent ?? element.tagName;
    const wrong: string[] = [];
    for (const [index, one] of boxes.entries()) {
      if (one.box.left < -1 || one.box.right > innerWidth + 1) wrong.push(`${name(one)} is beside the window`);
      for (const other of boxes.slice(index + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (wide > 1 && high > 1) wrong.push(`${name(one)} and ${name(other)} overlap`);
      }
    }
    return wrong;
  }, within);
}

/** Cards, panels and strips: what is written in one stays in it. */
const BOXES =
  '[data-origin], [data-node], [data-testid="verdict"], [data-testid="hint"], main section:not([aria-label="The lab"])';

/** Words that leave the box they are in, or the window; each with the box's own first words. What scrolls or is cut with dots does not count. */
export async function spilledWords(page: Page): Promise<string[]> {
  return lasting(page, () => wordsAstray(page));
}

function wordsAstray(page: Page): Promise<string[]> {
  return page.evaluate((boxes) => {
    const wrong: string[] = [];
    for (const box of document.querySelectorAll<HTMLElement>(boxes)) {
      if (!box.checkVisibility() || box.clientWidth < 2) continue;
      const frame = box.getBoundingClientRect();
      for (const element of box.querySelectorAll<HTMLElement>('*')) {
        const own = [...element.childNodes].filter(
          (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
        );
        if (own.length === 0 || !element.checkVisibility() || held(element, box)) continue;
        for (const node of own) {
          const range = document.createRange();
          range.selectNodeContents(node);
          const words = range.getBoundingClientRect();
          const outside = [
            frame.left - words.left,
            words.right - frame.right,
            frame.top - words.top,
            words.bottom - frame.bottom,
          ];
          if (words.width > 1 && Math.max(...outside) > 2)
            wrong.push(`${node.textContent} leaves ${box.textContent?.slice(0, 24)}`);
        }
      }
    }
    /** Whether something between the two hides or scrolls what goes beyond it. */
    function held(element: HTMLElement, box: HTMLElement): boolean {
      for (let around: HTMLElement | null = element; around && around !== box; around = around.parentElement) {
        const { overflowX, clipPath } = getComputedStyle(around);
        if (overflowX !== 'visible' || clipPath !== 'none') return true;
      }
      return false;
    }
    return wrong;
  }, BOXES);
}
