import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Kind, type Message, readMessage } from './message.ts';

/** ms that anything may take to happen; a proxy that needs longer has failed the test. */
export let PATIENCE = 10_000;

/** A test that is known to wait in vain need not wait long. */
export function setPatience(known: boolean): void {
  PATIENCE = known ? 500 : 10_000;
}

/** One end of a connection, by hand: bytes go out as they are, what comes in is kept until somebody reads it. */
export class Wire {
  readonly socket: Socket;
  /** What came and was not read yet, one character per byte. */
  text = '';
  /** Everything that came, however it was read. */
  log = '';
  /** How the other side ended: with a FIN, or by a reset. */
  gone: 'ended' | 'reset' | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      this.text += text;
      this.log += text;
      this.#changed();
    });
    socket.on('end', () => this.#end('ended'));
    socket.on('error', () => this.#end('reset'));
    socket.on('close', () => this.#end('reset'));
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** Sends each byte as a packet of its own, as far as a system lets one say so. */
  async trickle(bytes: string): Promise<void> {
    for (const byte of bytes) {
      await new Promise((resolve) => this.socket.write(Buffer.from(byte, 'latin1'), resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** FIN: nothing more from here, but answers may come. */
  end(): void {
    this.socket.end();
  }

  /** RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Reads the next message once it is whole. */
  message(kind: Kind): Promise<Message> {
    return this.when(() => {
      const message = readMessage(this.text, this.gone === 'ended', kind);
      if (message) this.text = this.text.slice(message.raw.length);
      else if (this.gone) throw new Error(`The connection ${this.gone} in the middle of ${JSON.stringify(this.text)}`);
      return message;
    }, `a whole ${kind}`);
  }

  /** Waits for the other side to close, in whatever way. */
  closed(): Promise<'ended' | 'reset'> {
    return this.when(() => this.gone, 'the end of the connection');
  }

  /** Waits until what came since the last message contains `part`. */
  async arrived(part: string): Promise<void> {
    await this.when(() => this.text.includes(part), JSON.stringify(part));
  }

  /** Calls `probe` after every change until it answers something. */
  when<T>(probe: () => T | undefined | false, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const attempt = (): void => {
        try {
          const value = probe();
          if (value === undefined || value === false) return;
          stop();
          resolve(value);
        } catch (error) {
          stop();
          reject(error);
        }
      };
      const timer = setTimeout(() => {
        stop();
        const seen = `${this.text.length} bytes ${JSON.stringify(this.text.slice(0, 500))}`;
        reject(new Error(`Waited ${PATIENCE} ms in vain for ${what}; ${this.gone ?? 'still open'}, seen: ${seen}`));
      }, PATIENCE);
      const stop = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(attempt);
      };
      this.#waiting.add(attempt);
      attempt();
    });
  }

  #end(how: 'ended' | 'reset'): void {
    if (this.gone) return;
    this.gone = how;
    this.#changed();
  }

  #changed(): void {
    for (const attempt of [...this.#waiting]) attempt();
  }
}

/** @param halfOpen whether this side stays open for sending when the other ends */
export function openWire(port: number, halfOpen = false): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: halfOpen });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(new Wire(socket));
    });
  });
}

/** A request as it reached an origin, and the way to answer it. */
export interface Seen extends Message {
  readonly method: string;
  readonly target: string;
  readonly wire: Wire;
  answer(bytes: string): void;
}

/** An origin made of hand-written bytes: sees what really arrives and answers what no library would. */
export class RawOrigin {
  readonly port: number;
  readonly #server: Server;
  readonly wires: Wire[] = [];
  /** Every whole request, in the order of arrival. */
  readonly requests: Seen[] = [];
  /** What arrived and was not well-formed HTTP. */
  readonly problems: string[] = [];
  #taken = 0;
  #answer: ((seen: Seen) => string | undefined) | undefined;
  #raw: ((wire: Wire) => void) | undefined;
  #waiting: (() => void)[] = [];

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (socket) => {
      const wire = new Wire(socket);
      this.wires.push(wire);
      if (this.#raw) this.#raw(wire);
      else socket.on('data', () => this.#read(wire));
      this.#wake();
    });
  }

  static async listen(): Promise<RawOrigin> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new RawOrigin(server, (server.address() as { port: number }).port);
  }

  /** Answers every request from now on, so that a test need not. Undefined: that one is not answered. */
  answerAll(answer: string | ((seen: Seen) => string | undefined)): void {
    this.#answer = typeof answer === 'string' ? () => answer : answer;
  }

  /** Connections from now on are not parsed: `onWire` does everything. */
  byHand(onWire: (wire: Wire) => void = () => undefined): void {
    this.#raw = onWire;
  }

  /** The next request that nobody has taken yet. */
  request(): Promise<Seen> {
    return this.#when(() => {
      const seen = this.requests[this.#taken];
      if (seen) this.#taken++;
      return seen;
    }, 'a request at the origin');
  }

  /** The connection of this number, once it is made. */
  wire(index: number): Promise<Wire> {
    return this.#when(() => this.wires[index], `connection ${index} to the origin`);
  }

  /** Refuses connections from now on and cuts those there are. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const wire of this.wires) wire.socket.destroy();
    await closed;
  }

  #read(wire: Wire): void {
    try {
      for (;;) {
        const message = readMessage(wire.text, false, 'request');
        if (!message) return;
        wire.text = wire.text.slice(message.raw.length);
        const [method = '', target = ''] = message.start.split(' ');
        const seen: Seen = { ...message, method, target, wire, answer: (bytes) => wire.send(bytes) };
        this.requests.push(seen);
        const answer = this.#answer?.(seen);
        if (answer !== undefined) seen.answer(answer);
        this.#wake();
      }
    } catch (error) {
      this.problems.push(`${(error as Error).message} in ${JSON.stringify(wire.text.slice(0, 500))}`);
      wire.socket.destroy();
      this.#wake();
    }
  }

  #wake(): void {
    for (const attempt of this.#waiting.splice(0)) attempt();
  }

  #when<T>(probe: () => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const logs = this.wires.map(({ log }) => log.slice(0, 500));
        reject(
          new Error(`Waited ${PATIENCE} ms in vain for ${what}; seen: ${JSON.stringify([...logs, ...this.problems])}`),
        );
      }, PATIENCE);
      const attempt = (): void => {
        const value = probe();
        if (value === undefined) {
          this.#waiting.push(attempt);
          return;
        }
        clearTimeout(timer);
        resolve(value);
      };
      attempt();
    });
  }
}
