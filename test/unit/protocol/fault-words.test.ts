import { expect, it } from 'vitest';
import { faultWords } from '../../../src/protocol/fault-words.ts';

it('says a share of errors as it is, however small', () => {
  const text = (share: number): string => faultWords({ do: 'errors', share }, true).text;
  expect([0, 0.004, 0.125, 0.5, 1].map(text)).toEqual([
    'makes no more errors',
    'answers 0.4 % with 500',
    'answers 12.5 % with 500',
    'answers 50 % with 500',
    'answers 100 % with 500',
  ]);
});
