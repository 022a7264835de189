import fc from 'fast-check';
import { expect } from 'vitest';
import { conformance } from './conformance.ts';
import { Malformed, readMessage } from './message.ts';

const RUNS = 80;

const damage = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat({ max: 3 }),
    put: fc.constantFrom(
      '',
      '\r',
      '\n',
      '\r\n',
      '\r\n\r\n',
      ':',
      ' ',
      '\0',
      '0\r\n\r\n',
      'ff',
      '-',
      'Content-Length: 1\r\n',
    ),
  }),
  { maxLength: 3 },
);
const frame = fc.constantFrom<(tag: string) => string>(
  (tag) => `HTTP/1.1 200 OK\r\nX-Tag: ${tag}\r\nContent-Length: ${tag.length}\r\n\r\n${tag}`,
  (tag) =>
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${tag.length.toString(16)}\r\n${tag}\r\n0\r\nX-Tag: ${tag}\r\n\r\n`,
  (tag) =>
    `HTTP/1.1 103 Early Hints\r\nX-Tag: ${tag}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: ${tag.length}\r\n\r\n${tag}`,
  (tag) => `HTTP/1.0 200 OK\r\n\r\n${tag}`,
);
const run = fc.record({ frame, damage, cut: fc.double({ min: 0, max: 1, noNaN: true }) });

conformance('fuzz', (check) => {
  check(
    '22: whatever an origin answers, every client gets its own answer, a 502 or a cut, in proper form',
    async (bench) => {
      // The seed is fixed: this suite says the same every time.
      for (const [i, { frame: write, damage: spots, cut }] of fc.sample(run, { numRuns: RUNS, seed: 22 }).entries()) {
        const tag = `tag-of-${i}-`;
        let bytes = write(tag);
        for (const { at, remove, put } of spots) {
          const from = Math.floor(at * bytes.length);
          bytes = bytes.slice(0, from) + put + bytes.slice(from + remove);
        }
        const client = await bench.client();
        client.send(`GET /${i} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        const seen = await bench.origin.request();
        expect(seen.target).toBe(`/${i}`);
        const half = Math.floor(cut * bytes.length);
        seen.answer(bytes.slice(0, half));
        await new Promise((resolve) => setImmediate(resolve));
        seen.answer(bytes.slice(half));
        seen.wire.end();
        const how = await client.closed();
        for (const [, other] of client.log.matchAll(/tag-of-(\d+)-/g)) expect(Number(other)).toBe(i);
        expect(() => properOrCut(client.log, how === 'ended'), JSON.stringify(bytes)).not.toThrow();
      }
      await bench.expectAlive();
    },
  );
});

/** @throws Malformed where what came is neither messages in proper form nor the beginning of one that was cut off */
function properOrCut(text: string, ended: boolean): void {
  let rest = text;
  while (rest !== '') {
    const message = readMessage(rest, ended, 'response');
    if (!message) return;
    rest = rest.slice(message.raw.length);
    if (rest !== '' && !/^HTTP\/1\.1 1/.test(message.start)) throw new Malformed(`More than one answer: ${text}`);
  }
}
