import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { AnswerFields } from '../../../src/engine/answer-fields.ts';

const withCookie = (cookie: string) => ({
  method: 'GET',
  path: '/',
  client: '127.0.0.1',
  header: (name: string) => (name === 'cookie' ? cookie : undefined),
});

it('knows its own cookies and remembers none that others made up', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const answers = new AnswerFields({ sticky: { cookie: 'srv' }, responseHeaders: [] }, 'a secret');
  const [field] = answers.of('A', undefined, 0, 0);
  const own = field?.[1].split(';')[0] ?? '';
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 1000; i++) {
    expect(answers.ownOrigin(withCookie(`srv=${i}${'x'.repeat(60_000)}.sig`))).toBeUndefined();
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10e6);
  expect(answers.ownOrigin(withCookie(own))).toBe('A');
  expect(answers.ownOrigin(withCookie(own))).toBe('A');
});
