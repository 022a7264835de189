import { now } from './clock.ts';
import { isOwnTrouble } from './connect-failure.ts';
import { authorityOf, type Target } from './forwarder.ts';
import { LOAD_HEADER, type Load, loadInHeader, loadInHealth } from './load-report.ts';
import type { Deadlines } from './native/deadlines.ts';
import { OriginConnection, type OriginConnectionOwner } from './native/origin-connection.ts';
import { PlainGet } from './native/plain-get.ts';

/** Bytes of an answer that are looked at; more are not waited for. */
const MAX_ANSWER_BYTES = 16_384;

/** What the commonest errors are called on screen; the rest keep their code. */
const ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection broke off',
  closed: 'connection broke off',
  'bad-response': 'not an HTTP answer',
};

/** How a check went. */
export interface CheckEnd {
  readonly ok: boolean;
  /** What was seen, for people. */
  readonly reason: string;
  readonly load: Load | undefined;
}

/**
 * One GET that asks an origin for its health, on a connection of its own: it must not succeed on one that was opened while the
 * origin still accepted. By the forwarder's means, because to begin a request with Node's client takes up to a millisecond, and
 * whoever's answer comes just then waits for that.
 */
export class HealthCheck extends PlainGet implements OriginConnectionOwner {
  readonly deadlines: Deadlines;
  readonly #timeout: number;
  readonly #onEnd: (check: HealthCheck, end: CheckEnd | undefined) => void;
  protected readonly connection: OriginConnection;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;
  #over = false;

  /**
   * @param timeout ms for the whole of it
   * @param onEnd called once, unless `stop` comes first; without an end where the origin could not be asked at all
   */
  constructor(
    target: Target,
    path: string,
    timeout: number,
    deadlines: Deadlines,
    onEnd: (check: HealthCheck, end: CheckEnd | undefined) => void,
  ) {
    super(
      `GET ${path} HTTP/1.1\r\nHost: ${authorityOf(target)}\r\nUser-Agent: evenkeel-health-check\r\n` +
        'Accept: application/json, */*\r\nConnection: close\r\n\r\n',
    );
    this.deadlines = deadlines;
    this.#timeout = timeout;
    this.#onEnd = onEnd;
    this.connection = new OriginConnection(target, this);
    this.connection.use(this);
    this.connection.deadline = now() + timeout;
  }

  stop(): void {
    this.connection.abandon();
  }

  override bodyData(piece: Buffer): void {
    // What was read together with the piece that was too much still comes.
    if (this.#over) return;
    this.#bytes += piece.length;
    if (this.#bytes > MAX_ANSWER_BYTES) this.#answer(undefined);
    else this.#pieces.push(Buffer.from(piece));
  }

  ended(): void {
    const reported = this.head?.fields.find(({ name }) => name === LOAD_HEADER)?.value;
    this.#answer(loadInHeader(reported) ?? loadInHealth(Buffer.concat(this.#pieces).toString()));
  }

  broke(code: string): void {
    this.#end(
      isOwnTrouble(code) ? undefined : { ok: false, reason: ERRORS[code] ?? `failed (${code})`, load: undefined },
    );
  }

  deadlinePassed(): void {
    this.#end({ ok: false, reason: `no answer within ${this.#timeout} ms`, load: undefined });
  }

  release(): void {}
  gone(): void {}

  #answer(load: Load | undefined): void {
    const status = this.head?.status ?? 0;
    this.#end({ ok: status >= 200 && status < 400, reason: `answered ${status}`, load });
  }

  #end(end: CheckEnd | undefined): void {
    this.#over = true;
    this.stop();
    this.#onEnd(this, end);
  }
}
