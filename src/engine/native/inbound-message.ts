import type { FailureKind } from '../../core/failure.ts';
import { clientAddress, isTrustedPeer } from '../client-address.ts';
import type { AttemptWatch, InboundRequest, Target } from '../forwarder.ts';
import { Attempt } from './attempt.ts';
import { BodyReader, type BodySink } from './body-reader.ts';
import type { ClientConnection } from './client-connection.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { RequestHead } from './message-head.ts';

/** Bytes of a body kept so that it can be sent once more: a form, not an upload. */
const KEPT_BYTES = 65_536;
/** Pieces of it: each is an object many times as large as a body that comes byte by byte. */
const MOST_PIECES = 64;

/** One request of a client, with its body as far as it was read. */
export class InboundMessage implements InboundRequest, BodySink {
  readonly head: RequestHead;
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly #connection: ClientConnection;
  readonly #pool: ConnectionPool;
  readonly #body: BodyReader;
  #attempt: Attempt | undefined;
  /** Who is to know when it ends while nothing moves it. */
  #left: ((failure: FailureKind) => void) | undefined;
  /** Whether the attempt has a connection, so that the body may be read. */
  #flowing = false;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #read = 0;

  constructor(head: RequestHead, connection: ClientConnection, pool: ConnectionPool) {
    this.head = head;
    this.method = ownText(head, head.method);
    this.path = ownText(head, head.target);
    this.#connection = connection;
    this.#pool = pool;
    this.#body = new BodyReader(head.framing, head.contentLength ?? 0);
    const { peer, trust } = connection.hop;
    this.client = ownText(head, clientAddress(peer, this.header('x-forwarded-for'), isTrustedPeer(peer, trust)));
  }

  /** Whether it has come to its end. */
  get whole(): boolean {
    return this.#body.done;
  }

  /** Whether its client has got anything of an answer. */
  get answerBegun(): boolean {
    return this.#attempt?.responseStarted ?? false;
  }

  /** Whether nothing that was read of it is lost. */
  get replayable(): boolean {
    return this.#keptBytes === this.#read;
  }

  /** Whether its body may be read now. */
  get flowing(): boolean {
    return this.#flowing && !this.#body.done;
  }

  header(name: string): string | undefined {
    const wanted = name.toLowerCase();
    // Cookies are one list, however many lines it takes (RFC 9113 §8.2.3).
    const between = wanted === 'cookie' ? '; ' : ', ';
    let found: string | undefined;
    for (const field of this.head.fields) {
      if (field.name === wanted) found = found === undefined ? field.value : found + between + field.value;
    }
    return found;
  }

  hold(left: (failure: FailureKind) => void): void {
    this.#left = left;
    // Its body is not asked for, so a client cannot be late with it.
    this.#connection.deadline = Number.POSITIVE_INFINITY;
  }

  forward(target: Target, watch: AttemptWatch): void {
    this.#left = undefined;
    this.#attempt = new Attempt(this.#connection, this, target, watch, this.#pool);
    this.#attempt.start();
  }

  refuse(status: number, text: string): void {
    this.#left = undefined;
    this.#connection.refuse(status, text, this.method === 'HEAD', !this.whole);
  }

  /** The attempt has a connection: what is kept goes first, then what comes. */
  startBody(attempt: Attempt): void {
    for (const piece of this.#kept) attempt.sendBody(piece);
    if (this.#body.done) attempt.requestEnded(this.#body.trailers);
    else this.#flowing = true;
    // Also where it is whole: an attempt that failed may have stopped the connection, and who does not read sees nobody leave.
    this.#connection.resume();
  }

  /** @returns where the body ended in `bytes`, or their end @throws MessageError */
  readBody(bytes: Buffer): number {
    const end = this.#body.read(bytes, 0, this);
    if (this.#body.done) this.#attempt?.requestEnded(this.#body.trailers);
    return end;
  }

  bodyData(piece: Buffer): void {
    this.#read += piece.length;
    if (this.#read <= KEPT_BYTES) {
      if (this.#kept.push(piece) > MOST_PIECES) this.#kept = [Buffer.concat(this.#kept)];
      this.#keptBytes += piece.length;
    } else this.#kept = [];
    if (this.#attempt && !this.#attempt.sendBody(piece)) this.#connection.pause();
  }

  /** What was sent is to be sent again. */
  rewind(): void {
    this.#flowing = false;
  }

  detach(): void {
    this.#attempt = undefined;
  }

  /** The client takes more of the answer again. */
  drained(): void {
    this.#attempt?.resume();
  }

  /** The client has left, or its body is not HTTP, or late. */
  abandon(failure: 'client-gone' | 'bad-request' | 'body-timeout'): void {
    const left = this.#left;
    this.#left = undefined;
    if (this.#attempt) this.#attempt.abandon(failure);
    else left?.(failure);
  }
}

/**
 * A part of a head that is kept with each of the newest requests: where the head is long a copy, as a part alone would keep all of its
 * text in the memory.
 */
function ownText({ long }: RequestHead, text: string): string {
  return long ? Buffer.from(text, 'latin1').toString('latin1') : text;
}
