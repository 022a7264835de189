import { type ErrorCode, EvenkeelError } from '../core/errors.ts';
import type { Message, Transport } from './transport.ts';

/** What one side offers: a function per call name, asked with JSON and answering JSON (or a promise of it). */
type Calls = Readonly<Record<string, (params: never) => unknown>>;

/** Calls of a side that has no contract of its own. */
type AnyCalls = Readonly<Record<string, (params?: unknown) => unknown>>;
/** What a call is asked with. */
export type ParamsOf<Call> = Call extends (...params: infer Params) => unknown ? Params : never;
/** What comes back of a call. */
export type AnswerOf<Call> = Call extends (...params: never) => infer Answer ? Awaited<Answer> : never;

/** What keeps a contract: its calls, each answered now or later. */
export type Keeping<Contract> = {
  readonly [Name in keyof Contract]: Contract[Name] extends (...params: infer Params) => infer Answer
    ? (...params: Params) => Answer | Awaited<Answer> | Promise<Awaited<Answer>>
    : never;
};

type Envelope =
  | { readonly id: number; readonly call: string; readonly params?: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly message: string } }
  | { readonly event: string; readonly data: unknown };

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * Request/reply, events and binary frames over any transport, the same on both sides. A reply answers exactly one request; when
 * the other side goes, what is pending is rejected with `disconnected`. `Asked` is the contract of the other side, such as
 * `LabCalls`: what can be asked of it, with what, and what comes back.
 */
export class Peer<Asked extends object = AnyCalls> {
  #transport: Transport;
  #calls: Calls;
  #pending = new Map<number, Pending>();
  #next = 1;
  #closed = false;
  #silence: EvenkeelError | undefined;
  #events = new Map<string, Set<(data: never) => void>>();
  #frames: ((bytes: Uint8Array) => void) | undefined;
  #closers = new Set<() => void>();

  constructor(transport: Transport, calls: Calls = {}) {
    this.#transport = transport;
    this.#calls = calls;
    transport.onMessage((message) => this.#receive(message));
    transport.onClose(() => this.#disconnect());
  }

  /** @throws EvenkeelError what the other side threw, or `disconnected` */
  request<Name extends keyof Asked & string>(
    call: Name,
    ...[params]: ParamsOf<Asked[Name]>
  ): Promise<AnswerOf<Asked[Name]>> {
    if (this.#closed) return Promise.reject(disconnected());
    if (this.#silence) return Promise.reject(this.#silence);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#send({ id, call, params });
    });
  }

  /**
   * The other side is there, but silent: whatever waits for its answer is told so, and whatever is asked from here on.
   * @param why undefined: it answers again
   */
  setSilent(why: EvenkeelError | undefined): void {
    this.#silence = why;
    if (why) this.#refuseAll(why);
  }

  emit(event: string, data: unknown): void {
    this.#send({ event, data });
  }

  sendFrame(bytes: Uint8Array): void {
    if (!this.#closed) this.#transport.send(bytes);
  }

  on<Data>(event: string, listener: (data: Data) => void): void {
    const listeners = this.#events.get(event) ?? new Set();
    listeners.add(listener as (data: never) => void);
    this.#events.set(event, listeners);
  }

  onFrame(listener: (bytes: Uint8Array) => void): void {
    this.#frames = listener;
  }

  onClose(listener: () => void): void {
    this.#closers.add(listener);
  }

  close(): void {
    this.#transport.close();
    this.#disconnect();
  }

  #send(envelope: Envelope): void {
    if (!this.#closed) this.#transport.send(JSON.stringify(envelope));
  }

  #receive(message: Message): void {
    if (this.#closed) return;
    if (typeof message !== 'string') {
      this.#frames?.(message);
      return;
    }
    let envelope: Envelope;
    try {
      envelope = JSON.parse(message) as Envelope;
    } catch {
      return; // not ours: a peer never sends text that is not JSON
    }
    if (typeof envelope !== 'object' || envelope === null) return;
    if ('call' in envelope) void this.#answer(envelope.id, envelope.call, envelope.params);
    else if ('event' in envelope)
      for (const listener of this.#events.get(envelope.event) ?? []) listener(envelope.data as never);
    else if ('id' in envelope) {
      const pending = this.#pending.get(envelope.id);
      this.#pending.delete(envelope.id);
      if ('error' in envelope) pending?.reject(new EvenkeelError(envelope.error.code, envelope.error.message));
      else pending?.resolve(envelope.result);
    }
  }

  async #answer(id: number, call: string, params: unknown): Promise<void> {
    try {
      const handler = Object.hasOwn(this.#calls, call) ? this.#calls[call] : undefined;
      if (!handler)
        throw new EvenkeelError('bad-command', `There is no call named ${JSON.stringify(String(call).slice(0, 60))}.`);
      this.#send({ id, result: (await handler(params as never)) ?? null });
    } catch (error) {
      this.#send({ id, error: describe(error) });
    }
  }

  #disconnect(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#refuseAll(disconnected());
    for (const listener of this.#closers) listener();
  }

  #refuseAll(why: EvenkeelError): void {
    for (const pending of this.#pending.values()) pending.reject(why);
    this.#pending.clear();
  }
}

function describe(error: unknown): { code: ErrorCode; message: string } {
  if (error instanceof EvenkeelError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

function disconnected(): EvenkeelError {
  return new EvenkeelError('disconnected', 'The lab is not connected; it will be tried again.');
}
