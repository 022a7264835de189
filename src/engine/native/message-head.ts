/** Most bytes of a request's target. */
export const MAX_TARGET_BYTES = 16_384;

/** Most characters of a method: twice the longest registered one. It is kept with each of the newest requests. */
const MAX_METHOD = 32;

/** A message that breaks the rules of HTTP/1.1; `status` is what a client gets for a request like it. */
export class MessageError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Field {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  /** As it was sent, without its line end: case and order survive a proxy. */
  readonly line: string;
}

/** How the end of a body is found. `length`: after `contentLength` bytes. `close`: when the connection ends. */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

interface MessageHead {
  readonly fields: readonly Field[];
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  readonly minor: 0 | 1;
  readonly framing: Framing;
  /** Bytes; 0 unless `framing` is `length`, but also set for an answer to HEAD, which has none of them. */
  readonly contentLength: number | undefined;
  /** Tokens of `Connection`, in lower case; most messages have none. */
  readonly connection: readonly string[];
}

export interface RequestHead extends MessageHead {
  readonly method: string;
  /** Origin form or `*`, exactly as sent (RFC 9112 §3.2). */
  readonly target: string;
  /** From an absolute-form target or from `Host`; undefined only in HTTP/1.0. */
  readonly host: string | undefined;
  /** Whether the target was in absolute form, which overrides `Host`. */
  readonly absolute: boolean;
  readonly keepAlive: boolean;
  /** Whether it takes more memory than a part of it that outlives its request is worth. */
  readonly long: boolean;
  /** The protocol to switch to, where the client asks for one that a proxy may pass on. */
  readonly upgrade: string | undefined;
  /** As it went to an origin before: the same block may come again (see `HeadMemo`). */
  forwarded: string | undefined;
}

export interface ResponseHead extends MessageHead {
  readonly status: number;
  readonly reason: string;
  readonly keepAlive: boolean;
  /** As it went to a client before, unchanged but for what a proxy must change. */
  relayed: OutgoingResponse | undefined;
}

/** How an answer goes on to its client. */
export interface OutgoingResponse {
  /** `raw`: the body's bytes as they come; `chunked`: framed by us. */
  readonly body: 'raw' | 'chunked';
  /** In HTTP/1.0 an unknown length is ended by closing. */
  readonly close: boolean;
  /** Latin-1. */
  readonly head: string;
}

/** Characters of a head from which on it is `long`. */
const LONG = 1024;

/** Anything but visible text, tabs and proper line ends: NUL, bare CR, bare LF (RFC 9112 §2.2, 9110 §5.5). */
const FORBIDDEN = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)|(?<!\r)\n/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e\x80-\xff]+) HTTP\/(\d)\.(\d)$/;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/;
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;
/** A host and an optional port: no user, no path, no spaces. */
const AUTHORITY = /^(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z\-._~!$&'()*+,;=%]*)(?::\d*)?$/;
const DIGITS = /^\d{1,15}$/;
const NO_TOKENS: readonly string[] = [];

/**
 * @param text a header block in latin-1, from its first byte to the line end before the empty line
 * @throws MessageError with the status to answer
 */
export function parseRequestHead(text: string): RequestHead {
  if (FORBIDDEN.test(text)) throw new MessageError(400, 'a character that HTTP forbids');
  const lines = text.split('\r\n');
  const start = REQUEST_LINE.exec(lines[0] as string);
  if (!start) throw new MessageError(400, 'a request line that is not HTTP/1.1');
  const method = start[1] as string;
  if (method.length > MAX_METHOD) throw new MessageError(501, 'a method that is too long');
  let target = start[2] as string;
  if (start[3] !== '1') throw new MessageError(505, 'a version other than HTTP/1.1');
  // Whatever its target: its answer has no end that this proxy would find (RFC 9112 §6.3).
  if (method === 'CONNECT') throw new MessageError(501, 'CONNECT');
  const minor = start[4] === '0' ? 0 : 1;
  if (target.length > MAX_TARGET_BYTES) throw new MessageError(414, 'a target that is too long');
  const fields = parseFields(lines);
  let host: string | undefined;
  for (const { name, value } of fields) {
    if (name === 'max-forwards' && isLastHop(method, value)) {
      throw new MessageError(501, 'a Max-Forwards of 0, so that no origin may get it');
    }
    if (name !== 'host') continue;
    if (host !== undefined) throw new MessageError(400, 'Host twice');
    host = value;
  }
  if (host === undefined && minor === 1) throw new MessageError(400, 'no Host');
  if (host !== undefined && !AUTHORITY.test(host)) throw new MessageError(400, 'a Host that is none');
  let absolute = false;
  if (target.charCodeAt(0) !== 47) {
    const parts = ABSOLUTE.exec(target);
    if (parts) {
      host = parts[1] as string;
      if (host === '' || !AUTHORITY.test(host)) throw new MessageError(400, 'a target without a host');
      absolute = true;
      const rest = parts[2] as string;
      // Of a server as a whole something is asked with `*` (RFC 9112 §3.2.4).
      target = rest === '' && method === 'OPTIONS' ? '*' : rest.startsWith('/') ? rest : `/${rest}`;
    } else if (target !== '*' || method !== 'OPTIONS') {
      throw new MessageError(400, 'a target that is none');
    }
  }
  const connection = connectionTokens(fields);
  const { framing, contentLength } = requestFraming(fields, minor);
  return {
    method,
    target,
    host,
    absolute,
    minor,
    fields,
    connection,
    framing,
    contentLength,
    keepAlive: persists(connection, minor),
    long: text.length > LONG,
    upgrade: minor === 1 && connection.includes('upgrade') ? upgradeOf(fields) : undefined,
    forwarded: undefined,
  };
}

/**
 * @param text a header block in latin-1, as above
 * @param toHead whether it answers a HEAD: then it has no body
 * @throws MessageError
 */
export function parseResponseHead(text: string, toHead: boolean): ResponseHead {
  if (FORBIDDEN.test(text)) throw new MessageError(502, 'a character that HTTP forbids');
  const lines = text.split('\r\n');
  const start = STATUS_LINE.exec(lines[0] as string);
  if (!start) throw new MessageError(502, 'a status line that is not HTTP/1.1');
  const minor = start[1] === '0' ? 0 : 1;
  const status = Number(start[2]);
  const fields = parseFields(lines);
  const connection = connectionTokens(fields);
  const { chunked, contentLength, both } = declaredFraming(fields, 502);
  const bodyless = toHead || status < 200 || status === 204 || status === 304;
  const framing = bodyless ? 'none' : chunked ? 'chunked' : contentLength === undefined ? 'close' : 'length';
  return {
    status,
    reason: start[3] ?? '',
    minor,
    fields,
    connection,
    framing,
    contentLength: chunked ? undefined : contentLength,
    keepAlive: framing !== 'close' && !both && !(chunked && minor === 0) && persists(connection, minor),
    relayed: undefined,
  };
}

/** Trailers and header fields alike: `lines[0]` is not looked at. @throws MessageError */
export function parseFields(lines: readonly string[]): Field[] {
  const fields: Field[] = [];
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as string;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    // Covers a space before the colon, a folded line and an empty name (RFC 9112 §5.1, §5.2).
    if (!TOKEN.test(name)) throw new MessageError(400, 'a header line that is none');
    fields.push({ name: name.toLowerCase(), value: trim(line, colon + 1), line });
  }
  return fields;
}

