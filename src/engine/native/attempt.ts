import type { FailureKind } from '../../core/failure.ts';
import { isIdempotent } from '../../core/retry.ts';
import { NOT_TOLD } from '../../protocol/attempt-record.ts';
import { now } from '../clock.ts';
import { connectFailure } from '../connect-failure.ts';
import type { AttemptWatch, Target } from '../forwarder.ts';
import { LOAD_HEADER } from '../load-report.ts';
import { queuedOf } from '../server-timing.ts';
import type { ClientConnection } from './client-connection.ts';
import { SEND_MS } from './client-timeouts.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { InboundMessage } from './inbound-message.ts';
import { type Field, type OutgoingResponse, type ResponseHead, switchesTo } from './message-head.ts';
import type { OriginConnection, OriginUser } from './origin-connection.ts';
import { lastChunk, outgoingInterimHead, outgoingRequestHead, outgoingResponseHead } from './outgoing-head.ts';
import { writeChunk, writePiece } from './piece-writes.ts';

/** One request on its way to one origin and its answer on the way back. */
export class Attempt implements OriginUser {
  readonly method: string;
  requestSent = false;
  readonly #client: ClientConnection;
  readonly #message: InboundMessage;
  readonly #target: Target;
  readonly #watch: AttemptWatch;
  readonly #pool: ConnectionPool;
  #connection: OriginConnection;
  #connectedAt = 0;
  #firstByteAt = 0;
  #status = 0;
  #queued = NOT_TOLD;
  #sent = 0;
  #received = 0;
  #out: OutgoingResponse | undefined;
  /** The answer's head until the first piece of its body is there: both go in one write. */
  #head = '';
  #responseStarted = false;
  /** The client does not take what there is of the answer. */
  #held = false;
  #tunnel = false;
  #over = false;

  constructor(
    client: ClientConnection,
    message: InboundMessage,
    target: Target,
    watch: AttemptWatch,
    pool: ConnectionPool,
  ) {
    this.#client = client;
    this.#message = message;
    this.method = message.method;
    this.#target = target;
    this.#watch = watch;
    this.#pool = pool;
    this.#connection = pool.take(target, false);
  }

