import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { now } from '../clock.ts';
import { RETIRED_MS } from '../forwarder.ts';
import type { ClientConnectionOwner } from './client-connection-owner.ts';
import { BODY_MS, HEAD_MS, KEEP_ALIVE_MS, LINGER_MS, LONGEST_LINGER_MS, SEND_MS } from './client-timeouts.ts';
import type { Timed } from './deadlines.ts';
import { HeadMemo } from './head-memo.ts';
import { afterEmptyLines, HeadReader } from './head-reader.ts';
import { InboundMessage } from './inbound-message.ts';
import { MessageError, parseRequestHead, type RequestHead } from './message-head.ts';
import { type InboundHop, refusal } from './outgoing-head.ts';

/** Bytes of what comes next that are held while a request is in progress; then the socket is paused. */
const MAX_AHEAD = 65_536;

/** `sending`: it has not taken its last answer yet. Who asks and asks and never reads must not fill the memory with answers. */
type Phase = 'head' | 'request' | 'sending' | 'tunnel' | 'linger';

/** One client's connection: reads its requests one after the other and writes their answers in the same order. */
export class ClientConnection implements Timed {
  readonly socket: Socket;
  readonly hop: InboundHop;
  deadline: number;
  readonly #owner: ClientConnectionOwner;
  readonly #heads = new HeadReader();
  readonly #memo = new HeadMemo<RequestHead>();
  #phase: Phase = 'head';
  /** Bytes that came and are not read yet. */
  #ahead: Buffer | undefined;
  #message: InboundMessage | undefined;
  /** The turn of the event loop in which the request became whole, or the last of what is ahead came. */
  #saidIn = 0;
  #reading = false;
  #keepAlive = true;
  /** It has said all it wants to say, and waits for its answers. */
  #halfClosed = false;
  /** When (ms) whatever it still sends is not thrown away any longer. */
  #lingersUntil = 0;
  /** The other end of a tunnel. */
  #origin: Socket | undefined;

