import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

/**
 * Who a request is from: the peer, or where the peer is this machine and may be trusted, the last address in
 * X-Forwarded-For that is not this machine.
 */
export function clientAddress(request: IncomingMessage, trust: 'loopback' | 'none'): string {
  const peer = request.socket.remoteAddress ?? '';
  const plain = peer.startsWith('::ffff:') ? peer.slice(7) : peer;
  const forwarded = request.headers['x-forwarded-for'];
  if (trust === 'none' || forwarded === undefined || !LOOPBACK.test(peer)) return plain;
  const hops = String(forwarded).split(',');
  for (let i = hops.length - 1; i >= 0; i--) {
    const hop = hops[i]?.trim();
    if (hop && !LOOPBACK.test(hop)) return hop;
  }
  return plain;
}

/** Names the client to the origin: appended to where the peer is trusted, replaced where it is not. */
export function setForwardedHeaders(request: IncomingMessage, trust: 'loopback' | 'none'): void {
  const peer = request.socket.remoteAddress ?? '';
  const plain = peer.startsWith('::ffff:') ? peer.slice(7) : peer;
  const headers = request.headers;
  const trusted = trust === 'loopback' && LOOPBACK.test(peer);
  const before = trusted ? headers['x-forwarded-for'] : undefined;
  headers['x-forwarded-for'] = before === undefined ? plain : `${before}, ${plain}`;
  if (!trusted || headers['x-forwarded-proto'] === undefined) headers['x-forwarded-proto'] = 'http';
  if (!trusted || headers['x-forwarded-host'] === undefined) headers['x-forwarded-host'] = headers.host ?? '';
}
