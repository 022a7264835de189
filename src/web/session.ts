import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { EvenkeelError } from '../core/errors.ts';

/** A fresh token of 256 bits. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/** @throws EvenkeelError `bad-argument` when the token could not be sent in a header */
export function checkToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new EvenkeelError('bad-argument', 'The token must be one or more visible ASCII characters without spaces.');
}

/** How a request proved that it may. */
type Credential = 'bearer' | 'cookie';

/**
 * The one secret of a web host. Scripts send it as a Bearer token. The page finds it in the fragment of its URL, which no
 * server, log or Referer ever sees, and swaps it once for a cookie that no script can read.
 */
export class Session {
  readonly token: string;
  /** Browsers keep cookies per host and not per port; two labs on one machine must not overwrite each other's. */
  readonly cookieName: string;
  #key = randomBytes(32);
  /** Derived from the token, so that a lab started again with the same `--token` still knows its pages. */
  #cookie: string;

  constructor(token: string, port: number) {
    this.token = token;
    this.cookieName = `evenkeel_${port}`;
    this.#cookie = createHmac('sha256', token).update('evenkeel session cookie').digest('base64url');
  }

  /** The Set-Cookie value for the right token, undefined for any other. */
  swap(token: unknown): string | undefined {
    if (typeof token !== 'string' || !this.#same(token, this.token)) return undefined;
    return `${this.cookieName}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Undefined when the request proves nothing. A wrong Bearer token is not saved by a right cookie. */
  credentialOf(request: IncomingMessage): Credential | undefined {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
      return token !== undefined && this.#same(token, this.token) ? 'bearer' : undefined;
    }
    for (const pair of cookie?.split(';') ?? []) {
      const split = pair.indexOf('=');
      if (split < 0 || pair.slice(0, split).trim() !== this.cookieName) continue;
      if (this.#same(pair.slice(split + 1).trim(), this.#cookie)) return 'cookie';
    }
    return undefined;
  }

  /** Compares in a time that depends on neither value: both are hashed with a key of this process first. */
  #same(given: string, expected: string): boolean {
    const hash = (text: string): Buffer => createHmac('sha256', this.#key).update(text).digest();
    return timingSafeEqual(hash(given), hash(expected));
  }
}
