import { describe, expect, it } from 'vitest';
import { type MessageError, parseRequestHead } from '../../../src/engine/native/message-head.ts';

const statusOf = (startLine: string, ...fields: string[]): number => {
  try {
    parseRequestHead([startLine, 'Host: a', ...fields].join('\r\n'));
    return 200;
  } catch (error) {
    return (error as MessageError).status;
  }
};

describe('the head of a request', () => {
  it('has a method of at most 32 characters', () => {
    expect(statusOf(`${'M'.repeat(32)} / HTTP/1.1`)).toBe(200);
    expect(statusOf(`${'M'.repeat(33)} / HTTP/1.1`)).toBe(501);
  });

  it('has a target of at most 16 KiB', () => {
    expect(statusOf(`GET /${'x'.repeat(16_383)} HTTP/1.1`)).toBe(200);
    expect(statusOf(`GET /${'x'.repeat(16_384)} HTTP/1.1`)).toBe(414);
  });

  it.each([
    ['GET / HTTP/2.0', 505],
    ['GET / HTTP/1.1 ', 400],
    ['GET  / HTTP/1.1', 400],
    ['GET x HTTP/1.1', 400],
    ['GET * HTTP/1.1', 400],
    ['OPTIONS * HTTP/1.1', 200],
    ['CONNECT a:1 HTTP/1.1', 501],
    ['GET http:///x HTTP/1.1', 400],
    ['GET http://a@b/ HTTP/1.1', 400],
    ['GET HTTP://b?q HTTP/1.1', 200],
  ])('%j is answered %d', (line, status) => {
    expect(statusOf(line)).toBe(status);
  });

  it('has one Host, one length and one way to find its end', () => {
    expect(statusOf('GET / HTTP/1.1', 'Host: b')).toBe(400);
    expect(statusOf('POST / HTTP/1.1', 'Content-Length: 1', 'Content-Length: 1')).toBe(400);
    expect(statusOf('POST / HTTP/1.1', 'Content-Length: 1', 'Transfer-Encoding: chunked')).toBe(400);
    expect(statusOf('POST / HTTP/1.1', 'Content-Length: +1')).toBe(400);
    expect(statusOf('POST / HTTP/1.1', 'Transfer-Encoding: gzip, chunked')).toBe(501);
    expect(statusOf('POST / HTTP/1.1', 'Transfer-Encoding: chunked, gzip')).toBe(400);
    expect(statusOf('GET / HTTP/1.1', 'X : y')).toBe(400);
    expect(statusOf('GET / HTTP/1.1', ' folded')).toBe(400);
  });
});
