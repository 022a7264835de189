import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type httpProxy from 'http-proxy';
import type { FailureKind } from '../../core/failure.ts';
import { NOT_TOLD } from '../../protocol/attempt-record.ts';
import { now } from '../clock.ts';
import type { AttemptWatch, Target } from '../forwarder.ts';

/** http-proxy reads these few of a parsed URL; giving it the object saves it the parsing. */
export function urlParts(target: Target) {
  return {
    protocol: target.tls ? 'https:' : 'http:',
    host: target.host,
    hostname: target.host,
    port: String(target.port),
  };
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly target: Target;
  readonly watch: AttemptWatch;
}

/** An Upgrade request through http-proxy; the attempt ends when its tunnel has closed. */
export function upgradeByHttpProxy(proxy: httpProxy, { request, socket, head, target, watch }: Upgrade): void {
  let over = false;
  let outgoing: ClientRequest | undefined;
  let connectedAt = 0;
  let firstByteAt = 0;
  const end = (failure: FailureKind | undefined): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    outgoing?.destroy();
    watch.done({
      failure,
      status: firstByteAt > 0 ? 101 : 0,
      responseStarted: firstByteAt > 0,
      bytesSent: connectedAt > 0,
      replayable: true,
      connectedAt,
      firstByteAt,
      endedAt: now(),
      queued: NOT_TOLD,
      sent: 0,
      received: 0,
    });
  };
  const timer = setTimeout(
    () => end(connectedAt > 0 ? 'first-byte-timeout' : 'connect-timeout'),
    watch.timeouts.connect + watch.timeouts.firstByte,
  );
  // One that left while its request waited will not say so again.
  if (socket.destroyed) {
    end('client-gone');
    return;
  }
  // Guard: a client reset while the upgrade is pending is an 'error' nobody listens to.
  socket.on('error', () => end(firstByteAt > 0 ? undefined : 'client-gone'));
  socket.once('close', () => end(firstByteAt > 0 ? undefined : 'client-gone'));
  const onOutgoing = (made: ClientRequest, from: IncomingMessage): void => {
    if (from !== request) return;
    proxy.off('proxyReqWs', onOutgoing);
    outgoing = made;
    made.once('socket', (to) => to.once('connect', () => (connectedAt = now())));
    const answered = (): void => {
      clearTimeout(timer);
      firstByteAt = now();
    };
    made.once('upgrade', (_answer, tunnel) => {
      answered();
      // The two halves end each other; a half-close of one side is passed on by the pipe.
      tunnel.once('close', () => socket.end());
    });
    made.once('response', answered);
  };
  proxy.on('proxyReqWs', onOutgoing);
  proxy.ws(request, socket, head, { target: urlParts(target) }, (error) => {
    const code = (error as NodeJS.ErrnoException).code;
    const kind = connectedAt > 0 ? 'reset' : code === 'ECONNREFUSED' ? 'connect-refused' : 'connect-failed';
    // Guard: http-proxy ends the client's socket right after this callback, before anyone could answer or try elsewhere.
    socket.end = () => socket;
    queueMicrotask(() => {
      Reflect.deleteProperty(socket, 'end');
      end(firstByteAt > 0 ? undefined : kind);
      if (firstByteAt > 0) socket.end();
    });
  });
}
