import type { FailureKind } from '../core/failure.ts';

/** Errors of sockets themselves, not of what is spoken over them. */
const NETWORK_ERROR = /^E(?:HOST|NET|ADDR|TIMEDOUT|NOTFOUND|AI_AGAIN|ACCES)/;

/** This machine gives no socket (any more): nobody was asked, so it says nothing of the origin (nginx and HAProxy blame none either). */
const NO_SOCKET = /^E(?:MFILE|NFILE|NOBUFS|NOMEM)$/;

export function isOwnTrouble(code: string): boolean {
  return NO_SOCKET.test(code);
}

/** Why there was no connection to an origin. @param code of the socket's error @param tls whether it was to speak TLS */
export function connectFailure(code: string, tls: boolean): FailureKind {
  if (code === 'ECONNREFUSED') return 'connect-refused';
  if (isOwnTrouble(code)) return 'no-sockets';
  // What fails after TCP has connected is TLS: Node's codes for it are many (CERT_…, ERR_TLS_…, DEPTH_ZERO_…), the network's few.
  return tls && !NETWORK_ERROR.test(code) ? 'tls-failed' : 'connect-failed';
}
