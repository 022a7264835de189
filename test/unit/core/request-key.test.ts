import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cookieValue, keyReader, queryValue, withoutQuery } from '../../../src/core/request-key.ts';
import { request } from './support.ts';

const headers = (values: Record<string, string>) => (name: string) => values[name.toLowerCase()];

describe('the key of a request', () => {
  const one = request({
    client: '10.0.0.7',
    path: '/a/b?user=7&x=%20y#top',
    header: headers({ 'x-tenant': ' blue ', cookie: 'sid=abc; theme="dark"', 'x-empty': '  ' }),
  });

  it.each([
    ['client-ip', '10.0.0.7'],
    ['path', '/a/b'],
    ['uri', '/a/b?user=7&x=%20y#top'],
    ['header:X-Tenant', 'blue'],
    ['header:X-Empty', undefined],
    ['header:X-Other', undefined],
    ['cookie:sid', 'abc'],
    ['cookie:theme', 'dark'],
    ['cookie:other', undefined],
    ['query:user', '7'],
    ['query:x', ' y'],
    ['query:y', undefined],
  ])('%s is %j', (key, value) => {
    expect(keyReader(key)?.(one)).toBe(value);
  });

  it.each([
    '',
    'client',
    'Path',
    'header',
    'header:',
    'header:a b',
    'cookie:a=b',
    'cookie:;',
    'query:',
    'query:a&b',
    ':a',
  ])('cannot be %j', (key) => {
    expect(keyReader(key)).toBeUndefined();
  });

  it('is read from any request without an error', () => {
    const keys = ['client-ip', 'path', 'uri', 'header:a', 'cookie:a', 'query:a'].map((key) => keyReader(key));
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.stringMatching(/^[a=;&%?#" +]{0,20}$/),
      fc.constant(''),
    );
    fc.assert(
      fc.property(text, text, fc.option(text, { nil: undefined }), (client, path, header) => {
        for (const read of keys) {
          const value = read?.(request({ client, path, header: () => header }));
          expect(value === undefined || value.length > 0).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a cookie', () => {
  it.each([
    ['a=1', '1'],
    ['b=2; a=1', '1'],
    ['b=2;a=1;', '1'],
    ['a=1; a=2', '1'],
    ['a=x=y', 'x=y'],
    ['a=', ''],
    ['  a = 1 ', '1'],
    ['a="1"', '1'],
    ['a="', '"'],
    [';;;=;a;a=1', '1'],
    ['aa=1; ba=2', undefined],
    ['A=1', undefined],
    ['a', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('in %j', (header, value) => {
    expect(cookieValue(header, 'a')).toBe(value);
  });
});

describe('a parameter of the query', () => {
  it.each([
    ['/?a=1', '1'],
    ['/?b=2&a=1&a=3', '1'],
    ['/?a', ''],
    ['/?a=', ''],
    ['/?%61=1', '1'],
    ['/?a=b+c%2B', 'b c+'],
    ['/?a=%zz', '%zz'],
    ['/?a=1#a=2', '1'],
    ['/?a=b=c', 'b=c'],
    ['/?&&a=1', '1'],
    ['/?x=?a=1', undefined],
    ['/a=1', undefined],
    ['/#?b=1', undefined],
    ['', undefined],
  ])('in %j', (target, value) => {
    expect(queryValue(target, 'a')).toBe(value);
  });

  it('is not part of the path', () => {
    expect(['/a?b', '/a#b', '/a', '*', '?', ''].map(withoutQuery)).toEqual(['/a', '/a', '/a', '*', '', '']);
  });
});
