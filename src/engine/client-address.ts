/** Characters of an address: IPv6 with a zone and a port has some 60. What is longer is none, and would be kept with each of the newest requests. */
const LONGEST = 64;

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

export type ForwardedTrust = 'loopback' | 'none';

/** An IPv4 peer of a socket that listens on both families, as people write it. */
export function plainAddress(peer: string): string {
  return peer.startsWith('::ffff:') ? peer.slice(7) : peer;
}

/** Whether what a peer says of who is behind it counts. */
export function isTrustedPeer(peer: string, trust: ForwardedTrust): boolean {
  return trust === 'loopback' && LOOPBACK.test(peer);
}

/**
 * Who a request is from: the peer, or where the peer may be trusted, the last address in X-Forwarded-For that is not this
 * machine.
 */
export function clientAddress(peer: string, forwarded: string | undefined, trusted: boolean): string {
  if (!trusted || forwarded === undefined) return plainAddress(peer);
  const hops = forwarded.split(',');
  for (let i = hops.length - 1; i >= 0; i--) {
    const hop = hops[i]?.trim();
    if (hop && !LOOPBACK.test(hop)) return hop.length > LONGEST ? plainAddress(peer) : hop;
  }
  return plainAddress(peer);
}

/** RFC 9110's token, which needs no quotes. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * `Forwarded` (RFC 7239) as this hop sends it on: what a trusted peer said with this hop behind it, or this hop alone. Where the peer
 * only knows X-Forwarded-For, its addresses are taken over (section 7.4), or the origin would not learn of the client.
 * @param before what the peer said in `Forwarded` and in X-Forwarded-For; undefined where it did not or is not trusted
 */
export function forwardedField(
  hop: { readonly peer: string; readonly proto: string; readonly host: string },
  before: { readonly forwarded: string | undefined; readonly forwardedFor: string | undefined },
): string {
  const { peer, proto, host } = hop;
  const own = `for=${forwardedNode(plainAddress(peer))};${host === '' ? '' : `host=${quoted(host)};`}proto=${proto}`;
  const others = before.forwarded ?? before.forwardedFor?.split(',').map(forwardedFor).filter(Boolean).join(', ');
  return others ? `${others}, ${own}` : own;
}

function forwardedFor(hop: string): string {
  const address = hop.trim();
  return address === '' ? '' : `for=${forwardedNode(address)}`;
}

/** IPv6 stands in brackets, and those need quotes. */
function forwardedNode(address: string): string {
  return quoted(
    address.includes(':') && !address.startsWith('[') && !/^[\d.]+:\d+$/.test(address) ? `[${address}]` : address,
  );
}

function quoted(value: string): string {
  return TOKEN.test(value) ? value : `"${value.replace(/[\\"]/g, '\\$&')}"`;
}
