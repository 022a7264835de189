import type { Socket } from 'node:net';
import type { FailureKind } from '../core/failure.ts';
import type { TimeoutPolicy } from '../core/policies.ts';
import type { RequestInfo } from '../core/strategy.ts';
import type { ForwarderName } from '../protocol/lab.ts';
import type { HeaderField } from './answer-fields.ts';

/** Most bytes of one header block, start line included (HAProxy and nginx allow 16 to 32 KiB, Node 16 KiB by default). */
export const MAX_HEAD_BYTES = 65_536;
/** Idle connections that are kept to one origin. */
export const MAX_IDLE = 256;
/** ms that an idle connection to an origin is kept where it does not say: below Node's own 5 s, the shortest common one. */
export const IDLE_MS = 4000;
/** ms a client may be silent once another forwarder has taken over: one that asks again just then would lose its request. */
export const RETIRED_MS = 1000;

/** Where an attempt goes. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /**
   * Over TLS, its certificate verified for `host`. `ca`: PEM of authorities to trust instead of the usual ones. `unverified`: for
   * the lab's own balancer only.
   */
  readonly tls?: { readonly ca?: string; readonly unverified?: true };
}

/** Host and port as `Host` has them. */
export function authorityOf({ host, port }: Target): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** How an attempt went. Times in ms on the engine's clock, 0 where that point was not reached. */
export interface AttemptResult {
  readonly failure: FailureKind | undefined;
  /** The origin's status, 0 when it gave none. */
  readonly status: number;
  /** Whether the client has got anything of this answer: then nothing can be tried again. */
  readonly responseStarted: boolean;
  /** Whether any of the request may have reached the origin. */
  readonly bytesSent: boolean;
  /** Whether the whole request is still at hand, so that it could be sent once more. */
  readonly replayable: boolean;
  readonly connectedAt: number;
  readonly firstByteAt: number;
  readonly endedAt: number;
  /** ms it waited for a worker, as the origin says (`queuedOf` of its Server-Timing); NOT_TOLD when it does not. */
  readonly queued: number;
  /** Bytes of the request's and of the response's body. */
  readonly sent: number;
  readonly received: number;
}

/** Whoever ordered an attempt. */
export interface AttemptWatch {
  readonly timeouts: TimeoutPolicy;
  /** ms on the engine's clock by which the whole answer has to be there; Infinity for none. Not for tunnels. */
  readonly deadline: number;
  /** Whether an answer with this status (500 and up) is kept from the client, because another attempt follows. */
  withholds(status: number, replayable: boolean): boolean;
  /** What the balancer adds to the answer whose head has come. */
  fields(): readonly HeaderField[];
  /** The answer says something of its origin's load: the value of its LOAD_HEADER. */
  reported(load: string): void;
  /** Called exactly once; for a tunnel when it has closed. */
  done(result: AttemptResult): void;
}

/** One request as a forwarder has taken it from its client, to be moved to an origin or refused. */
export interface InboundRequest extends RequestInfo {
  /**
   * Moves it to one origin. Where no answer began, the caller decides whether to try elsewhere or what to say; where one began
   * and broke, the client's connection is cut (RFC 9112 §8).
   */
  forward(target: Target, watch: AttemptWatch): void;
  /** Nothing moves it for now. `left` is called if it ends meanwhile: its client has left. `forward` or `refuse` end the wait. */
  hold(left: (failure: FailureKind) => void): void;
  /** Answers it with a status and a sentence of ours; nothing where the client has left. */
  refuse(status: number, text: string): void;
}

/** Who is told of requests: decides where each goes, and counts. */
export interface RequestHandler {
  request(inbound: InboundRequest): void;
  /** Bytes that are not a request; they were answered with `status`. */
  malformed(client: string, status: number, what: string): void;
}

/** Speaks HTTP with clients and origins: takes clients' connections, hands over each request, and moves it when told where to. */
export interface Forwarder {
  readonly name: ForwarderName;
  /** Takes over a client's connection. */
  accept(socket: Socket): void;
  /** Closes idle connections to an origin that was removed. */
  forget(target: Target): void;
  /**
   * Lets requests in progress end and closes their connections after that: another forwarder takes over.
   * @param gone called once, when nothing of it is left
   */
  retire(gone: () => void): void;
  /** Closes everything. */
  close(): void;
}

export interface ForwarderOptions {
  readonly handler: RequestHandler;
  readonly trustForwarded: 'loopback' | 'none';
  /** Whether origins get `Forwarded` (RFC 7239), too. */
  readonly tellsForwarded: boolean;
}
