import type { IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { EvenkeelError } from '../core/errors.ts';

const WILDCARDS = new Set(['0.0.0.0', '::']);

/** An address as it stands in a URL: IPv6 in brackets. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * The values of `Host` this server answers to. A page of a rebound DNS name (evil.example pointing at 127.0.0.1) is same-origin
 * with us for the browser; only the name it sends gives it away.
 */
export function allowedHosts(host: string, port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  // Asked to listen on every interface: reachable by each of this machine's addresses, which no DNS name can pose as.
  if (WILDCARDS.has(host)) {
    for (const addresses of Object.values(networkInterfaces())) {
      for (const { address } of addresses ?? []) names.push(urlHost(address));
    }
  } else names.push(urlHost(host));
  const hosts = new Set<string>();
  for (const name of names) {
    hosts.add(`${name.toLowerCase()}:${port}`);
    if (port === 80) hosts.add(name.toLowerCase()); // browsers leave the default port out
  }
  return hosts;
}

/** @throws EvenkeelError `not-allowed` unless the request has exactly one Host and it is one of ours */
export function checkHost(request: IncomingMessage, allowed: ReadonlySet<string>): void {
  const hosts = request.headersDistinct.host ?? [];
  if (hosts.length === 1 && allowed.has(hosts[0]?.toLowerCase() ?? '')) return;
  throw new EvenkeelError('not-allowed', 'This server answers only to its own address; open the URL the lab printed.');
}

/**
 * Checks that the request comes from our own page. Without `Origin` it was no browser's page (they send it on every non-GET and
 * every WebSocket), but then it has to be a script that knows the token.
 * @throws EvenkeelError `not-allowed`
 */
export function checkOrigin(request: IncomingMessage, hasBearer: boolean): void {
  const { origin, host } = request.headers;
  if (origin === undefined ? hasBearer : origin === `http://${host?.toLowerCase()}`) return;
  throw new EvenkeelError(
    'not-allowed',
    origin === undefined
      ? 'A request that changes something needs an Authorization: Bearer header, or our own page as its Origin.'
      : 'This request comes from another page; use the page the lab printed the URL of.',
  );
}

/**
 * Cookies ignore the port and "same site" does too, so a page on another port of this machine sends our cookie along. It cannot
 * read the answer; this keeps it from even asking.
 * @throws EvenkeelError `not-allowed`
 */
export function checkFetchSite(request: IncomingMessage): void {
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  throw new EvenkeelError(
    'not-allowed',
    'This request comes from another page; use the page the lab printed the URL of.',
  );
}
