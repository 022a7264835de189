import type { RequestInfo } from './strategy.ts';

/** What of a request a hashing strategy looks at, as people write it. */
export const REQUEST_KEYS = 'client-ip, path, uri, header:NAME, cookie:NAME or query:NAME';

/** The part of a request that a key names; undefined when the request does not have it or it is empty. */
export type KeyReader = (request: RequestInfo) => string | undefined;

/** RFC 9110 §5.6.2: what names of headers and cookies are made of. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]{1,100}$/;

/** Reads what `REQUEST_KEYS` says; undefined for anything else. */
export function keyReader(written: string): KeyReader | undefined {
  if (written === 'client-ip') return ({ client }) => client || undefined;
  if (written === 'path') return ({ path }) => withoutQuery(path) || undefined;
  if (written === 'uri') return ({ path }) => path || undefined;
  const colon = written.indexOf(':');
  const name = written.slice(colon + 1);
  switch (written.slice(0, Math.max(0, colon))) {
    case 'header':
      return TOKEN.test(name) ? (request) => request.header(name)?.trim() || undefined : undefined;
    case 'cookie':
      return TOKEN.test(name) ? (request) => cookieValue(request.header('cookie'), name) || undefined : undefined;
    case 'query':
      return /^[^\s&=#]{1,100}$/.test(name) ? ({ path }) => queryValue(path, name) || undefined : undefined;
    default:
      return undefined;
  }
}

/** The path of a request's target, without query. */
export function withoutQuery(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

/**
 * The value of a cookie in a Cookie header, without the quotes around it; the first one counts. Whatever else is in the header
 * is passed over: browsers send what any site has ever set.
 */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  if (header === undefined || !header.includes(name)) return undefined;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).trim();
    return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  }
  return undefined;
}

/** The value of a parameter in a target's query, decoded; the first one counts, and '' that of one without a value. */
export function queryValue(target: string, name: string): string | undefined {
  const start = target.indexOf('?');
  if (start < 0) return undefined;
  const end = target.indexOf('#', start);
  for (const pair of target.slice(start + 1, end < 0 ? undefined : end).split('&')) {
    const equals = pair.indexOf('=');
    if (decoded(equals < 0 ? pair : pair.slice(0, equals)) !== name) continue;
    return equals < 0 ? '' : decoded(pair.slice(equals + 1));
  }
  return undefined;
}

/** What cannot be decoded stays as it was sent. */
function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
