/**
 * A strict reader of HTTP/1.1 messages for judging what a proxy sends. It accepts less than RFC 9112 lets a recipient
 * accept: whatever leaves a proxy has to be beyond doubt, or the next parser may read it differently.
 */

/** The proxy wrote something that is not well-formed HTTP. */
export class Malformed extends Error {}

/** Header fields as they came: order, case and repetitions kept. */
class Fields {
  readonly lines: readonly (readonly [name: string, value: string])[];

  constructor(lines: readonly (readonly [string, string])[]) {
    this.lines = lines;
  }

  /** Every value of a field, in order. */
  all(name: string): string[] {
    return this.lines.filter(([found]) => found.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  }

  /** The members of a list field, over all its lines. */
  list(name: string): string[] {
    return this.all(name)
      .flatMap((value) => value.split(','))
      .map((member) => member.trim())
      .filter(Boolean);
  }

  has(name: string): boolean {
    return this.all(name).length > 0;
  }

  /** The names as sent, in order. */
  get names(): string[] {
    return this.lines.map(([name]) => name);
  }
}

export interface Message {
  /** Its first line. */
  readonly start: string;
  readonly headers: Fields;
  /** Decoded, one character per byte. */
  readonly body: string;
  readonly trailers: Fields;
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  /** Every byte of it, one character each. */
  readonly raw: string;
}

export type Kind = 'request' | 'response' | 'response without body';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e\x80-\xff]*$/;
const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\x21-\x7e\x80-\xff]+ HTTP\/1\.[01]$/;
const NO_FIELDS = new Fields([]);

export const statusOf = (message: Message): number => Number(message.start.split(' ')[1]);

/**
 * The message at the start of `text`, or undefined while it is incomplete.
 * @param ended no more bytes will come
 * @throws Malformed
 */
export function readMessage(text: string, ended: boolean, kind: Kind): Message | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  if (!(kind === 'request' ? REQUEST_LINE : STATUS_LINE).test(start)) fail('first line', start);
  const headers = readFields(lines);
  const framing = framingOf(start, headers, kind);
  const from = end + 4;
  const message = { start, headers, framing, trailers: NO_FIELDS };
  if (framing === 'none') return { ...message, body: '', raw: text.slice(0, from) };
  if (framing === 'close') return ended ? { ...message, body: text.slice(from), raw: text } : undefined;
  if (framing === 'length') {
    const to = from + Number(headers.all('content-length')[0]);
    return text.length < to ? undefined : { ...message, body: text.slice(from, to), raw: text.slice(0, to) };
  }
  const chunked = readChunked(text, from);
  return chunked && { ...message, body: chunked.body, trailers: chunked.trailers, raw: text.slice(0, chunked.to) };
}

function framingOf(start: string, headers: Fields, kind: Kind): Message['framing'] {
  const codings = headers.all('transfer-encoding');
  const lengths = headers.all('content-length');
  if (codings.length > 0 && lengths.length > 0) fail('both Transfer-Encoding and Content-Length', start);
  if (codings.length > 0 && !/^([a-z]+, ?)*chunked$/i.test(codings.join(', '))) {
    fail('Transfer-Encoding', codings.join(', '));
  }
  if (lengths.length > 1 || (lengths[0] !== undefined && !/^\d+$/.test(lengths[0]))) {
    fail('Content-Length', lengths.join(', '));
  }
  if (kind === 'request') {
    if (start.endsWith('HTTP/1.1') && headers.all('host').length !== 1) fail('number of Host headers', start);
    return codings.length > 0 ? 'chunked' : lengths.length > 0 ? 'length' : 'none';
  }
  const status = Number(start.split(' ')[1]);
  const informational = status < 200;
  if ((informational || status === 204) && (codings.length > 0 || lengths.length > 0)) fail('length on', start);
  if (informational || status === 204 || status === 304 || kind === 'response without body') return 'none';
  return codings.length > 0 ? 'chunked' : lengths.length > 0 ? 'length' : 'close';
}

function readFields(lines: readonly string[]): Fields {
  return new Fields(
    lines.map((line) => {
      const colon = line.indexOf(':');
      const name = line.slice(0, Math.max(0, colon));
      const value = line.slice(colon + 1);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a field
      if (!TOKEN.test(name) || /[\0-\x08\x0a-\x1f\x7f]/.test(value)) fail('header line', line);
      return [name, value.replace(/^[ \t]+|[ \t]+$/g, '')] as const;
    }),
  );
}

function readChunked(text: string, from: number): { body: string; trailers: Fields; to: number } | undefined {
  let body = '';
  let at = from;
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const line = text.slice(at, lineEnd);
    const size = /^([0-9a-fA-F]{1,12})(?:[ \t]*;[^\r\n\0]*)?$/.exec(line)?.[1];
    if (size === undefined) return fail('chunk size', line);
    const length = Number.parseInt(size, 16);
    at = lineEnd + 2;
    if (length === 0) break;
    if (text.length < at + length + 2) return undefined;
    body += text.slice(at, at + length);
    at += length;
    if (text.slice(at, at + 2) !== '\r\n') fail('end of a chunk', text.slice(at, at + 2));
    at += 2;
  }
  const lines: string[] = [];
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const line = text.slice(at, lineEnd);
    at = lineEnd + 2;
    if (line === '') return { body, trailers: readFields(lines), to: at };
    lines.push(line);
  }
}

function fail(what: string, seen: string): never {
  throw new Malformed(`The proxy sent a wrong ${what}: ${JSON.stringify(seen.slice(0, 200))}`);
}
