import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Built when tests begin, whose environment must not decide what users get. */
it('the page is built for use: with none of the checks that React makes for those who develop', () => {
  const assets = join(import.meta.dirname, '../../dist/renderer/assets');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.filter((name) => readFileSync(join(assets, name), 'utf8').includes('jsxDEV'))).toEqual([]);
});