  constructor(socket: Socket, owner: ClientConnectionOwner) {
    this.socket = socket;
    this.#owner = owner;
    this.hop = {
      peer: socket.remoteAddress ?? '',
      proto: 'encrypted' in socket ? 'https' : 'http',
      trust: owner.trustForwarded,
      tellsForwarded: owner.tellsForwarded,
    };
    this.deadline = now() + HEAD_MS;
    owner.deadlines.add(this);
    socket.on('data', (bytes: Buffer) => this.#onData(bytes));
    socket.on('end', () => this.#onEnd());
    socket.on('drain', () => this.#onDrain());
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => this.#onClose());
  }

  /** Whether the answer in progress is the last one. */
  get closesAfterAnswer(): boolean {
    return !this.#keepAlive || this.#owner.retired || (this.#halfClosed && this.#ahead === undefined);
  }

  write(text: string): boolean {
    return this.socket.write(text, 'latin1');
  }

  /** The origin takes no more for now: the client is not to be blamed for its silence. */
  pause(): void {
    this.socket.pause();
    this.deadline = Number.POSITIVE_INFINITY;
  }

  resume(): void {
    this.socket.resume();
    if (this.#message && !this.#message.whole) this.deadline = now() + BODY_MS;
    this.#read();
  }

  /** It takes no more of its answer for now. */
  awaitDrain(): void {
    this.deadline = now() + SEND_MS;
  }

  /** Closes at once: by RST where a part of an answer would look whole otherwise, as only the connection's end would tell. */
  cut(): void {
    const isTaken = this.#phase === 'head' || this.#phase === 'tunnel' || this.#lingersUntil > 0;
    if (isTaken || this.hop.proto === 'https') this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  /** The answer to the request in progress is written. */
  answered(close: boolean): void {
    if (this.socket.destroyed) return;
    const message = this.#message;
    this.#message = undefined;
    if (close || !message?.whole) {
      this.#lingerAfter('');
      return;
    }
    this.#goOn(this.socket.writableNeedDrain ? 'sending' : 'head');
  }

  /** Its next request may come; it is read once the answer before it is taken. */
  #goOn(phase: 'sending' | 'head'): void {
    this.#phase = phase;
    this.deadline = now() + (phase === 'sending' ? SEND_MS : this.#owner.retired ? RETIRED_MS : KEEP_ALIVE_MS);
    if (this.socket.isPaused()) this.socket.resume();
    this.#read();
  }

  /** Answers the request in progress ourselves. */
  refuse(status: number, text: string, bodyless: boolean, close: boolean): void {
    if (this.socket.destroyed) return;
    const last = close || this.closesAfterAnswer;
    this.write(refusal(status, text, bodyless, last));
    this.answered(last);
  }

  startTunnel(origin: Socket): void {
    this.#phase = 'tunnel';
    this.#origin = origin;
    this.deadline = Number.POSITIVE_INFINITY;
    origin.once('close', () => this.socket.destroySoon());
    this.resume();
    // Its half was closed together with its request: nobody else tells the origin.
    if (this.socket.readableEnded) origin.end();
  }

  expired(): void {
    const message = this.#message;
    if (this.#phase === 'request' && message && !message.whole) this.#breakOff(message, 'body-timeout');
    else if (this.#phase !== 'head') this.cut();
    else if (!this.#heads.started) this.#lingerAfter('');
    else this.#malformed(new MessageError(408, 'a request that did not come to its end in time'));
  }

  /** Another forwarder takes over: closes soon if nothing is going on, else after the answer. */
  retire(): void {
    if (this.#phase === 'head' && !this.#heads.started) this.deadline = now() + RETIRED_MS;
  }

  #onData(bytes: Buffer): void {
    if (this.#phase === 'linger') {
      if (this.#lingersUntil > 0) this.deadline = Math.min(now() + LINGER_MS, this.#lingersUntil);
      return;
    }
    if (this.#phase === 'tunnel') {
      if (this.#origin?.write(bytes) === false) this.socket.pause();
      return;
    }
    this.#ahead = this.#ahead ? Buffer.concat([this.#ahead, bytes]) : bytes;
    this.#read();
    if (this.#ahead) this.#saidIn = this.#owner.turns.mark();
  }

  /** Reads what is there as far as it may be read now. */
  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#ahead && this.#step(this.#ahead));
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#malformed(error);
    } finally {
      this.#reading = false;
    }
    if (this.#ahead && this.#ahead.length > MAX_AHEAD) this.socket.pause();
    if (this.#halfClosed) this.#onAllRead();
  }

  /** @returns whether there may be more to read */
  #step(bytes: Buffer): boolean {
    switch (this.#phase) {
      case 'head':
        return this.#readHead(bytes);
      case 'request':
        return this.#readBody(bytes);
      case 'tunnel':
        this.#ahead = undefined;
        this.#origin?.write(bytes);
        return false;
      default:
        return false;
    }
  }

  #readHead(bytes: Buffer): boolean {
    const begun = this.#heads.started;
    const from = begun ? 0 : afterEmptyLines(bytes);
    // Nothing else, or half an empty line.
    if (!begun && (from === bytes.length || (from + 1 === bytes.length && bytes[from] === 13))) {
      this.#keepRest(bytes, from);
      return false;
    }
    const text = this.#heads.read(bytes, from);
    if (text === undefined) {
      this.#ahead = undefined;
      if (!begun) this.deadline = now() + HEAD_MS;
      return false;
    }
    this.#keepRest(bytes, this.#heads.next);
    const head = this.#memo.of(text, parseRequestHead);
    this.#phase = 'request';
    this.#keepAlive = head.keepAlive;
    const message = new InboundMessage(head, this, this.#owner.pool);
    this.#message = message;
    this.#bodyRead(message);
    this.#owner.handler.request(message);
    return true;
  }

  #readBody(bytes: Buffer): boolean {
    const message = this.#message;
    if (!message?.flowing) return false;
    this.#keepRest(bytes, message.readBody(bytes));
    this.#bodyRead(message);
    return true;
  }

  #bodyRead(message: InboundMessage): void {
    if (message.whole) this.#saidIn = this.#owner.turns.mark();
    this.deadline = message.whole ? Number.POSITIVE_INFINITY : now() + BODY_MS;
  }

  #keepRest(bytes: Buffer, from: number): void {
    this.#ahead = from < bytes.length ? bytes.subarray(from) : undefined;
  }

  #malformed(error: MessageError): void {
    if (this.#message) return void this.#breakOff(this.#message, 'bad-request');
    this.#owner.handler.malformed(this.hop.peer, error.status, error.message);
    const text = `${error.status} ${STATUS_CODES[error.status]}: the request had ${error.message}.\n`;
    this.#lingerAfter(refusal(error.status, text, false, true));
  }

  /** In the middle of a body: the attempt ends, and whoever ordered it answers. */
  #breakOff(message: InboundMessage, failure: 'bad-request' | 'body-timeout'): void {
    message.abandon(failure);
    if (this.#message === message) this.#lingerAfter('');
  }

  /** Closes in a way that lets the client read what it was told: our half first, then all when it has closed its own. */
  #lingerAfter(text: string): void {
    this.#phase = 'linger';
    this.#ahead = undefined;
    // The client may be slow to take what is left of its answer.
    this.deadline = now() + SEND_MS;
    this.socket.end(text, 'latin1', () => {
      this.deadline = now() + LINGER_MS;
      this.#lingersUntil = now() + LONGEST_LINGER_MS;
    });
    this.socket.resume();
  }

  #onEnd(): void {
    const message = this.#message;
    if (this.#phase === 'tunnel') return void this.#origin?.end();
    // A client that closes its half together with its request wants the answer; one that closes it later has left.
    const waits = this.#ahead !== undefined || (message?.whole && !message.answerBegun);
    this.#halfClosed = waits === true && (message === undefined || this.#owner.turns.isRecent(this.#saidIn));
    if (this.#halfClosed) this.#read();
    else this.#leave();
  }

  /** Nothing comes behind what was read. */
  #onAllRead(): void {
    if (this.#phase === 'head') this.#lingerAfter('');
    else if (this.#message?.flowing && this.#ahead === undefined) this.#leave();
  }

  #leave(): void {
    this.#message?.abandon('client-gone');
    if (!this.socket.destroyed) this.socket.end();
  }

  #onDrain(): void {
    if (this.#phase === 'tunnel') return void this.#origin?.resume();
    if (this.#phase === 'sending') return void this.#goOn('head');
    const message = this.#message;
    if (!message) return;
    this.deadline = message.whole ? Number.POSITIVE_INFINITY : now() + BODY_MS;
    message.drained();
  }

  #onClose(): void {
    this.#owner.deadlines.remove(this);
    this.#owner.gone(this);
    this.#ahead = undefined;
    const message = this.#message;
    this.#message = undefined;
    message?.abandon('client-gone');
  }
}
