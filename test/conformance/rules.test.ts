import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test.each(Array.from({ length: 22 }, (_, i) => i + 1))('rule %i has a test', (rule) => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const text = files.map((name) => readFileSync(`${import.meta.dirname}/${name}`, 'utf8')).join('');
  expect(new RegExp(`check\\(\\s*['"\`]${rule}: `).test(text)).toBe(true);
});
