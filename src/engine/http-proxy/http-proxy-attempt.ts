import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { FailureKind } from '../../core/failure.ts';
import { NOT_TOLD } from '../../protocol/attempt-record.ts';
import { now } from '../clock.ts';
import { connectFailure } from '../connect-failure.ts';
import type { AttemptWatch } from '../forwarder.ts';
import { LOAD_HEADER } from '../load-report.ts';
import { queuedOf } from '../server-timing.ts';

/** What http-proxy accepts in place of the request's body: anything that can be piped. */
interface Body {
  pipe(to: ClientRequest): void;
}

/** One try of a request at one origin; also the request's body in http-proxy's eyes. */
export class HttpProxyAttempt implements Body {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #watch: AttemptWatch;
  readonly #tls: boolean;
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

  /** @param tls whether the origin is spoken to over TLS */
  constructor(request: IncomingMessage, response: ServerResponse, watch: AttemptWatch, tls: boolean) {
    this.#tls = tls;
    this.#request = request;
    this.#response = response;
    this.#watch = watch;
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
      if (!isConnecting(socket)) return this.#connected();
      this.#limit(this.#watch.timeouts.connect, 'connect-timeout');
      socket.once(this.#tls ? 'secureConnect' : 'connect', () => this.#connected());
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
    this.#limit(this.#watch.timeouts.firstByte, 'first-byte-timeout');
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
    this.#firstByteAt = now();
    this.#awaitMore();
    this.#status = answer.statusCode ?? 0;
    this.#queued = queuedOf(answer.headers['server-timing']);
    const report = answer.headers[LOAD_HEADER];
    if (report !== undefined) this.#watch.reported(String(report));
    // Before http-proxy copies them: its own listener comes after this one.
    for (const [name, value] of this.#watch.fields()) add(answer.headers, name.toLowerCase(), value);
    answer.on('data', (chunk: Buffer) => {
      this.#received += chunk.length;
      this.#awaitMore();
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
    this.#end(this.#timedOut ?? 'broken-body');
  }

  #limit(ms: number, kind: FailureKind): void {
    clearTimeout(this.#timer);
    const left = this.#watch.deadline - now();
    const wait = Math.min(ms, left);
    if (wait === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => {
      // What its client does not take the origin cannot send.
      if (kind === 'idle-timeout' && ms < left && this.#response.writableNeedDrain) this.#awaitMore();
      else {
        this.#timedOut = ms < left ? kind : 'total-timeout';
        this.#outgoing?.destroy(new Error(this.#timedOut));
      }
    }, wait);
  }

  #awaitMore(): void {
    const { idle } = this.#watch.timeouts;
    this.#limit(idle === 'off' ? Number.POSITIVE_INFINITY : idle, 'idle-timeout');
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
    if (this.#connectedAt === 0) return connectFailure(code, this.#tls);
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
    this.#watch.done({
      failure,
      status: this.#status,
      // An answer without a body is whole before http-proxy has passed on its head.
      responseStarted: failure === undefined || this.#response.headersSent,
      bytesSent: this.#connectedAt > 0,
      replayable: this.#connectedAt === 0 || !hasBody(this.#request),
      connectedAt: this.#connectedAt,
      firstByteAt: this.#firstByteAt,
      endedAt: now(),
      queued: this.#queued,
      sent: this.#sent,
      received: this.#received,
    });
  }
}

/** Over TLS there is a connection only when both sides have agreed on it. */
function isConnecting(socket: Socket): boolean {
  return socket.connecting || (socket instanceof TLSSocket && socket.getProtocol() === null);
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

function add(headers: IncomingHttpHeaders, name: string, value: string): void {
  if (name === 'set-cookie') headers[name] = [...(headers[name] ?? []), value];
  else headers[name] = headers[name] === undefined ? value : `${String(headers[name])}, ${value}`;
}
