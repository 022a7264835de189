import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Balancer, Decision } from '../core/balancer.ts';
import { FAILURES, type FailureKind, failureCode, failureOf } from '../core/failure.ts';
import type { TimeoutPolicy } from '../core/policies.ts';
import type { RequestInfo } from '../core/strategy.ts';
import { clientAddress, setForwardedHeaders } from './client-address.ts';
import { now } from './clock.ts';
import type { DecisionLog } from './decision-log.ts';
import type { AttemptResult, Forwarder, Target } from './forwarder.ts';
import type { AttemptRecord, Recorder } from './recorder.ts';
import { NOT_TOLD } from './server-timing.ts';

const MAX_HEADER_BYTES = 65_536;
/** A path in the log; the rest of a longer one is not worth its memory. */
const MAX_LOGGED_PATH = 512;

export interface ProxyServerOptions {
  readonly balancer: Balancer;
  readonly decisions: DecisionLog;
  readonly recorder: Recorder;
  readonly forwarder: Forwarder;
  readonly timeouts: () => TimeoutPolicy;
  readonly trustForwarded: 'loopback' | 'none';
  /** Called after each failed attempt: the balancer may have an ejection to time. */
  readonly onFailure: () => void;
}

/** One request on its way through the balancer, with all its attempts. */
interface Exchange {
  readonly id: number;
  readonly at: number;
  readonly info: RequestInfo;
  readonly path: string;
  tried: Set<string> | undefined;
  attempts: number;
  /** Sends it to `target` and answers it when nothing else is left; HTTP and upgrades differ here only. */
  readonly forward: (target: Target, done: (result: AttemptResult) => void) => void;
  readonly refuse: (status: number, text: string) => void;
}

/** The balancer's front door: takes requests, lets the balancer choose, the forwarder move, and the recorder count them. */
export class ProxyServer {
  readonly #options: ProxyServerOptions;
  readonly #server: Server;
  readonly #tunnels = new Set<Duplex>();
  readonly #targets = new Map<string, Target>();
  #next = 1;

