import { createHmac, timingSafeEqual } from 'node:crypto';
import { cookieFor, originInCookie, type Signer } from '../core/sticky-cookie.ts';
import type { RequestInfo } from '../core/strategy.ts';
import type { AnswersDefinition } from '../protocol/lab.ts';
import { now } from './clock.ts';

export type HeaderField = readonly [name: string, value: string];

const NONE: readonly HeaderField[] = [];

/** What the balancer itself adds to answers: the cookie that keeps a client at its origin, and what it tells of itself. */
export class AnswerFields {
  readonly #answers: AnswersDefinition;
  readonly #signer: Signer;
  readonly #cookies = new Map<string, string>();

  /** @param secret whoever has it takes the cookies that others with it set */
  constructor(answers: AnswersDefinition, secret: string | Buffer) {
    this.#answers = answers;
    this.#signer = new HmacSigner(secret);
  }

  /** The origin that the request's client stays with; undefined for a new client and without stickiness. */
  ownOrigin(request: RequestInfo): string | undefined {
    const { sticky } = this.#answers;
    return sticky === 'off' ? undefined : originInCookie(request.header('cookie'), sticky.cookie, this.#signer);
  }

  /**
   * @param own what `ownOrigin` said of the request
   * @param waited ms from the request's arrival to its attempt at `origin`
   * @param since ms on the engine's clock when that attempt began
   */
  of(origin: string, own: string | undefined, waited: number, since: number): readonly HeaderField[] {
    const { sticky, responseHeaders } = this.#answers;
    if (sticky === 'off' && responseHeaders.length === 0) return NONE;
    const fields: HeaderField[] = [];
    if (sticky !== 'off' && own !== origin) fields.push(['Set-Cookie', this.#cookie(origin, sticky.cookie)]);
    // Names may hold any letter, a header only ASCII.
    if (responseHeaders.includes('x-evenkeel-origin')) fields.push(['X-Evenkeel-Origin', encodeURIComponent(origin)]);
    if (responseHeaders.includes('server-timing')) {
      const value = `balancer;dur=${waited.toFixed(1)}, origin;dur=${(now() - since).toFixed(1)}`;
      fields.push(['Server-Timing', value]);
    }
    return fields;
  }

  #cookie(origin: string, name: string): string {
    let cookie = this.#cookies.get(origin);
    if (cookie === undefined) {
      cookie = cookieFor(origin, name, this.#signer);
      this.#cookies.set(origin, cookie);
    }
    return cookie;
  }
}

/** HMAC-SHA256 with a key that lives as long as the lab: its cookies are worth nothing elsewhere or later. */
class HmacSigner implements Signer {
  readonly #key: string | Buffer;
  readonly #known = new Map<string, string>();

  constructor(key: string | Buffer) {
    this.#key = key;
  }

  sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }

  verify(text: string, signature: string): boolean {
    const right = this.#known.get(text) ?? this.sign(text);
    const expected = Buffer.from(right);
    const given = Buffer.from(signature);
    const verified = expected.length === given.length && timingSafeEqual(expected, given);
    // Asked for with every request, and as many as origins have had names; what anybody else makes up must not fill the memory.
    if (verified) this.#known.set(text, right);
    return verified;
  }
}