  start(): void {
    this.#connection.use(this);
    if (this.#connectedAt === 0 && !this.#over) this.#expectWithin(this.#watch.timeouts.connect);
  }

  /** Whether the client has got anything of the answer. */
  get responseStarted(): boolean {
    return this.#responseStarted;
  }

  connected(): void {
    this.#connectedAt = now();
    const { head } = this.#message;
    const text = outgoingRequestHead(head, this.#client.hop, this.#target);
    const { socket } = this.#connection;
    if (head.framing === 'none') {
      socket.write(text, 'latin1');
      this.requestEnded();
      return;
    }
    socket.cork();
    socket.write(text, 'latin1');
    process.nextTick(() => socket.uncork());
    this.#clientSends();
    this.#message.startBody(this);
  }

  /** A piece of the request's body. @returns false: enough for now, `drained` will say when to go on */
  sendBody(piece: Buffer): boolean {
    this.#sent += piece.length;
    const more = this.#write(piece);
    if (more) this.#clientSends();
    else this.#awaitAnswer();
    return more;
  }

  #write(piece: Buffer): boolean {
    const { socket } = this.#connection;
    if (this.#message.head.framing !== 'chunked') return socket.write(piece);
    socket.cork();
    socket.write(`${piece.length.toString(16)}\r\n`, 'latin1');
    socket.write(piece);
    const more = socket.write('\r\n', 'latin1');
    socket.uncork();
    return more;
  }

  /** The request is whole. */
  requestEnded(trailers: readonly Field[] = []): void {
    this.requestSent = true;
    if (this.#message.head.framing === 'chunked') this.#connection.socket.write(lastChunk(trailers), 'latin1');
    if (this.#firstByteAt === 0) this.#awaitAnswer();
  }

  /** The client has left, or its body is not HTTP. */
  abandon(failure: FailureKind): void {
    const { readableEnded, writableEnded } = this.#connection.socket;
    if (!this.#tunnel) this.#fail(failure);
    // Both sides have said all, but the client's last words may still be on their way to the origin.
    else if (readableEnded && writableEnded) this.#connection.deadline = now() + SEND_MS;
    else this.#fail(undefined);
  }

  drained(): void {
    if (!this.requestSent) this.#clientSends();
    this.#client.resume();
  }

  deadlinePassed(): void {
    if (this.#tunnel) this.#fail(undefined);
    else if (now() >= this.#watch.deadline) this.#fail('total-timeout');
    else if (this.#connectedAt === 0) this.#fail('connect-timeout');
    else this.#fail(this.#firstByteAt === 0 ? 'first-byte-timeout' : 'idle-timeout');
  }

  interim(head: ResponseHead): void {
    if (this.#message.head.minor === 1) this.#client.write(outgoingInterimHead(head));
    if (this.requestSent) this.#awaitAnswer();
  }

  switched(head: ResponseHead): boolean {
    const { upgrade } = this.#message.head;
    if (upgrade === undefined || !this.requestSent || !switchesTo(upgrade, head)) return false;
    this.#answeredWith(head);
    this.#tunnel = true;
    this.#connection.deadline = Number.POSITIVE_INFINITY;
    this.#responseStarted = true;
    this.#client.write(outgoingInterimHead(head));
    this.#client.startTunnel(this.#connection.socket);
    return true;
  }

  answered(head: ResponseHead): void {
    this.#answeredWith(head);
    if (head.status >= 500 && this.#watch.withholds(head.status, this.#message.replayable)) {
      this.#connection.abandon();
      this.#end(undefined);
      return;
    }
    const { minor } = this.#message.head;
    // Half a body may be left on the client's connection: it cannot be used for another request.
    const close = this.#client.closesAfterAnswer || !this.#message.whole;
    this.#out = outgoingResponseHead(head, minor, close, this.#watch.fields());
    this.#head = this.#out.head;
  }

  bodyData(piece: Buffer): void {
    this.#received += piece.length;
    const head = this.#head;
    this.#head = '';
    this.#responseStarted = true;
    const write = this.#out?.body === 'chunked' ? writeChunk : writePiece;
    this.#held = !write(this.#client.socket, head, piece);
    if (this.#held) {
      this.#connection.socket.pause();
      // What its client does not take the origin cannot send.
      this.#connection.deadline = this.#watch.deadline;
      this.#client.awaitDrain();
    }
  }

  flush(): void {
    if (!this.#held) this.#awaitMore();
    if (this.#head === '') return;
    this.#responseStarted = true;
    this.#client.write(this.#head);
    this.#head = '';
  }

  /** The client takes more again. */
  resume(): void {
    this.#held = false;
    this.#connection.socket.resume();
    if (!this.#tunnel) this.#awaitMore();
  }

  ended(trailers: readonly Field[]): void {
    const last = this.#out?.body === 'chunked' ? lastChunk(trailers) : '';
    if (this.#head !== '' || last !== '') this.#client.write(this.#head + last);
    this.#responseStarted = true;
    this.#end(undefined);
  }

  tunnelData(bytes: Buffer): void {
    this.#received += bytes.length;
    if (!this.#client.socket.write(Buffer.from(bytes))) this.#connection.socket.pause();
  }

  tunnelEnded(): void {
    this.#client.socket.end();
  }

  broke(code: string): void {
    if (this.#tunnel) {
      this.#end(undefined);
      return;
    }
    if (this.#connectedAt === 0) {
      this.#fail(connectFailure(code, this.#target.tls !== undefined));
    } else if (this.#responseStarted) {
      this.#fail('broken-body');
    } else if (code !== 'bad-response' && this.#connection.reused && this.#mayStartAgain()) {
      // Kept alive too long: its origin closed it just when it was chosen. Nothing was done there, so nothing failed.
      this.#connectedAt = 0;
      this.#sent = 0;
      this.requestSent = false;
      this.#message.rewind();
      this.#connection = this.#pool.take(this.#target, true);
      this.start();
    } else {
      // Also where its head was still held back for its body: the client may be told what happened.
      this.#fail(code === 'bad-response' ? 'bad-response' : 'reset');
    }
  }

  #mayStartAgain(): boolean {
    return this.#firstByteAt === 0 && isIdempotent(this.method) && this.#message.replayable;
  }

  #answeredWith(head: ResponseHead): void {
    this.#firstByteAt = now();
    this.#status = head.status;
    for (const { name, value } of head.fields) {
      if (name === 'server-timing') this.#queued = queuedOf(value);
      else if (name === LOAD_HEADER) this.#watch.reported(value);
    }
  }

  /** As long as its client is at it the origin is not late, unless it takes no more: it owes nothing, or more of an answer it has begun. */
  #clientSends(): void {
    if (this.#firstByteAt === 0 || this.#held) this.#connection.deadline = this.#watch.deadline;
    else this.#awaitMore();
  }

  /** The first byte of the answer is due from now on, as long as a body still flows. */
  #awaitAnswer(): void {
    if (this.#firstByteAt === 0) this.#expectWithin(this.#watch.timeouts.firstByte);
  }

  /** The next byte of the answer is. */
  #awaitMore(): void {
    const { idle } = this.#watch.timeouts;
    this.#expectWithin(idle === 'off' ? Number.POSITIVE_INFINITY : idle);
  }

  #expectWithin(ms: number): void {
    this.#connection.deadline = Math.min(now() + ms, this.#watch.deadline);
  }

  #fail(failure: FailureKind | undefined): void {
    if (this.#over) return;
    this.#connection.abandon();
    if (this.#responseStarted && failure !== undefined) this.#client.cut();
    this.#end(failure);
  }

  #end(failure: FailureKind | undefined): void {
    if (this.#over) return;
    this.#over = true;
    const replayable = this.#message.replayable;
    const done = this.#responseStarted && failure === undefined;
    if (!done) this.#message.rewind();
    this.#message.detach();
    this.#watch.done({
      failure,
      status: this.#status,
      responseStarted: this.#responseStarted,
      bytesSent: this.#connectedAt > 0,
      replayable,
      connectedAt: this.#connectedAt,
      firstByteAt: this.#firstByteAt,
      endedAt: now(),
      queued: this.#queued,
      sent: this.#sent,
      received: this.#received,
    });
    if (done && !this.#tunnel) this.#client.answered(this.#out?.close ?? true);
  }
}
