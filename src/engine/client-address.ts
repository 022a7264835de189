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
    if (hop && !LOOPBACK.test(hop)) return hop;
  }
  return plainAddress(peer);
}
