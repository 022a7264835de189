import { now } from './clock.ts';
import type { Target } from './forwarder.ts';
import type { ConnectionPool } from './native/connection-pool.ts';
import type { OriginConnection } from './native/origin-connection.ts';
import { PlainGet } from './native/plain-get.ts';

/** How a request went, as its client saw it. */
export interface TrafficAnswer {
  /** 0: there was no whole answer, or the client gave up. */
  readonly status: number;
  /** `name=value` that the client is to say from now on. */
  readonly cookie: string | undefined;
}

/**
 * One GET of the lab's clients, on the connections that the native forwarder has to origins: Node's own HTTP client takes
 * several times the processor time, and load is made on the machine that is measured.
 */
export class TrafficExchange extends PlainGet {
  protected connection: OriginConnection;
  readonly #pool: ConnectionPool;
  readonly #target: Target;
  readonly #deadline: number;
  readonly #onEnd: (exchange: TrafficExchange, answer: TrafficAnswer) => void;

  /**
   * @param text the whole request, latin-1
   * @param patience ms after which the client leaves
   * @param onEnd called once, unless `abort` comes first
   */
  constructor(
    pool: ConnectionPool,
    target: Target,
    text: string,
    patience: number,
    onEnd: (exchange: TrafficExchange, answer: TrafficAnswer) => void,
  ) {
    super(text);
    this.#pool = pool;
    this.#target = target;
    this.#deadline = now() + patience;
    this.#onEnd = onEnd;
    this.connection = pool.take(target, false);
    this.#begin();
  }

  abort(): void {
    this.connection.abandon();
  }

  ended(): void {
    const cookie = this.head?.fields.find(({ name }) => name === 'set-cookie')?.value;
    this.#onEnd(this, { status: this.head?.status ?? 0, cookie: cookie?.split(';', 1)[0] });
  }

  broke(): void {
    // The balancer may have closed a kept connection just when it was used again: as browsers do, once more on a new one.
    if (this.connection.reused && !this.head) {
      this.connection = this.#pool.take(this.#target, true);
      this.#begin();
    } else this.#fail();
  }

  deadlinePassed(): void {
    this.abort();
    this.#fail();
  }

  #begin(): void {
    this.connection.use(this);
    this.connection.deadline = this.#deadline;
  }

  #fail(): void {
    this.#onEnd(this, { status: 0, cookie: undefined });
  }
}
