import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FailureKind } from '../core/failure.ts';
import type { TimeoutPolicy } from '../core/policies.ts';

/** Where an attempt goes. */
export interface Target {
  readonly host: string;
  readonly port: number;
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
  readonly connectedAt: number;
  readonly firstByteAt: number;
  readonly endedAt: number;
  /** ms it waited for a worker, as the origin says (`queuedOf` of its Server-Timing); NOT_TOLD when it does not. */
  readonly queued: number;
  /** Bytes of the request's and of the response's body. */
  readonly sent: number;
  readonly received: number;
}

/**
 * Moves one request to one origin. It never answers the client itself: where no response began, the caller decides whether
 * to try elsewhere or what to say; where one began and broke, it cuts the client's connection (RFC 9112 §8).
 */
export interface Forwarder {
  readonly name: string;
  /** `done` is called exactly once. */
  forward(
    request: IncomingMessage,
    response: ServerResponse,
    target: Target,
    timeouts: TimeoutPolicy,
    done: (result: AttemptResult) => void,
  ): void;
  /** The same for an Upgrade request; `done` comes when the tunnel has closed. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    target: Target,
    timeouts: TimeoutPolicy,
    done: (result: AttemptResult) => void,
  ): void;
  /** Closes idle connections to an origin that was removed. */
  forget(target: Target): void;
  close(): void;
}
