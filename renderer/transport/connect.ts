import type { Transport } from '../../src/protocol/transport.ts';
import { createBridgeTransport } from './bridge.ts';
import { askSession, redeemToken, tokenOf } from './web-session.ts';
import { openWebSocket } from './web-socket.ts';

export type Attempt =
  | { readonly transport: Transport }
  /** Trying again cannot help: the page was not opened by the lab's link. */
  | 'refused'
  | 'unreachable';

/** One try to reach the lab, whichever host the page is in. */
export async function connect(): Promise<Attempt> {
  if (window.evenkeel) return { transport: createBridgeTransport(window.evenkeel) };
  const token = tokenOf(location.hash);
  if (token !== undefined) {
    const session = await redeemToken(token);
    if (session !== 'admitted') return session;
  }
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  try {
    return { transport: await openWebSocket(`${scheme}://${location.host}/ws`) };
  } catch {
    return (await askSession()) === 'refused' ? 'refused' : 'unreachable';
  }
}

/** ms to wait before the next try: quick at first (a lab that restarts), never more than 5 s. */
export function backOff(tries: number): number {
  return Math.min(5000, 250 * 2 ** Math.min(tries, 6));
}
