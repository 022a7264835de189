import { Agent, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import './http-proxy-deprecation.ts';
import httpProxy from 'http-proxy';
import type { FailureKind } from '../core/failure.ts';
import type { TimeoutPolicy } from '../core/policies.ts';
import { now } from './clock.ts';
import type { AttemptResult, Forwarder, Target } from './forwarder.ts';
import { NOT_TOLD, queuedOf } from './server-timing.ts';

/** http-proxy's own idle connections to one origin. */
const MAX_IDLE_SOCKETS = 256;

/** What http-proxy accepts in place of the request's body: anything that can be piped. */
interface Body {
  pipe(to: ClientRequest): void;
}

/**
 * The classic: http-proxy 1.18.1 with a keep-alive agent per origin, and with the faults that would hurt a user held off
 * (each marked "guard"). What it still gets wrong stands in test/conformance.
 */
export function createHttpProxyForwarder(): Forwarder {
  const proxy = httpProxy.createProxyServer({ ws: true });
  // Guard: `deleteLength` makes a chunked DELETE or OPTIONS look empty and lets its body run as a second request.
  const passes = proxy as unknown as { webPasses: { name: string }[] };
  passes.webPasses = passes.webPasses.filter((pass) => pass.name !== 'deleteLength' && pass.name !== 'XHeaders');
  proxy.on('proxyRes', (answer, _request, response) => {
    // The origin's connection is not the client's. Undefined, not deleted: that would make every later access slow.
    answer.headers['keep-alive'] = undefined;
    answer.headers.connection = response.shouldKeepAlive ? 'keep-alive' : 'close';
  });

  const agents = new Map<string, Agent>();
  const agentOf = (target: Target): Agent => {
    const key = `${target.host}:${target.port}`;
    let agent = agents.get(key);
    if (!agent) {
      agent = new Agent({ keepAlive: true, maxFreeSockets: MAX_IDLE_SOCKETS, scheduling: 'lifo', noDelay: true });
      agents.set(key, agent);
    }
    return agent;
  };

  return {
    name: 'http-proxy',
    forward(request, response, target, timeouts, done) {
      const attempt = new Attempt(request, response, timeouts, done);
      proxy.web(
        request,
        response,
        { target: urlParts(target), agent: agentOf(target), buffer: attempt as never },
        (error) => attempt.fail(error),
      );
    },
    upgrade(request, socket, head, target, timeouts, done) {
      upgrade(proxy, { request, socket, head, target, timeouts, done });
    },
    forget(target) {
      const key = `${target.host}:${target.port}`;
      agents.get(key)?.destroy();
      agents.delete(key);
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
      proxy.close();
    },
  };
}

/** http-proxy reads these few of a parsed URL; giving it the object saves it the parsing. */
function urlParts(target: Target) {
  return { protocol: 'http:', host: target.host, hostname: target.host, port: String(target.port) };
}

/** One try of a request at one origin; also the request's body in http-proxy's eyes. */
class Attempt implements Body {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #timeouts: TimeoutPolicy;
  readonly #done: (result: AttemptResult) => void;
  #outgoing: ClientRequest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #over = false;
  #connectedAt = 0;
  #firstByteAt = 0;
  #status = 0;
  #queued = NOT_TOLD;
  #sent = 0;
  #received = 0;
  #timedOut: FailureKind | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    timeouts: TimeoutPolicy,
    done: (result: AttemptResult) => void,
  ) {
    this.#request = request;
    this.#response = response;
    this.#timeouts = timeouts;
    this.#done = done;
    response.on('close', this.#onClientClose);
  }

  /**
   * Called by http-proxy right after it made the outgoing request. The body starts to flow only once a connection is there,
   * so that after a connect failure it is whole and can go to another origin.
   */
  pipe(outgoing: ClientRequest): void {
    this.#outgoing = outgoing;
    // Guard: `Trailer` on a request that is not chunked throws where nobody can catch it.
    if (outgoing.hasHeader('trailer') && !outgoing.hasHeader('transfer-encoding')) outgoing.removeHeader('trailer');
    outgoing.once('socket', (socket: Socket) => {
      if (this.#over) return;
      if (!socket.connecting) return this.#connected();
      this.#limit(this.#timeouts.connect, 'connect-timeout');
      socket.once('connect', () => this.#connected());
    });
    outgoing.once('response', (answer) => this.#answered(answer));
  }

  fail(error: Error): void {
    if (this.#over) return;
    this.#end(this.#timedOut ?? this.#failureKind((error as NodeJS.ErrnoException).code ?? ''));
  }

  #connected(): void {
    if (this.#over || !this.#outgoing) return;
    this.#connectedAt = now();
    this.#limit(this.#timeouts.firstByte, 'first-byte-timeout');
    const request = this.#request;
    if (request.complete && request.readableLength === 0 && !hasBody(request)) {
      this.#outgoing.end();
      return;
    }
    request.on('data', this.#onRequestData);
    request.pipe(this.#outgoing);
  }

  #answered(answer: IncomingMessage): void {
    if (this.#over) return;
    clearTimeout(this.#timer);
    this.#firstByteAt = now();
    this.#status = answer.statusCode ?? 0;
    this.#queued = queuedOf(answer.headers['server-timing']);
    answer.on('data', (chunk: Buffer) => {
      this.#received += chunk.length;
    });
    answer.once('end', () => {
      // Guard: an origin that dies mid-body leaves http-proxy's client waiting for ever.
      if (answer.complete) this.#end(undefined);
      else this.#cut();
    });
    answer.once('error', () => this.#cut());
    answer.once('close', () => this.#cut());
  }

  #cut(): void {
    this.#end('broken-body');
  }

  #limit(ms: number, kind: FailureKind): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timedOut = kind;
      this.#outgoing?.destroy(new Error(kind));
    }, ms);
  }

  // Guard: http-proxy listens for an event that a request without a body no longer emits when its client leaves.
  readonly #onClientClose = (): void => {
    if (!this.#response.writableFinished) this.#end('client-gone');
  };

  readonly #onRequestData = (chunk: Buffer): void => {
    this.#sent += chunk.length;
  };

  #failureKind(code: string): FailureKind {
    if (this.#response.destroyed) return 'client-gone';
    if (this.#connectedAt === 0) return code === 'ECONNREFUSED' ? 'connect-refused' : 'connect-failed';
    if (this.#firstByteAt > 0) return 'broken-body';
    return code.startsWith('HPE_') ? 'bad-response' : 'reset';
  }

  #end(failure: FailureKind | undefined): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#response.off('close', this.#onClientClose);
    this.#request.off('data', this.#onRequestData);
    // A clean end would make half an answer look whole (RFC 9112 §8).
    if (failure && this.#response.headersSent) this.#response.destroy();
    // An origin may answer before it has the whole body: then this connection has half a body on it and must not be used
    // again, and what the client still sends must be read, or its next request would never be. After a failure the
    // connection is of no use either; errors it still emits are ignored.
    if (this.#outgoing && (failure || !this.#outgoing.writableFinished)) {
      this.#request.unpipe(this.#outgoing);
      this.#outgoing.destroy();
      // Without a connection nothing was read yet: the body stays whole for another origin.
      if (this.#connectedAt > 0) this.#request.resume();
    }
    this.#done({
      failure,
      status: this.#status,
      // An answer without a body is whole before http-proxy has passed on its head.
      responseStarted: failure === undefined || this.#response.headersSent,
      bytesSent: this.#connectedAt > 0,
      connectedAt: this.#connectedAt,
      firstByteAt: this.#firstByteAt,
      endedAt: now(),
      queued: this.#queued,
      sent: this.#sent,
      received: this.#received,
    });
  }
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly target: Target;
  readonly timeouts: TimeoutPolicy;
  readonly done: (result: AttemptResult) => void;
}

function upgrade(proxy: httpProxy, { request, socket, head, target, timeouts, done }: Upgrade): void {
  let over = false;
  let outgoing: ClientRequest | undefined;
  let connectedAt = 0;
  let firstByteAt = 0;
  const end = (failure: FailureKind | undefined): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    outgoing?.destroy();
    done({
      failure,
      status: firstByteAt > 0 ? 101 : 0,
      responseStarted: firstByteAt > 0,
      bytesSent: connectedAt > 0,
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
    timeouts.connect + timeouts.firstByte,
  );
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
