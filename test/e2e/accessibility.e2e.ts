import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { labInBrowser } from '../support/browser-host.ts';
import { findChromium } from '../support/chromium.ts';
import { misplacedControls, seriousFindings } from '../support/screen-check.ts';

const found = findChromium();

/** Each screen: how to get there from the plain lab, and back. */
const SCREENS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'the lab': async () => {},
  'the inspector': async (page) => {
    await page.getByRole('button', { name: 'Origin B: details', exact: true }).click();
    await page.getByText('What happened').waitFor();
  },
  'the inspector’s service page': async (page) => {
    await page.getByRole('button', { name: 'Origin B: details', exact: true }).click();
    await page.getByRole('tab', { name: 'Service' }).click();
    await page.getByLabel('Workers').waitFor();
  },
  'the inspector’s log': async (page) => {
    await page.getByRole('button', { name: 'Origin B: details', exact: true }).click();
    await page.getByRole('tab', { name: 'Log' }).click();
  },
  'the policies': async (page) => {
    await page.getByRole('button', { name: 'Policies', exact: true }).click();
    await page.getByLabel('First byte').waitFor();
  },
  'the sticky sessions and the forwarder': async (page) => {
    await page.getByRole('button', { name: 'Policies', exact: true }).click();
    const sticky = page.getByRole('switch', { name: 'Sticky sessions' });
    await sticky.scrollIntoViewIfNeeded();
    if ((await sticky.getAttribute('aria-checked')) === 'false') await sticky.click();
    await page.getByRole('textbox', { name: 'Cookie' }).waitFor();
    await page.getByRole('group', { name: 'Forwarder' }).scrollIntoViewIfNeeded();
  },
  'the fault script': async (page) => {
    await page.getByRole('button', { name: 'Script', exact: true }).click();
    await page.getByRole('button', { name: 'Add the line' }).waitFor();
  },
  'the labs': async (page) => {
    await page.getByRole('button', { name: /^Lab:/ }).click();
    await page.getByRole('button', { name: /^Slow server/ }).waitFor();
  },
  'a lab that is refused': async (page) => {
    await page.getByRole('button', { name: /^Lab:/ }).click();
    const file = {
      name: 'wrong.yaml',
      mimeType: 'text/yaml',
      buffer: Buffer.from('evenkeel: 1\norigins: 3\nseeed: 1\n'),
    };
    await page.getByLabel('Lab file', { exact: true }).setInputFiles(file);
    await page.getByRole('dialog', { name: 'wrong.yaml cannot be opened' }).waitFor();
  },
  'the strategies': async (page) => {
    await page.getByRole('combobox', { name: 'Strategy' }).click();
    await page.getByRole('option', { name: /^Maglev/ }).waitFor();
  },
  'a strategy’s parameters': async (page) => {
    await page.getByRole('button', { name: /^About this strategy/ }).click();
    await page.getByText('Good when').waitFor();
  },
  'the load': async (page) => {
    await page.getByRole('button', { name: /^Load \d/ }).click();
    await page.getByRole('textbox', { name: 'Addresses' }).waitFor();
  },
  'the dialog to add an origin': async (page) => {
    await page.getByRole('button', { name: 'Add origin', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name' }).waitFor();
  },
  'the dialog for a note': async (page) => {
    await page.getByRole('button', { name: 'Note M', exact: true }).click();
    await page.getByRole('textbox', { name: 'Text' }).waitFor();
  },
  'the request log': async (page) => {
    await page.getByRole('button', { name: 'Log', exact: true }).click();
    await page.getByRole('grid', { name: 'Requests, oldest first' }).focus();
  },
  'the help': async (page) => {
    await page.getByRole('button', { name: 'Help', exact: true }).click();
    await page.getByRole('dialog').waitFor();
  },
  'the settings': async (page) => {
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('dialog').waitFor();
  },
};

const OPEN = '[role="dialog"], [role="listbox"], aside, [data-testid="request-log"]';
const SIZES = { small: [1024, 700], usual: [1440, 900], large: [2560, 1440] } as const;

describe.skipIf('missing' in found)('on screen', () => {
  const lab = labInBrowser();
  let page: Page;
  beforeAll(async () => {
    page = lab.page;
    page.setDefaultTimeout(20_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.getByRole('group', { name: 'Origin D', exact: true }).waitFor();
    // axe is slow enough without what moves.
    await page.keyboard.press(' ');
  });
  /** What `look` answers on a screen; the plain lab is there again afterwards, whatever happens. */
  const on = async <T>(screen: string, look: (page: Page) => Promise<T>): Promise<T> => {
    try {
      await SCREENS[screen]?.(page);
      return await look(page);
    } finally {
      const open = page.locator(OPEN).filter({ visible: true });
      if ((await open.count()) > 0) await page.keyboard.press('Escape');
      await expect.poll(() => open.count()).toBe(0);
    }
  };

  for (const colorScheme of ['dark', 'light'] as const) {
    it.each(Object.keys(SCREENS))(`%s in ${colorScheme} has nothing serious for axe to find`, async (screen) => {
      await page.emulateMedia({ colorScheme });
      expect(await on(screen, seriousFindings)).toEqual([]);
    });
  }

  it('the projector has nothing serious for axe to find', async () => {
    await page.keyboard.press('p');
    await page.locator(':root[data-projector]').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('p');
    await page.locator(':root:not([data-projector])').waitFor();
  });

  for (const [size, [width, height]] of Object.entries(SIZES)) {
    it.each(Object.keys(SCREENS))(
      `%s at ${size} size has every control in the window and none over another`,
      async (screen) => {
        await page.setViewportSize({ width, height });
        expect(await on(screen, misplacedControls)).toEqual([]);
      },
    );
  }

  for (const [size, [width, height]] of Object.entries(SIZES)) {
    it.each(['', 'projected '])(
      `the top bar %sat ${size} size holds all its controls and the lab’s whole name`,
      async (how) => {
        await page.setViewportSize({ width, height });
        if (how !== '') await page.keyboard.press('p');
        await page.locator(`:root${how === '' ? ':not([data-projector])' : '[data-projector]'}`).waitFor();
        try {
          expect(await misplacedControls(page, 'header')).toEqual([]);
          const name = page.getByRole('button', { name: /^Lab:/ }).locator('span').first();
          expect(await name.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
        } finally {
          if (how !== '') await page.keyboard.press('p');
        }
      },
    );
  }
});
