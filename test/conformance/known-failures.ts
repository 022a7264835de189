import type { ForwarderName } from './conformance.ts';

export type Suite = 'ambiguous requests' | 'connections' | 'hop-by-hop headers';

/** A test's name and why it fails. */
type Failures = Readonly<Record<string, string>>;

/** Several tests that fail for one reason. */
const because = (reason: string, ...names: string[]): Failures =>
  Object.fromEntries(names.map((name) => [name, reason]));

/**
 * What each forwarder is known to get wrong. A name that is not here has to pass; one that is here and passes makes the
 * suite red, so this list only ever says what is so.
 */
export const KNOWN_FAILURES: Readonly<Record<ForwarderName, Readonly<Partial<Record<Suite, Failures>>>>> = {
  'http-proxy': {
    'ambiguous requests': {
      ...because(
        'copies Transfer-Encoding as it came',
        '3: final coding not chunked, with a length: an empty coding',
        '3: codings before the final chunked: one request or none: an empty member',
      ),
      ...because(
        'keeps the connection of an HTTP/1.0 client',
        '3: Transfer-Encoding in HTTP/1.0 is faulty: refused, or closed afterwards',
      ),
    },
    connections: {
      ...because(
        'leaves the client waiting for a body that was thrown away',
        '22: nothing but its own answer reaches a client when the origin sends more than its length',
      ),
      ...because(
        'keeps the connection of an HTTP/1.0 client',
        '22: HTTP/1.0 without keep-alive is answered and closed',
      ),
    },
    'hop-by-hop headers': {
      ...because(
        'knows only Connection itself',
        "1: headers named in a request's Connection are dropped: one",
        "1: headers named in a request's Connection are dropped: several with odd spaces",
        "1: headers named in a request's Connection are dropped: in another case",
        "1: headers named in a request's Connection are dropped: on several lines",
        "1: headers named in a request's Connection are dropped: with empty members",
        "1: headers named in a request's Connection are dropped: beside close",
        "1: headers named in a response's Connection are dropped: one",
        "1: headers named in a response's Connection are dropped: several with odd spaces",
        "1: headers named in a response's Connection are dropped: in another case",
        "1: headers named in a response's Connection are dropped: on several lines",
        "1: headers named in a response's Connection are dropped: with empty members",
        "1: headers named in a response's Connection are dropped: beside close",
      ),
      ...because(
        'copies every other header',
        '1: a request\'s "Keep-Alive: timeout=5, max=1000" is not passed on',
        '1: a request\'s "Proxy-Connection: keep-alive" is not passed on',
        '1: a request\'s "Proxy-Authenticate: Basic realm="x"" is not passed on',
        '1: a request\'s "Proxy-Authorization: Basic eDp5" is not passed on',
        '1: a request\'s "Upgrade: h2c" is not passed on',
        '1: a request\'s "TE: gzip" is not passed on',
        '1: a request\'s "TE: gzip;q=0.5, deflate" is not passed on',
        '1: a response\'s "Proxy-Connection: keep-alive" is not passed on',
        '1: a response\'s "Proxy-Authenticate: Basic realm="x"" is not passed on',
        '1: a response\'s "Proxy-Authorization: Basic eDp5" is not passed on',
        '1: a response\'s "Upgrade: h2c" is not passed on',
        '1: a response\'s "TE: trailers" is not passed on',
        '1: of TE: gzip, trailers only trailers is kept',
      ),
    },
  },
};
