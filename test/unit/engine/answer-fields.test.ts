import { expect, it } from 'vitest';
import { AnswerFields } from '../../../src/engine/answer-fields.ts';
import { collectGarbage } from '../../support/garbage.ts';

const withCookie = (cookie: string) => ({
  method: 'GET',
  path: '/',
  client: '127.0.0.1',
  header: (name: string) => (name === 'cookie' ? cookie : undefined),
});

it('knows its own cookies and remembers none that others made up', () => {
  const answers = new AnswerFields({ sticky: { cookie: 'srv' }, responseHeaders: [] }, 'a secret');
  const [field] = answers.of('A', undefined, 0, 0);
  const own = field?.[1].split(';')[0] ?? '';
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 1000; i++) {
    expect(answers.ownOrigin(withCookie(`srv=${i}${'x'.repeat(60_000)}.sig`))).toBeUndefined();
  }
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10e6);
  expect(answers.ownOrigin(withCookie(own))).toBe('A');
  expect(answers.ownOrigin(withCookie(own))).toBe('A');
});
