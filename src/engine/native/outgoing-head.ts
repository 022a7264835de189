import { STATUS_CODES } from 'node:http';
import type { HeaderField } from '../answer-fields.ts';
import { type ForwardedTrust, forwardedField, isTrustedPeer, plainAddress } from '../client-address.ts';
import { authorityOf, type Target } from '../forwarder.ts';
import { countsHops, type Field, type OutgoingResponse, type RequestHead, type ResponseHead } from './message-head.ts';

/** Our name in `Via` (RFC 9110 §7.6.3). */
const PSEUDONYM = 'evenkeel';

/** About one connection only (RFC 9110 §7.6.1); `TE` and `Upgrade` are set afresh where they are wanted. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'upgrade',
  'te',
  'transfer-encoding',
]);

const NOT_FORWARDED = new Set([...HOP_BY_HOP, 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host']);
/** Framing, routing, authentication: what would mean something else if somebody took it for a header (RFC 9110 §6.5.1). */
const NOT_IN_TRAILERS = new Set([
  ...NOT_FORWARDED,
  ...['content-length', 'content-encoding', 'content-type', 'content-range', 'host', 'trailer', 'expect', 'forwarded'],
  ...['via', 'authorization', 'cookie', 'set-cookie'],
]);
/** A client may not have these taken out by naming them in `Connection`: what follows would be read differently. */
const ESSENTIAL = new Set(['host', 'content-length', 'trailer', 'via']);
/** The lab's own control cookie: a browser sends it to every port of the host. */
const CONTROL_COOKIE = /(?:^|;\s*)evenkeel_\d+=[^;]*/g;

/** What the origin is told of the connection a request came by. */
export interface InboundHop {
  /** The client's address, as its socket says. */
  readonly peer: string;
  readonly proto: 'http' | 'https';
  readonly trust: ForwardedTrust;
  /** Whether it gets `Forwarded` (RFC 7239), too. */
  readonly tellsForwarded: boolean;
}

/**
 * A request's head as an origin gets it, in latin-1.
 * @param hop of the connection it came by: always the same one for one head
 * @param target whose name a request without a host gets
 */
export function outgoingRequestHead(head: RequestHead, hop: InboundHop, target: Target): string {
  if (head.host === undefined) return requestText(head, hop, target);
  head.forwarded ??= requestText(head, hop, target);
  return head.forwarded;
}

