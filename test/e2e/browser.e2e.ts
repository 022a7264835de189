import { describe, it } from 'vitest';
import { openInBrowser } from '../support/browser-host.ts';
import { findChromium } from '../support/chromium.ts';
import { describeUsersChanges } from './users-changes.ts';
import { describeUsersPath, type HostDriver } from './users-path.ts';
import { describeUsersTrouble } from './users-trouble.ts';

const found = findChromium();
if ('missing' in found)
  describe.skip(`the user's path in a browser: ${found.missing}`, () => it('is walked', () => {}));
else {
  const browser: HostDriver = { name: 'the browser', open: openInBrowser };
  describeUsersPath(browser);
  describeUsersChanges(browser);
  describeUsersTrouble(browser);
}
