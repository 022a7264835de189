import { PATIENCE } from './heartbeat.ts';

/** The web host wants to know the visitor: the link it printed carries a token, which is swapped for a cookie once. */
type WebSession = 'admitted' | 'refused' | 'unreachable';

/** The token in `#t=…`, if the page was opened by the printed link. */
export function tokenOf(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, '')).get('t') ?? undefined;
}

/** Swaps the token for the cookie, then takes it out of the address bar (and so out of history and screenshots). */
export async function redeemToken(token: string): Promise<WebSession> {
  try {
    const answer = await fetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) history.replaceState(null, '', location.pathname + location.search);
    return answer.ok ? 'admitted' : 'refused';
  } catch {
    return 'unreachable';
  }
}

/** Why a socket did not open: a WebSocket never tells its status, an ordinary request does. */
export async function askSession(): Promise<WebSession> {
  try {
    const answer = await fetch('/api/lab', { signal: AbortSignal.timeout(PATIENCE) });
    return answer.status === 401 || answer.status === 403 ? 'refused' : 'admitted';
  } catch {
    return 'unreachable';
  }
}