function requestText(head: RequestHead, hop: InboundHop, target: Target): string {
  const { fields, connection } = head;
  const named = namesOf(connection);
  const trusted = isTrustedPeer(hop.peer, hop.trust);
  let text = `${head.method} ${head.target} HTTP/1.1\r\n`;
  if (head.absolute || head.host === undefined) text += `Host: ${head.host ?? authorityOf(target)}\r\n`;
  let forwardedFor: string | undefined;
  let forwardedProto: string | undefined;
  let forwardedHost: string | undefined;
  let forwarded: string | undefined;
  let trailers = false;
  for (const field of fields) {
    const { name, value } = field;
    if (NOT_FORWARDED.has(name)) {
      if (name === 'x-forwarded-for') forwardedFor = forwardedFor === undefined ? value : `${forwardedFor}, ${value}`;
      else if (name === 'x-forwarded-proto') forwardedProto = value;
      else if (name === 'x-forwarded-host') forwardedHost = value;
      else if (name === 'te') trailers ||= /(?:^|,)\s*trailers\s*(?:$|[,;])/i.test(value);
      continue;
    }
    if (name === 'host' && head.absolute) continue;
    if (name === 'forwarded' && (hop.tellsForwarded || !trusted)) {
      forwarded = forwarded === undefined ? value : `${forwarded}, ${value}`;
      continue;
    }
    if (named?.has(name)) continue;
    if (name === 'cookie' && value.includes('evenkeel_')) text += cookieLine(field);
    else if (name === 'max-forwards' && countsHops(head.method)) text += hopsLine(field);
    else text += `${field.line}\r\n`;
  }
  const peer = plainAddress(hop.peer);
  if (!trusted) {
    forwardedFor = undefined;
    forwardedProto = undefined;
    forwardedHost = undefined;
    forwarded = undefined;
  }
  text += `X-Forwarded-For: ${forwardedFor === undefined ? peer : `${forwardedFor}, ${peer}`}\r\n`;
  text += `X-Forwarded-Proto: ${forwardedProto ?? hop.proto}\r\n`;
  const askedHost = forwardedHost ?? head.host;
  if (askedHost !== undefined) text += `X-Forwarded-Host: ${askedHost}\r\n`;
  if (hop.tellsForwarded) {
    const own = { peer, proto: hop.proto, host: head.host ?? '' };
    text += `Forwarded: ${forwardedField(own, { forwarded, forwardedFor })}\r\n`;
  }
  text += `Via: 1.${head.minor} ${PSEUDONYM}\r\n`;
  if (trailers) text += 'TE: trailers\r\n';
  if (head.framing === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  if (head.upgrade !== undefined) text += `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n`;
  return `${text}\r\n`;
}

/**
 * An answer's head as its client gets it, in latin-1.
 * @param close whether this side wants to close after the answer
 * @param minor of the client's HTTP version
 * @param added what the balancer adds
 */
export function outgoingResponseHead(
  head: ResponseHead,
  minor: 0 | 1,
  close: boolean,
  added: readonly HeaderField[],
): OutgoingResponse {
  if (minor === 0 || close || added.length > 0) return relay(head, minor, close, added);
  head.relayed ??= relay(head, minor, close, added);
  return head.relayed;
}

function relay(head: ResponseHead, minor: 0 | 1, close: boolean, added: readonly HeaderField[]): OutgoingResponse {
  const unknown = head.framing === 'chunked' || head.framing === 'close';
  const chunked = unknown && minor === 1;
  const closes = close || (unknown && !chunked);
  let text = statusLineAndFields(head, !unknown && head.status !== 204 && head.contentLength !== undefined);
  for (const [name, value] of added) text += `${name}: ${value}\r\n`;
  if (chunked) text += 'Transfer-Encoding: chunked\r\n';
  if (closes) text += 'Connection: close\r\n';
  else if (minor === 0) text += 'Connection: keep-alive\r\n';
  return { body: chunked ? 'chunked' : 'raw', close: closes, head: `${text}\r\n` };
}

/** A 1xx answer on its way; for 101 with the protocol it switches to. */
export function outgoingInterimHead(head: ResponseHead): string {
  const text = statusLineAndFields(head, false);
  if (head.status !== 101) return `${text}\r\n`;
  const upgrade = head.fields.filter(({ name }) => name === 'upgrade').map(({ value }) => value);
  return `${text}Connection: Upgrade\r\nUpgrade: ${upgrade.join(', ')}\r\n\r\n`;
}

/** @param withLength whether its Content-Length holds for the client, too: once, and where it was */
function statusLineAndFields(head: ResponseHead, withLength: boolean): string {
  const { status, reason, fields, connection, minor } = head;
  let length = withLength;
  const named = namesOf(connection);
  let text = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (const { name, line } of fields) {
    if (name === 'content-length') {
      if (length) text += `${line}\r\n`;
      length = false;
    } else if (!HOP_BY_HOP.has(name) && !named?.has(name)) text += `${line}\r\n`;
  }
  return `${text}Via: 1.${minor} ${PSEUDONYM}\r\n`;
}

/** The end of a chunked body, with the trailers that may follow it (RFC 9110 §6.5.1). */
export function lastChunk(trailers: readonly Field[]): string {
  if (trailers.length === 0) return '0\r\n\r\n';
  let text = '0\r\n';
  for (const { name, line } of trailers) if (!NOT_IN_TRAILERS.has(name)) text += `${line}\r\n`;
  return `${text}\r\n`;
}

function namesOf(connection: readonly string[]): ReadonlySet<string> | undefined {
  let names: Set<string> | undefined;
  for (const token of connection) {
    if (token === 'close' || token === 'keep-alive' || token === 'upgrade' || ESSENTIAL.has(token)) continue;
    names ??= new Set();
    names.add(token);
  }
  return names;
}

/** One hop less; what is no number is none of ours to correct. */
function hopsLine({ line, value }: Field): string {
  return /^\d{1,9}$/.test(value) ? `${line.slice(0, line.indexOf(':'))}: ${Number(value) - 1}\r\n` : `${line}\r\n`;
}

function cookieLine({ line, value }: Field): string {
  const rest = value.replace(CONTROL_COOKIE, '').replace(/^;\s*/, '');
  return rest.trim() === '' ? '' : `${line.slice(0, line.indexOf(':'))}: ${rest}\r\n`;
}

/** An answer of our own, in latin-1. @param bodyless for HEAD */
export function refusal(status: number, text: string, bodyless: boolean, close: boolean): string {
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nDate: ${new Date().toUTCString()}\r\n` +
    `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` +
    `${close ? 'Connection: close\r\n' : ''}\r\n${bodyless ? '' : Buffer.from(text).toString('latin1')}`
  );
}
