import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { now } from '../clock.ts';
import { IDLE_MS, type Target } from '../forwarder.ts';
import { BodyReader, type BodySink } from './body-reader.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import { HeadMemo } from './head-memo.ts';
import { HeadReader } from './head-reader.ts';
import { type Field, MessageError, parseResponseHead, type ResponseHead } from './message-head.ts';

/** Interim answers (1xx) to one request; more are a flood. */
const MAX_INTERIM = 32;
/**
 * What is read from plain sockets in this thread, one piece after the other, each used up before the next: memory of its own for every
 * piece took a thirtieth of the thread's time.
 */
const READ = Buffer.allocUnsafeSlow(65_536);
/** ms that one is kept at most, whatever the origin says. */
const LONGEST_IDLE_MS = 60_000;

/** Whoever has a connection for one exchange with its origin. */
export interface OriginUser extends BodySink {
  readonly method: string;
  /** The whole request is on its way: the connection may be used again after the answer. */
  readonly requestSent: boolean;
  connected(): void;
  interim(head: ResponseHead): void;
  /** An answer to an upgrade: from here on the connection carries bytes. @returns false if nobody asked for it */
  switched(head: ResponseHead): boolean;
  answered(head: ResponseHead): void;
  /** Everything that came at once has been read. */
  flush(): void;
  ended(trailers: readonly Field[]): void;
  /** `code` of the socket's error, or `bad-response`, `closed`. `connected`: whether it had been. */
  broke(code: string): void;
  /** The connection takes more again. */
  drained(): void;
  /** To be used at once or copied. */
  tunnelData(bytes: Buffer): void;
  tunnelEnded(): void;
  deadlinePassed(): void;
}

export interface OriginConnectionOwner {
  readonly deadlines: Deadlines;
  /** It is idle and can take another request. */
  release(connection: OriginConnection): void;
  gone(connection: OriginConnection): void;
}

/** One connection to an origin: sends a request, reads its answers strictly, and is used again when nothing is left on it. */
export class OriginConnection implements Timed {
  readonly target: Target;
  readonly socket: Socket;
  deadline = Number.POSITIVE_INFINITY;
  /** Whether it has served a request before: then its origin may have closed it just now. */
  reused = false;
  /** How long (ms) it may stay idle. */
  idleMs = IDLE_MS;
  readonly #owner: OriginConnectionOwner;
  readonly #heads = new HeadReader();
  readonly #memo = new HeadMemo<ResponseHead>();
  #user: OriginUser | undefined;
  #head: ResponseHead | undefined;
  #body: BodyReader | undefined;
  #interims = 0;
  #tunnel = false;
  #connected = false;
  #errorCode = 'closed';

