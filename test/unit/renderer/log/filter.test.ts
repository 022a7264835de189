import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeFilter } from '../../../../renderer/features/log/filter/complete-filter.ts';
import {
  FIELDS,
  type Filter,
  isNumberField,
  NUMBER_FIELDS,
  NUMBER_OPERATORS,
  type NumberField,
  TEXT_OPERATORS,
  type TextField,
} from '../../../../renderer/features/log/filter/filter.ts';
import { matcherOf } from '../../../../renderer/features/log/filter/match-filter.ts';
import { parseFilter } from '../../../../renderer/features/log/filter/parse-filter.ts';
import { printFilter } from '../../../../renderer/features/log/filter/print-filter.ts';
import { failureCode } from '../../../../src/core/failure.ts';
import { rowOf } from './rows.ts';

const texts = Object.keys(FIELDS).filter((field) => !isNumberField(field as TextField)) as TextField[];
const number = fc
  .oneof(fc.integer({ min: 0, max: 100_000 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => value + 0);
const anyText = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('and', 'OR', 'not', '', 'A'));
const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      kind: fc.constant('number' as const),
      field: fc.constantFrom(...(NUMBER_FIELDS as NumberField[])),
      operator: fc.constantFrom(...NUMBER_OPERATORS),
      value: number,
    }),
    fc.record({
      kind: fc.constant('text' as const),
      field: fc.constantFrom(...texts),
      operator: fc.constantFrom(...TEXT_OPERATORS),
      value: anyText,
    }),
    fc.record({ kind: fc.constant('has' as const), text: anyText }),
    fc.record({ kind: fc.constant('not' as const), of: tie('filter') }),
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).filter;
const rows = fc
  .record({
    origin: fc.constantFrom('', 'A', 'B'),
    status: fc.constantFrom(0, 200, 500),
    path: fc.string({ maxLength: 5 }),
    attempt: fc.nat({ max: 3 }),
    queued: fc.constantFrom(-1, 0, 40),
    failure: fc.nat({ max: 12 }),
    total: fc.double({ min: 0, max: 1000, noNaN: true }),
  })
  .map(rowOf);

const read = (text: string): Filter | undefined => {
  const parsed = parseFilter(text);
  if ('problem' in parsed) throw new Error(parsed.problem.message);
  return parsed.filter;
};
const matches = (text: string, change: Parameters<typeof rowOf>[0]): boolean => matcherOf(read(text))(rowOf(change));

describe('parseFilter', () => {
  it('reads what it prints', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const text = printFilter(filter);
        fc.pre(text.length <= 2000);
        expect(read(text)).toEqual(filter);
      }),
    );
  });

  it('never throws, and points into the text', () => {
    const likely = fc
      .array(fc.constantFrom('origin', 'ms', '=', '>', '!', '~', '(', ')', 'not', 'or', 'and', '"', ' ', '5', '\\'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(likely, fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseFilter(text);
        if (!('problem' in parsed)) return;
        expect(parsed.problem.message).toMatch(/[.?]$/);
        expect(parsed.problem.at).toBeGreaterThanOrEqual(0);
        expect(parsed.problem.at).toBeLessThanOrEqual(text.length);
        expect(parsed.problem.length).toBeGreaterThanOrEqual(1);
      }),
    );
    for (const deep of ['('.repeat(1900), 'not '.repeat(400), 'x'.repeat(5000)])
      expect(parseFilter(deep)).toHaveProperty('problem');
  });

  it('binds “not” before “and” before “or”', () => {
    expect(read('a b or not c and d')).toEqual(read('(a and b) or (not(c) d)'));
    expect(read('  ')).toBeUndefined();
  });

  it.each([
    ['orgin=B', 0, 5, 'Did you mean “origin”?'],
    ['ms>200 status>=abc', 15, 3, '“status>=” needs a number'],
    ['path>3', 4, 1, '“path” is text'],
    ['ms~3', 2, 1, '“ms” is a number'],
    ['a ) b', 2, 1, 'closes nothing'],
    ['!x', 0, 1, '“!” alone'],
    ['or x', 0, 2, 'Before this “or”'],
    ['=B', 0, 1, 'a field is missing'],
    ['/search?q=1', 0, 9, 'There is no field'],
  ])('says what is wrong with %j and where', (text, at, length, words) => {
    const parsed = parseFilter(text);
    expect(parsed).toMatchObject({ problem: { at, length, unfinished: false } });
    expect('problem' in parsed && parsed.problem.message).toContain(words);
  });

  it.each(['status>=', 'not', 'not(', '(a', 'a or', '"half', 'path~"half'])('waits for the rest of %j', (text) => {
    expect(parseFilter(text)).toMatchObject({ problem: { unfinished: true } });
  });
});

describe('matcherOf', () => {
  it('keeps De Morgan’s laws', () => {
    fc.assert(
      fc.property(filters, filters, rows, (a, b, row) => {
        const not = (of: Filter): Filter => ({ kind: 'not', of });
        const is = (filter: Filter) => matcherOf(filter)(row);
        expect(is(not({ kind: 'all', of: [a, b] }))).toBe(is({ kind: 'any', of: [not(a), not(b)] }));
        expect(is(not({ kind: 'any', of: [a, b] }))).toBe(is({ kind: 'all', of: [not(a), not(b)] }));
      }),
    );
  });

  it.each([
    ['origin=b', { origin: 'B' }, true],
    ['origin=none', { origin: '' }, true],
    ['origin=B status>=500 ms>200', { origin: 'B', status: 503, waited: 150, total: 60 }, true],
    ['origin=B status>=500 ms>200', { origin: 'B', status: 503, total: 60 }, false],
    ['not(path~/health)', { path: '/healthz' }, false],
    ['/API', { path: '/api/x' }, true],
    ['10.0.0', { client: '10.0.0.9' }, true],
    ['failure=connect-refused', { failure: failureCode('connect-refused') }, true],
    ['failure!=none', {}, false],
    ['queued<5', { queued: -1 }, false],
    ['queued>=5', { queued: 10 }, true],
    ['attempts>1 or reason=retry', { attempt: 2 }, true],
  ])('%j', (text, change, expected) => {
    expect(matches(text, change)).toBe(expected);
  });
});

describe('completeFilter', () => {
  const known = (field: string) => ({ origin: ['A', 'B', 'big one'], status: ['200', '503'] })[field] ?? [];
  const complete = (text: string) => {
    const { from, to, suggestions } = completeFilter(text, text.length, known);
    return suggestions.map(({ insert }) => text.slice(0, from) + insert + text.slice(to));
  };

  it('offers fields, then operators, then the values there are', () => {
    expect(complete('or')).toEqual(['origin']);
    expect(complete('status>1 or')).toEqual(['status>1 origin', 'status>1 or ']);
    expect(complete('origin')).toEqual(['origin=', 'origin!=', 'origin~']);
    expect(complete('origin=')).toEqual(['origin=A', 'origin=B', 'origin="big one"']);
    expect(complete('not(status>=5')).toEqual(['not(status>=503']);
    expect(complete('origin=b')).toEqual(['origin="big one"']);
    expect(complete('nonsense=')).toEqual([]);
  });

  it('replaces the word around the caret', () => {
    const { from, to } = completeFilter('origin=AB ms>3', 8, known);
    expect([from, to]).toEqual([7, 9]);
  });
});