/** Checks a line of a trailer section for what FORBIDDEN forbids in a head. */
export function isCleanText(text: string): boolean {
  return !FORBIDDEN.test(text);
}

function trim(line: string, from: number): string {
  let start = from;
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function connectionTokens(fields: readonly Field[]): readonly string[] {
  let tokens: string[] | undefined;
  for (const { name, value } of fields) {
    if (name !== 'connection') continue;
    tokens ??= [];
    for (const token of value.split(',')) {
      const clean = token.trim().toLowerCase();
      if (clean !== '') tokens.push(clean);
    }
  }
  return tokens ?? NO_TOKENS;
}

/** Methods that count hops (RFC 9110 §7.6.2). */
export function countsHops(method: string): boolean {
  return method === 'OPTIONS' || method === 'TRACE';
}

function isLastHop(method: string, hops: string): boolean {
  return countsHops(method) && /^0+$/.test(hops);
}

/** RFC 9112 §9.3: `close` wins over everything. */
function persists(connection: readonly string[], minor: 0 | 1): boolean {
  return !connection.includes('close') && (minor === 1 || connection.includes('keep-alive'));
}

function requestFraming(fields: readonly Field[], minor: number): Pick<RequestHead, 'framing' | 'contentLength'> {
  const { chunked, contentLength, both } = declaredFraming(fields, 400);
  // Two ways to find the end are one way to smuggle a request (RFC 9112 §6.1).
  if (both) throw new MessageError(400, 'both Transfer-Encoding and Content-Length');
  if (chunked && minor === 0) throw new MessageError(400, 'Transfer-Encoding in HTTP/1.0');
  if (chunked) return { framing: 'chunked', contentLength: undefined };
  if (contentLength === undefined) return { framing: 'none', contentLength: undefined };
  return { framing: contentLength > 0 ? 'length' : 'none', contentLength };
}

function declaredFraming(fields: readonly Field[], status: number) {
  let encoding: string | undefined;
  let length: string | undefined;
  for (const { name, value } of fields) {
    if (name === 'transfer-encoding') encoding = encoding === undefined ? value : `${encoding},${value}`;
    else if (name === 'content-length') {
      // Equal ones may be taken as one in an answer (RFC 9110 §8.6); a request with two is up to something.
      if (length !== undefined && (status === 400 || length !== value))
        throw new MessageError(status, 'Content-Length twice');
      length = value;
    }
  }
  if (length !== undefined && !DIGITS.test(length))
    throw new MessageError(status, 'a Content-Length that is no number');
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') {
    const codings = encoding
      .toLowerCase()
      .split(',')
      .map((coding) => coding.trim());
    // A coding that this proxy does not know, ended by chunks, is honest (501); anything else hides where it ends (400).
    const honest =
      codings.length > 1 && codings.indexOf('chunked') === codings.length - 1 && !codings.includes('identity');
    throw new MessageError(status === 400 && honest ? 501 : status, 'a transfer coding other than chunked');
  }
  return {
    chunked: encoding !== undefined,
    contentLength: length === undefined ? undefined : Number(length),
    both: encoding !== undefined && length !== undefined,
  };
}

/** HTTP/2 in clear text is not passed on: what follows would go around the balancer (h2c smuggling). */
function upgradeOf(fields: readonly Field[]): string | undefined {
  const protocols = protocolsIn(fields).filter((each) => !/^h2c?$/i.test(each));
  return protocols.length > 0 ? protocols.join(', ') : undefined;
}

function protocolsIn(fields: readonly Field[]): string[] {
  return fields
    .filter(({ name }) => name === 'upgrade')
    .flatMap(({ value }) => value.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Whether a 101 switches to what was asked for, and says so (RFC 9110 §7.8). @param upgrade of the request */
export function switchesTo(upgrade: string, answer: ResponseHead): boolean {
  const wanted = new Set(upgrade.toLowerCase().split(', '));
  const given = protocolsIn(answer.fields);
  return given.length > 0 && given.every((each) => wanted.has(each.toLowerCase()));
}
