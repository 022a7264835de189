import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import './deprecation.ts';
import httpProxy from 'http-proxy';
import { clientAddress, forwardedField, isTrustedPeer, plainAddress } from '../client-address.ts';
import { now } from '../clock.ts';
import {
  type AttemptWatch,
  type Forwarder,
  type ForwarderOptions,
  IDLE_MS,
  type InboundRequest,
  MAX_HEAD_BYTES,
  MAX_IDLE,
  RETIRED_MS,
  type Target,
} from '../forwarder.ts';
import { HeldRequest } from './held-request.ts';
import { HttpProxyAttempt } from './http-proxy-attempt.ts';
import { upgradeByHttpProxy, urlParts } from './http-proxy-upgrade.ts';

/** ms between looks for idle clients of one that another has replaced. */
const IDLE_SWEEP_MS = 200;

/**
 * The classic: Node's own server in front, http-proxy 1.18.1 with a keep-alive agent per origin behind, and with the faults
 * that would hurt a user held off (each marked "Guard"). What it still gets wrong is listed by name in test/conformance.
 */
export class HttpProxyForwarder implements Forwarder {
  readonly name = 'http-proxy';
  readonly #options: ForwarderOptions;
  readonly #server: Server;
  readonly #proxy: httpProxy;
  readonly #agents = new Map<Target, Agent>();
  /** Each client's connection with the answers it is still owed. */
  readonly #clients = new Map<Socket, Set<ServerResponse>>();
  readonly #tunnels = new WeakSet<Duplex>();
  #retired = false;
  #onGone: (() => void) | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#proxy = createProxy();
    this.#server = createServer(
      { noDelay: true, keepAliveTimeout: 75_000, maxHeaderSize: MAX_HEAD_BYTES },
      (request, response) => this.#onRequest(request, response),
    );
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#onUpgrade(request, socket, head),
    );
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) =>
      this.#onClientError(error, socket),
    );
    // It never listens itself, but this is when Node begins to watch for clients that are too slow.
    this.#server.emit('listening');
  }

  accept(socket: Socket): void {
    const owed = new Set<ServerResponse>();
    this.#clients.set(socket, owed);
    socket.once('close', () => {
      this.#clients.delete(socket);
      // Guard: of several requests sent at once Node tells only the first that its client has left.
      for (const response of owed) response.emit('close');
      this.#endIfRetired();
    });
    this.#server.emit('connection', socket);
  }

  forget(target: Target): void {
    const agent = this.#agents.get(target);
    this.#agents.delete(target);
    if (!agent) return;
    // Not `destroy`, which would cut the requests in progress, too; their connections are not kept afterwards.
    agent.maxFreeSockets = 0;
    for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  retire(gone: () => void): void {
    this.#retired = true;
    this.#onGone = gone;
    // Answers in progress still say "keep-alive": their connections are closed as they fall idle, but not at once, or a request that is
    // just coming would be lost.
    const idleSince = new Map<Socket, number>();
    this.#sweep = setInterval(() => {
      for (const [socket, owed] of this.#clients) {
        if (owed.size > 0 || this.#tunnels.has(socket)) idleSince.delete(socket);
        else if (!idleSince.has(socket)) idleSince.set(socket, now());
        else if (now() - (idleSince.get(socket) ?? 0) >= RETIRED_MS) socket.destroy();
      }
    }, IDLE_SWEEP_MS);
    this.#endIfRetired();
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const socket of this.#clients.keys()) socket.destroy();
    this.#server.close();
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
    this.#proxy.close();
  }

  #endIfRetired(): void {
    const gone = this.#onGone;
    if (gone === undefined || this.#clients.size > 0) return;
    this.#onGone = undefined;
    this.close();
    gone();
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (this.#retired) response.shouldKeepAlive = false;
    const { client, peer } = this.#takeIn(request);
    const owed = this.#clients.get(request.socket);
    owed?.add(response);
    response.once('close', () => owed?.delete(response));
    // The connection to the client is not the one to the origin (RFC 9110 §7.6.1).
    request.headers.connection = 'keep-alive';
    setForwardedHeaders(request, peer, this.#options);
    const held = new HeldRequest(response, () => !response.writableFinished);
    this.#options.handler.request({
      ...requestInfo(request, client),
      hold: (left) => held.begin(left),
      forward: (target, watch) => {
        held.end();
        const attempt = new HttpProxyAttempt(request, response, watch, target.tls !== undefined);
        const options = { target: urlParts(target), agent: this.#agentOf(target), buffer: attempt as never };
        this.#proxy.web(request, response, options, (error) => attempt.fail(error));
      },
      refuse: (status, text) => {
        held.end();
        refuse(request, response, status, text);
      },
    });
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.#tunnels.add(socket);
    const { client, peer } = this.#takeIn(request);
    setForwardedHeaders(request, peer, this.#options);
    const held = new HeldRequest(socket, () => true);
    this.#options.handler.request({
      ...requestInfo(request, client),
      hold: (left) => held.begin(left),
      forward: (target: Target, watch: AttemptWatch) => {
        held.end();
        upgradeByHttpProxy(this.#proxy, { request, socket, head, target, watch });
      },
      refuse: (status, text) => {
        held.end();
        const length = Buffer.byteLength(text);
        socket.end(
          `${statusLine(status)}Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${length}\r\n\r\n${text}`,
        );
      },
    });
  }

  #takeIn(request: IncomingMessage): { client: string; peer: string } {
    const peer = request.socket.remoteAddress ?? '';
    const forwarded = request.headers['x-forwarded-for'];
    const trusted = isTrustedPeer(peer, this.#options.trustForwarded);
    return { client: clientAddress(peer, forwarded === undefined ? undefined : String(forwarded), trusted), peer };
  }

  #agentOf(target: Target): Agent {
    let agent = this.#agents.get(target);
    if (!agent) {
      // The timeout closes idle ones only: nobody listens for it on a request.
      const idle = { maxFreeSockets: MAX_IDLE, timeout: IDLE_MS, scheduling: 'lifo' } as const;
      const options = { keepAlive: true, noDelay: true, ...idle };
      agent = target.tls ? new TlsAgent({ ...options, ...target.tls }) : new Agent(options);
      this.#agents.set(target, agent);
    }
    return agent;
  }

  /** Bytes that are not HTTP: the right status where there is one, then the connection is closed. */
  #onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    this.#options.handler.malformed((socket as Socket).remoteAddress ?? '', status, error.message);
    socket.end(`${statusLine(status)}Content-Length: 0\r\n\r\n`);
  }
}

