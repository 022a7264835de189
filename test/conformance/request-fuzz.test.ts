import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { until } from '../support/lab-fixture.ts';
import { conformance, OK } from './conformance.ts';
import { openWire, PATIENCE, type Wire } from './wire.ts';

/** Connections, so many at a time. */
const CONNECTIONS = 400;
const AT_A_TIME = 20;
/** ms after which nothing more is to be expected: the last request may wait for the rest of its body. */
const QUIET = 250;
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';

/** Requests with faults of the kinds that parsers disagree about; each has a number of its own as its target. */
class Writer {
  readonly #rng = createRng(7);
  #written = 0;
  /** One in how many places has a fault. */
  #rare = 1;

  /** The requests of one connection. */
  connection(): string {
    this.#rare = this.#of([4, 8, 16, 64]);
    return Array.from({ length: 1 + this.#rng.below(4) }, () => this.#request()).join('');
  }

  #of<T>(choices: readonly T[]): T {
    return choices[this.#rng.below(choices.length)] as T;
  }

  #mostly(usual: string, faults: readonly string[]): string {
    return this.#rng.below(6 * this.#rare) === 0 ? this.#of(faults) : usual;
  }

  #end(): string {
    return this.#mostly('\r\n', ['\n', '\r', '\r\r\n', '\n\r\n']);
  }

  #space(): string {
    return this.#mostly(' ', ['\t', '  ', '\x0b', '\xa0', '\r\n ']);
  }

  #chunk(text: string): string {
    const size = this.#mostly('', ['0x', '+', '-', ' ', '00', '_']) + text.length.toString(16);
    return `${size}${this.#mostly('', [';a', ';a=b', ';a="', ';', ' ', ';a=b\r'])}${this.#end()}${text}${this.#end()}`;
  }

  #length(bytes: number): string {
    const wrong = [
      `+${bytes}`,
      `0x${bytes}`,
      `${bytes}a`,
      `${bytes}, ${bytes}`,
      '',
      `${bytes + 9}`,
      `${Math.max(0, bytes - 3)}`,
    ];
    return `Content-Length${this.#mostly('', [' ', '\t'])}:${this.#space()}${this.#mostly(String(bytes), wrong)}${this.#end()}`;
  }

  #coding(): string {
    const wrong = [
      'identity',
      'gzip',
      'chunked, identity',
      'chunked, chunked',
      'xchunked',
      '"chunked"',
      '\x0bchunked',
      'chun\tked',
      'chunked;q=1',
    ];
    return `Transfer-Encoding${this.#mostly('', [' ', '\0'])}:${this.#space()}${this.#mostly('chunked', wrong)}${this.#end()}`;
  }

  #request(): string {
    const target = `/${++this.#written}`;
    const body = this.#of(['', 'hello', '0\r\n\r\n', SMUGGLED, 'x'.repeat(this.#rng.below(300))]);
    const chunks = body === '' ? '' : this.#chunk(body);
    const chunked = `${chunks}0${this.#mostly('', [';x', '0', ' '])}${this.#end()}${this.#mostly('', ['X-T: 1\r\n', 'bad\r\n', ' fold\r\n'])}${this.#end()}`;
    const [fields, payload] = this.#of<() => [string[], string]>([
      () => [[], ''],
      () => [[this.#length(body.length)], body],
      () => [[this.#coding()], chunked],
      () => [[this.#coding(), this.#length(body.length)], this.#of([chunked, body])],
      () => [[this.#length(body.length), this.#length(body.length)], body],
    ])();
    const odd = this.#mostly('', [
      'Host: y\r\n',
      'X: a\r\n b\r\n',
      ' X: a\r\n',
      'X\r\n',
      'X: a\0b\r\n',
      'Connection: content-length\r\n',
    ]);
    const version = this.#mostly('HTTP/1.1', ['HTTP/1.0', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', 'HTTP/11']);
    const start = `${this.#of(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'])}${this.#space()}${target}${this.#space()}${version}`;
    return `${start}${this.#end()}Host:${this.#space()}x${this.#end()}${odd}${fields.join('')}${this.#end()}${payload}`;
  }
}

/** Node's own server, strict as it comes: what it takes these bytes for. */
async function judge(): Promise<{ port: number; saw: Map<string, string>; close(): void }> {
  const saw = new Map<string, string>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('latin1').on('data', (text) => (body += text));
    request.on('end', () => {
      saw.set(request.url ?? '', `${request.method} ${body}`);
      response.end();
    });
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, saw, close };
}

/** Sends the bytes and waits until nothing more happens. */
async function send(port: number, bytes: string): Promise<Wire> {
  const wire = await openWire(port);
  wire.send(bytes);
  for (let before = -1; wire.gone === undefined && wire.log.length !== before; ) {
    before = wire.log.length;
    await new Promise((resolve) => setTimeout(resolve, QUIET));
  }
  return wire;
}

conformance('request fuzz', (check) => {
  check(
    '3: of bytes that parsers disagree about no origin gets a request that a strict one does not see, too',
    async (bench) => {
      bench.origin.answerAll(OK);
      const other = await judge();
      const writer = new Writer();
      const all = Array.from({ length: CONNECTIONS }, () => writer.connection());
      const work = async (): Promise<void> => {
        for (let bytes = all.pop(); bytes !== undefined; bytes = all.pop()) {
          // The judge may take its time: what it has not seen yet is not for it to miss.
          const [wire] = await Promise.all([send(bench.port, bytes), send(other.port, bytes)]);
          wire.socket.destroy();
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, work));
      await until(() => bench.inFlight === 0, 'nothing is in flight', PATIENCE);
      const { requests } = bench.origin;
      expect(requests.length).toBeGreaterThan(CONNECTIONS / 4);
      const strange = () =>
        requests.filter(({ target, method, body }) => other.saw.get(target) !== `${method} ${body}`);
      await until(() => strange().length === 0, 'the judge has seen them, too', PATIENCE).catch(() => undefined);
      other.close();
      expect(strange().map(({ raw }) => raw)).toEqual([]);
    },
  );
});