  constructor(target: Target, owner: OriginConnectionOwner) {
    this.target = target;
    this.#owner = owner;
    this.socket = open(target, (bytes) => this.#onData(bytes));
    this.socket.on(target.tls ? 'secureConnect' : 'connect', () => this.#onConnect());
    this.socket.on('drain', () => this.#user?.drained());
    this.socket.on('end', () => this.#onEnd());
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#errorCode = error.code ?? 'closed';
    });
    this.socket.on('close', () => this.#onClose());
    owner.deadlines.add(this);
  }

  /** Gives the connection to one exchange; `connected` is called now or when it is. */
  use(user: OriginUser): void {
    this.#user = user;
    this.deadline = Number.POSITIVE_INFINITY;
    if (this.#connected) user.connected();
  }

  /** Ends an exchange in the middle; what its origin still sends is of no use. */
  abandon(): void {
    this.#user = undefined;
    this.socket.destroy();
  }

  expired(): void {
    if (this.#user) this.#user.deadlinePassed();
    else this.socket.destroy();
  }

  /** An idle one: its origin closes it whether this thread runs or not. */
  get ages(): boolean {
    return this.#user === undefined;
  }

  #onConnect(): void {
    this.#connected = true;
    this.#user?.connected();
  }

  #onData(bytes: Buffer): void {
    const user = this.#user;
    if (!user) {
      // Bytes that nobody asked for: whoever came next would take them for an answer.
      this.socket.destroy();
      return;
    }
    if (this.#tunnel) {
      user.tunnelData(bytes);
      return;
    }
    try {
      this.#read(bytes, user);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#break('bad-response');
    }
  }

  #read(bytes: Buffer, user: OriginUser): void {
    let at = 0;
    while (!this.#body) {
      const text = this.#heads.read(bytes, at);
      if (text === undefined) return;
      at = this.#heads.next;
      const head = user.method === 'HEAD' ? parseResponseHead(text, true) : this.#memo.of(text, parseAnswer);
      if (head.status >= 200) {
        this.#head = head;
        this.#body = new BodyReader(head.framing, head.contentLength ?? 0);
        user.answered(head);
      } else if (head.status === 101) {
        if (!user.switched(head)) throw new MessageError(502, 'a switch that nobody asked for');
        this.#tunnel = true;
        if (at < bytes.length) user.tunnelData(bytes.subarray(at));
        return;
      } else {
        if (++this.#interims > MAX_INTERIM) throw new MessageError(502, 'too many interim answers');
        user.interim(head);
      }
      if (this.#user !== user) return;
    }
    at = this.#body.read(bytes, at, user);
    if (this.#user !== user) return;
    if (this.#body.done) this.#finish(user, at === bytes.length);
    else user.flush();
  }

  #finish(user: OriginUser, clean: boolean): void {
    const head = this.#head as ResponseHead;
    const trailers = this.#body?.trailers ?? [];
    this.#user = undefined;
    this.#head = undefined;
    this.#body = undefined;
    this.#interims = 0;
    if (clean && head.keepAlive && user.requestSent && !this.socket.destroyed) {
      // A slow client may have stopped it at its last piece; that one is not there to let it go on any more.
      this.socket.resume();
      this.reused = true;
      this.idleMs = idleTime(head);
      this.deadline = now() + this.idleMs;
      this.#owner.release(this);
    } else this.socket.destroy();
    user.ended(trailers);
  }

  #onEnd(): void {
    const user = this.#user;
    if (this.#tunnel) {
      user?.tunnelEnded();
      return;
    }
    if (user && this.#body?.ended()) this.#finish(user, false);
    else this.socket.destroy();
  }

  #break(code: string): void {
    const user = this.#user;
    this.#user = undefined;
    this.socket.destroy();
    user?.broke(code);
  }

  #onClose(): void {
    this.#owner.deadlines.remove(this);
    this.#owner.gone(this);
    this.#break(this.#errorCode);
  }
}

/** An answer to anything but HEAD: what it says depends on nothing but its text. */
function parseAnswer(text: string): ResponseHead {
  return parseResponseHead(text, false);
}

/** @param onData called with each piece that comes, to be used at once or copied */
function open({ host, port, tls }: Target, onData: (bytes: Buffer) => void): Socket {
  const options = { host, port, noDelay: true, allowHalfOpen: true };
  if (!tls) {
    const callback = (length: number): boolean => {
      onData(READ.subarray(0, length));
      return true;
    };
    return connect({ ...options, onread: { buffer: READ, callback } });
  }
  return connectTls({
    socket: connect(options),
    host,
    // An address cannot be a server name (RFC 6066 §3); the certificate is still checked against it.
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ['http/1.1'],
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.unverified && { rejectUnauthorized: false }),
  }).on('data', onData);
}

/** What the origin says of its own patience (`Keep-Alive: timeout=5`), less a second for the way. */
function idleTime(head: ResponseHead): number {
  const hint = head.fields.find(({ name }) => name === 'keep-alive');
  const seconds = /timeout=(\d+)/i.exec(hint?.value ?? '')?.[1];
  return seconds === undefined ? IDLE_MS : Math.min(LONGEST_IDLE_MS, Math.max(0, Number(seconds) * 1000 - 1000));
}
