import type { ForwarderName } from '../../src/protocol/lab.ts';

export type Suite =
  | 'ambiguous requests'
  | 'connections'
  | 'failures'
  | 'fuzz'
  | 'headers'
  | 'hop-by-hop headers'
  | 'informational responses'
  | 'limits'
  | 'malformed requests'
  | 'malformed responses'
  | 'request fuzz'
  | 'slow readers'
  | 'streaming'
  | 'targets'
  | 'timeouts'
  | 'trailers and bodies'
  | 'upgrades';

/** A test's name and why it fails. */
type Failures = Readonly<Record<string, string>>;

/** Several tests that fail for one reason. */
const because = (reason: string, ...names: string[]): Failures =>
  Object.fromEntries(names.map((name) => [name, reason]));

const NODE = Number.parseInt(process.versions.node, 10);

/** As `because`, before that version of Node: the classic stands on Node's own HTTP, which gets better. */
const beforeNode = (major: number, reason: string, ...names: string[]): Failures =>
  NODE < major ? because(reason, ...names) : {};

/**
 * What each forwarder is known to get wrong. A name that is not here has to pass; one that is here and passes makes the
 * suite red, so this list only ever says what is so.
 */
export const KNOWN_FAILURES: Readonly<Record<ForwarderName, Readonly<Partial<Record<Suite, Failures>>>>> = {
  native: {},
  'http-proxy': {
    'ambiguous requests': {
      ...because(
        'copies Transfer-Encoding as it came',
        '3: codings before the final chunked: one request or none: an empty member',
      ),
      ...beforeNode(
        22,
        'copies Transfer-Encoding as it came',
        '3: final coding not chunked, with a length: an empty coding',
      ),
      ...because('keeps the connection', '3: Transfer-Encoding in HTTP/1.0 is faulty: refused, or closed afterwards'),
    },
    connections: {
      ...because(
        'leaves the client waiting for a body that was thrown away',
        '22: nothing but its own answer reaches a client when the origin sends more than its length',
      ),
      ...because(
        'keeps the connection of an HTTP/1.0 client',
        '22: HTTP/1.0 without keep-alive is answered and closed',
        '22: close wins over keep-alive on both sides, also in HTTP/1.0',
      ),
      ...because('takes half-closes for the end', '22: a POST in one breath with a half-close is answered'),
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
    failures: {
      ...because(
        'does not ask again on a fresh connection',
        '19: a kept connection that its origin closes on a GET: asked again',
      ),
    },
    fuzz: {
      '22: whatever an origin answers, every client gets its own answer, a 502 or a cut, in proper form':
        'never answers when a body breaks in the packet of its head',
    },
    headers: {
      ...because(
        'counts no hops',
        '14: Max-Forwards of OPTIONS counts this hop, and ends here at 0',
        '14: Max-Forwards of TRACE counts this hop, and ends here at 0',
      ),
      ...because(
        'writes names in lower case',
        '16: case and order of a request’s headers survive',
        '16: case and order of a response’s headers survive',
      ),
      ...because(
        'joins or drops repeated headers',
        '16: a request’s X-Many twice keeps its count and order',
        '16: a request’s Cookie twice keeps its count and order',
        '16: a request’s Accept twice keeps its count and order',
        '16: a request’s User-Agent twice keeps its count and order',
        '16: a request’s Authorization twice keeps its count and order',
        '16: a request’s Content-Type twice keeps its count and order',
        '16: a request’s If-None-Match twice keeps its count and order',
        '16: a request’s Referer twice keeps its count and order',
        '16: a response’s X-Many twice keeps its count and order',
        '16: a response’s Vary twice keeps its count and order',
        '16: a response’s WWW-Authenticate twice keeps its count and order',
        '16: a response’s Link twice keeps its count and order',
        '16: a response’s ETag twice keeps its count and order',
        '16: a response’s Content-Type twice keeps its count and order',
        '16: a response’s Location twice keeps its count and order',
      ),
      ...because(
        'loses names that are properties of every object',
        '16: names that are properties of every object are headers like any other',
      ),
      ...beforeNode(
        22,
        'drops headers beyond the thousandth without a word',
        '16: 1500 headers all arrive, or the request is refused',
        '16: 2500 headers all arrive, or the request is refused',
      ),
      ...because(
        'adds no Via',
        '14: Via is added to a request, with the version that was spoken',
        '14: Via is added to a response',
        '14: Via goes behind those that are there, in both directions',
        '14: Via of an HTTP/1.0 client says 1.0, and the origin is spoken to in 1.1',
        '14: Via of an HTTP/1.0 origin says 1.0',
      ),
    },
    'informational responses': {
      ...because(
        'drops informational responses',
        '11: 103 is relayed at once, and the answer after it',
        '11: 102 is relayed at once, and the answer after it',
        '11: an unknown one is relayed at once, and the answer after it',
        '11: several, in one packet with the answer, keep their order',
        '11: hop-by-hop headers of an informational response end here',
      ),
      ...because(
        'takes a 101 for the end of the conversation and never answers',
        '11: a 101 nobody asked for is a 502',
      ),
    },
    limits: {
      ...because(
        'says 431 to every head that is too long',
        '21: a request line over the limit is a 414: a whole request',
        '21: a request line over the limit is a 414: one that never ends',
        '21: a request line over the limit is a 414: a query',
      ),
      ...because(
        'takes a client that is late for an origin that is',
        '21: a client that is late with the rest of its body gets 408, and the log says why',
      ),
      ...because('takes response heads up to 16 KiB', '21: a response’s header block of 32 KiB is relayed'),
      ...because(
        "has Node's own limit of a minute, on a clock that cannot be put forward",
        '21: a client that sends a head a byte a minute is cut off, and no one else',
      ),
    },
    'malformed requests': {
      ...because(
        'takes any version',
        '3: HTTP/2.0 is refused and closed',
        '3: HTTP/0.9 with a version is refused and closed',
        '3: HTTP/0.9 is refused and closed',
      ),
    },
    'malformed responses': {
      ...because(
        'copies Transfer-Encoding as it came',
        '4: a response with Transfer-Encoding xchunked is a 502, or ends with its connection',
        '4: a response with Transfer-Encoding chunked, identity is a 502, or ends with its connection',
        '4: a response with Transfer-Encoding identity is a 502, or ends with its connection',
        '4: a response with Transfer-Encoding gzip is a 502, or ends with its connection',
        '4: a response with Transfer-Encoding  , chunked is a 502, or ends with its connection',
        '4: a response with Transfer-Encoding "chunked" is a 502, or ends with its connection',
      ),
      ...because(
        'never answers',
        '8: a status line with status 000 is a 502',
        '8: a status line with a NUL in the reason is a 502',
      ),
      ...because(
        'never answers when a body breaks in the packet of its head',
        '9: a chunked response with a size that is no number is never a whole one',
        '9: a chunked response with a size with 0x is never a whole one',
        '9: a chunked response with a negative size is never a whole one',
        '9: a chunked response with a size that overflows is never a whole one',
        '9: a chunked response with no line end after its data is never a whole one',
        '9: a chunked response with a broken trailer is never a whole one',
      ),
    },
    'slow readers': {
      ...because(
        'goes on asking for a client that takes nothing',
        '17: a client that asks on and on and reads nothing does not fill the memory with answers',
      ),
      ...because(
        'ends both halves of a tunnel at once',
        '20: the last words of a client reach an origin that is slow to take them and has said its own',
      ),
    },
    streaming: {
      ...because(
        'keeps the head back until the first piece of the body',
        '17: an event stream is flushed event by event',
        '17: the head, and each piece of a body, go out at once: in chunks',
        '17: the head, and each piece of a body, go out at once: of a length',
        '17: the head, and each piece of a body, go out at once: until the end',
      ),
      ...because(
        'counts the time for the first byte from the beginning of the upload',
        '17: an upload may take longer than a connection to its origin, and than the first byte of its answer',
        '17: a slow origin slows the sender, and gets all 128 MiB in the end',
      ),
    },
    targets: {
      ...because(
        'looks at no Host',
        '6: Host twice is refused: the same',
        '6: Host twice is refused: different',
        '6: Host twice is refused: apart and in another case',
        '6: Host twice is refused: one empty',
        '6: Host twice is refused: in absolute form',
        '6: Host: "a b" is refused',
        '6: Host: "a/b" is refused',
        '6: Host: "user@x" is refused',
        '6: Host: "x?y" is refused',
        '6: Host: "x#y" is refused',
        '6: Host: "x:80:80" is refused',
        '6: Host: "x:port" is refused',
        '6: Host: "[::1" is refused',
        '6: Host: "x\\\\y" is refused',
        '6: Host: "<x>" is refused',
        '6: Host: "x\\ty" is refused',
        '6: Host: "http://x" is refused',
      ),
      ...because('puts the origin’s address in place of an empty Host', '6: an empty Host is refused or passed on'),
      ...because(
        'keeps Host beside an absolute target',
        '6: the absolute target http://shop.example/a?b=c overrides Host',
        '6: the absolute target http://shop.example overrides Host',
        '6: the absolute target http://shop.example?b overrides Host',
        '6: the absolute target HTTP://shop.example/ overrides Host',
        '6: the absolute target http://shop.example//a/../b overrides Host',
        '6: an absolute target keeps its port',
        '6: OPTIONS of an absolute target without a path asks for *',
      ),
      ...because('closes without an answer', '6: CONNECT opens no tunnel'),
      ...because(
        'normalises paths',
        '18: // stays as sent',
        '18: //x//y stays as sent',
        "18: /!$&'()*+,;=:@ stays as sent",
        '18: /"<>\\^`{|} stays as sent',
      ),
    },
    timeouts: {
      ...because('looks at the clock first', '8: an answer that came while the balancer was held up is not late'),
      ...because(
        'knows nothing of uploads that go on',
        '8: an origin that waits for the rest of an upload is not silent',
        '8: … and is when it has all of it, also where it was slow to take it',
      ),
    },
    'trailers and bodies': {
      ...because(
        'drops trailers',
        '12: a response’s trailers are relayed, announced',
        '12: a request’s trailers are relayed, announced',
        '12: a response’s trailers are relayed, not announced',
        '12: a request’s trailers are relayed, not announced',
      ),
      ...because(
        'never answers when trailers are in the way',
        '12: a response’s trailers that would be framing are not passed on',
        '12: trailers without end are cut off',
      ),
      ...because(
        'passes on a length with 204',
        '13: a 204 No Content with Content-Length: 0 has none on the way out',
        '13: a 204 No Content with Content-Length: 5 and a body has none on the way out',
        '13: a 204 No Content with Transfer-Encoding: chunked and a body has none on the way out',
      ),
      ...because(
        'keeps a request in flight for ever when a 304 has a body',
        '13: a 304 Not Modified with Content-Length: 5 and a body has none on the way out',
      ),
    },
    upgrades: {
      ...because(
        'passes on any 101',
        '2: a 101 that switches without saying to what is a 502',
        '2: a 101 that switches to what nobody asked for is a 502',
        '2: a 101 that switches to more than was asked for is a 502',
        '2: a 101 that switches to HTTP/2 in clear text is a 502',
      ),
      ...because(
        'copies hop-by-hop headers of a handshake',
        '2: a handshake keeps its Upgrade and gets a Connection of its own: as Firefox sends it',
        '2: other hop-by-hop headers of a handshake are dropped',
        '2: a 101 keeps Upgrade and Connection: Upgrade, the other hop-by-hop headers are dropped',
      ),
      ...because(
        'copies chunked coding around a body it has decoded',
        '20: an origin’s 401 in chunks instead of 101 is relayed',
      ),
      ...because(
        'keeps a refused upgrade in flight for ever',
        '20: data that a client sent ahead is no request after a refusal',
        '22: an ordinary request follows a refused upgrade',
      ),
      ...because('ends both halves at once', '20: the origin’s half-close is passed on, and the other half stays open'),
      ...because(
        'closes without an answer',
        '1: an offer to upgrade that the origin ignores is an ordinary request, its body intact',
        '1: HTTP/2 in clear text is not tunnelled past the balancer',
      ),
    },
  },
};