  constructor(options: ProxyServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { noDelay: true, keepAliveTimeout: 75_000, maxHeaderSize: MAX_HEADER_BYTES },
      (request, response) => this.#onRequest(request, response),
    );
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#onUpgrade(request, socket, head),
    );
    this.#server.on('clientError', onClientError);
  }

  /** @throws the error of listen(), e.g. EADDRINUSE */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, 1024, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  setTarget(name: string, target: Target): void {
    this.#targets.set(name, target);
  }

  removeTarget(name: string): void {
    const target = this.#targets.get(name);
    this.#targets.delete(name);
    if (target) this.#options.forwarder.forget(target);
  }

  close(): Promise<void> {
    for (const socket of this.#tunnels) socket.destroy();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { forwarder, timeouts, trustForwarded } = this.#options;
    const client = clientAddress(request, trustForwarded);
    setForwardedHeaders(request, trustForwarded);
    // The connection to the client is not the one to the origin (RFC 9110 §7.6.1).
    request.headers.connection = 'keep-alive';
    this.#begin(request, client, {
      forward: (target, done) => forwarder.forward(request, response, target, timeouts(), done),
      refuse: (status, text) => {
        if (response.headersSent || response.destroyed) {
          response.destroy();
          return;
        }
        response.writeHead(status, {
          'content-type': 'text/plain; charset=utf-8',
          'content-length': Buffer.byteLength(text),
          // What is left of the request's body would be taken for the next request.
          ...(request.complete ? {} : { connection: 'close' }),
        });
        response.end(text);
      },
    });
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { forwarder, timeouts, trustForwarded } = this.#options;
    this.#tunnels.add(socket);
    socket.once('close', () => this.#tunnels.delete(socket));
    socket.on('error', () => socket.destroy());
    const client = clientAddress(request, trustForwarded);
    setForwardedHeaders(request, trustForwarded);
    this.#begin(request, client, {
      forward: (target, done) => forwarder.upgrade(request, socket, head, target, timeouts(), done),
      refuse: (status, text) => {
        const length = Buffer.byteLength(text);
        socket.end(
          `${statusLine(status)}Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${length}\r\n\r\n${text}`,
        );
      },
    });
  }

  #begin(request: IncomingMessage, client: string, way: Pick<Exchange, 'forward' | 'refuse'>): void {
    const { balancer, recorder } = this.#options;
    const at = now();
    const url = request.url ?? '/';
    recorder.requestStarted(at);
    balancer.requestStarted();
    this.#attempt({
      ...way,
      id: this.#next++,
      at,
      info: {
        client,
        method: request.method ?? 'GET',
        path: url,
        header: (name) => {
          const value = request.headers[name.toLowerCase()];
          return Array.isArray(value) ? value.join(', ') : value;
        },
      },
      path: url.length > MAX_LOGGED_PATH ? `${url.slice(0, MAX_LOGGED_PATH)}…` : url,
      tried: undefined,
      attempts: 0,
    });
  }

  #attempt(exchange: Exchange): void {
    const { balancer, decisions, recorder } = this.#options;
    const at = exchange.attempts === 0 ? exchange.at : now();
    const decision = decisions.choose(exchange.id, exchange.attempts + 1, exchange.info, at, exchange.tried);
    const target = decision && this.#targets.get(decision.origin.name);
    if (!decision || !target) {
      const record = this.#record(exchange, undefined, at);
      record.failure = 'none-available';
      this.#finish(exchange, record, 'none-available', at);
      recorder.refused(record);
      return;
    }
    exchange.attempts++;
    const retry = exchange.attempts > 1;
    const record = this.#record(exchange, decision, at);
    balancer.started(decision.origin, at);
    if (retry) balancer.retryStarted();
    recorder.attemptStarted(record);
    exchange.forward(target, (result) => {
      if (retry) balancer.retryFinished();
      this.#ended(exchange, record, decision, result);
    });
  }

  #ended(exchange: Exchange, record: AttemptRecord, { origin }: Decision, result: AttemptResult): void {
    const { balancer, recorder, onFailure } = this.#options;
    const failure = result.failure ?? (result.status >= 500 ? 'server-error' : undefined);
    const duration = result.endedAt - record.at;
    record.failure = failure;
    record.status = result.status;
    record.connected = result.connectedAt > 0 ? result.connectedAt - record.at : 0;
    record.firstByte = result.firstByteAt > 0 ? result.firstByteAt - record.at : 0;
    record.queued = result.queued;
    record.total = duration;
    record.received = result.received;
    record.sent = result.sent;
    const firstByte = record.firstByte > 0 ? record.firstByte : undefined;
    balancer.finished(
      origin,
      { ...(failure && { failure }), ...(firstByte !== undefined && { firstByte }), duration },
      result.endedAt,
    );
    const again =
      failure !== undefined &&
      failure !== 'client-gone' &&
      balancer.mayRetry({
        attempt: exchange.attempts,
        failure,
        method: exchange.info.method,
        bytesSent: result.bytesSent,
        responseStarted: result.responseStarted,
      });
    if (again) {
      exchange.tried ??= new Set();
      exchange.tried.add(origin.name);
      recorder.attemptEnded(record, result.endedAt);
      this.#attempt(exchange);
    } else {
      if (result.responseStarted) this.#close(exchange, record, failure, result.endedAt);
      else this.#finish(exchange, record, failure, result.endedAt);
      recorder.attemptEnded(record, result.endedAt);
    }
    if (failure !== undefined) onFailure();
  }

  /** Ends a request that no origin has answered: the client gets a status and a sentence of ours. */
  #finish(exchange: Exchange, record: AttemptRecord, failure: FailureKind | undefined, at: number): void {
    const known = failureOf(failureCode(failure)) ?? FAILURES[2];
    record.status = known.status;
    if (failure !== 'client-gone') {
      const who = record.origin === '' ? known.words : `origin ${record.origin} ${known.words}`;
      const tries = exchange.attempts > 1 ? ` (attempt ${exchange.attempts})` : '';
      exchange.refuse(known.status, `${known.status} ${STATUS_CODES[known.status]}: ${who}${tries}\n`);
    }
    this.#close(exchange, record, failure, at);
  }

  #close(exchange: Exchange, record: AttemptRecord, failure: FailureKind | undefined, at: number): void {
    record.last = true;
    this.#options.balancer.requestFinished();
    this.#options.recorder.requestEnded(at, at - exchange.at, failure !== undefined);
  }

  #record(exchange: Exchange, decision: Decision | undefined, at: number): AttemptRecord {
    return {
      request: exchange.id,
      attempt: exchange.attempts,
      origin: decision?.origin.name ?? '',
      client: exchange.info.client,
      method: exchange.info.method,
      path: exchange.path,
      strategy: this.#options.balancer.strategy.use,
      reason: decision?.reason ?? 'none',
      at,
      waited: at - exchange.at,
      last: false,
      status: 0,
      failure: undefined,
      connected: 0,
      firstByte: 0,
      queued: NOT_TOLD,
      total: 0,
      received: 0,
      sent: 0,
    };
  }
}

function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n`;
}

/** Bytes that are not HTTP: the right status where there is one, then the connection is closed. */
function onClientError(error: NodeJS.ErrnoException, socket: Socket | Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  socket.end(`${statusLine(status)}Content-Length: 0\r\n\r\n`);
}
