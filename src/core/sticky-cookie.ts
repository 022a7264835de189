import { cookieValue } from './request-key.ts';

/** Signs texts; whoever has the key does it (HMAC-SHA256 in the live lab). */
export interface Signer {
  /** Letters, digits, `-` and `_` only, so that it fits in a cookie as it is. */
  sign(text: string): string;
  /** In constant time. */
  verify(text: string, signature: string): boolean;
}

/**
 * The origin that a request's cookie names; undefined where there is no such cookie or somebody else wrote it.
 * @param header the request's Cookie header
 * @param cookie the cookie's name
 */
export function originInCookie(header: string | undefined, cookie: string, signer: Signer): string | undefined {
  const value = cookieValue(header, cookie);
  const dot = value?.lastIndexOf('.') ?? -1;
  if (value === undefined || dot < 1) return undefined;
  const encoded = value.slice(0, dot);
  if (!signer.verify(encoded, value.slice(dot + 1))) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** The Set-Cookie header that keeps a client at an origin until its browser is closed; no script can read it. */
export function cookieFor(origin: string, cookie: string, signer: Signer): string {
  const encoded = encodeURIComponent(origin);
  return `${cookie}=${encoded}.${signer.sign(encoded)}; Path=/; HttpOnly; SameSite=Lax`;
}