function createProxy(): httpProxy {
  const proxy = httpProxy.createProxyServer({ ws: true, secure: true });
  // Guard: `deleteLength` makes a chunked DELETE or OPTIONS look empty and lets its body run as a second request.
  const passes = proxy as unknown as { webPasses: { name: string }[] };
  passes.webPasses = passes.webPasses.filter((pass) => pass.name !== 'deleteLength' && pass.name !== 'XHeaders');
  proxy.on('proxyRes', (answer, request, response) => {
    // Guard: a `Trailer` on an answer that will not be chunked throws where nobody can catch it.
    if (!mayHaveTrailers(request, answer)) answer.headers.trailer = undefined;
    // The origin's connection is not the client's. Undefined, not deleted: that would make every later access slow.
    answer.headers['keep-alive'] = undefined;
    answer.headers.connection = response.shouldKeepAlive ? 'keep-alive' : 'close';
  });
  return proxy;
}

function mayHaveTrailers({ method, httpVersion }: IncomingMessage, { statusCode, headers }: IncomingMessage): boolean {
  const bodyless = method === 'HEAD' || statusCode === 204 || statusCode === 304;
  return !bodyless && httpVersion === '1.1' && headers['transfer-encoding'] !== undefined;
}

function requestInfo(request: IncomingMessage, client: string): Omit<InboundRequest, 'forward' | 'hold' | 'refuse'> {
  return {
    client,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    header: (name) => {
      const value = request.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : value;
    },
  };
}

/** Names the client to the origin: appended to where the peer is trusted, replaced where it is not. */
function setForwardedHeaders(request: IncomingMessage, peer: string, options: ForwarderOptions): void {
  const plain = plainAddress(peer);
  const headers = request.headers;
  const trusted = isTrustedPeer(peer, options.trustForwarded);
  const proto = 'encrypted' in request.socket ? 'https' : 'http';
  const before = trusted ? headers['x-forwarded-for'] : undefined;
  const forwardedFor = before === undefined ? undefined : String(before);
  headers['x-forwarded-for'] = forwardedFor === undefined ? plain : `${forwardedFor}, ${plain}`;
  if (!trusted || headers['x-forwarded-proto'] === undefined) headers['x-forwarded-proto'] = proto;
  if (!trusted) delete headers['x-forwarded-host'];
  if (headers.host !== undefined) headers['x-forwarded-host'] ??= headers.host;
  const forwarded = trusted ? headers.forwarded : undefined;
  if (options.tellsForwarded) {
    headers.forwarded = forwardedField({ peer, proto, host: headers.host ?? '' }, { forwarded, forwardedFor });
  } else if (!trusted) delete headers.forwarded;
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
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
}

function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n`;
}
