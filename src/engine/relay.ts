import { failureCode, failureOf } from '../core/failure.ts';
import type { AttemptRecord } from '../protocol/attempt-record.ts';
import { REASONS } from '../protocol/frame.ts';
import { Recorder } from '../protocol/recorder.ts';

/** ms for which a thread keeps what it has to tell, at most; a failure is told at once. */
const TELL_EVERY = 10;

const REQUEST_STARTED = 0;
const REQUEST_ENDED = 1;
const ATTEMPT_STARTED = 2;
const ATTEMPT_ENDED = 3;
const REFUSED = 4;

/** What happened in a thread, as one row of numbers after the other; texts are numbers of `strings`. */
export interface Batch {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly strings: readonly string[];
}

/** A recorder that keeps no counts for a screen, but tells another thread's of everything, so that those are of all threads. */
export class RelayRecorder extends Recorder {
  readonly #send: (batch: Batch) => void;
  #numbers: number[] = [];
  #strings = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;

  constructor(send: (batch: Batch) => void) {
    super();
    this.#send = send;
  }

  override requestStarted(at: number): void {
    // Counted here, too: what is explained follows from how many there are.
    super.requestStarted(at);
    this.#numbers.push(REQUEST_STARTED, at);
    this.#timer ??= setTimeout(() => this.flush(), TELL_EVERY);
  }

  override requestEnded(at: number, duration: number, failed: boolean): void {
    super.requestEnded(at, duration, failed);
    this.#numbers.push(REQUEST_ENDED, at, duration, failed ? 1 : 0);
    this.#timer ??= setTimeout(() => this.flush(), TELL_EVERY);
  }

  override attemptStarted(record: AttemptRecord): void {
    this.#numbers.push(ATTEMPT_STARTED, 0);
    this.#push(record);
  }

  override attemptEnded(record: AttemptRecord, endedAt: number): void {
    this.#numbers.push(ATTEMPT_ENDED, endedAt);
    this.#push(record);
    if (record.failure !== undefined) this.#soon ??= setImmediate(() => this.flush());
  }

  override refused(record: AttemptRecord): void {
    this.#numbers.push(REFUSED, record.at);
    this.#push(record);
  }

  /** Tells what there is to tell. */
  flush(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#timer = undefined;
    this.#soon = undefined;
    if (this.#numbers.length === 0) return;
    this.#send({ numbers: new Float64Array(this.#numbers), strings: [...this.#strings.keys()] });
    this.#numbers = [];
    this.#strings = new Map();
  }

  #push(record: AttemptRecord): void {
    this.#numbers.push(
      record.request,
      record.attempt,
      this.#text(record.origin),
      this.#text(record.client),
      this.#text(record.method),
      this.#text(record.path),
      this.#text(record.strategy),
      REASONS.indexOf(record.reason),
      record.at,
      record.waited,
      record.inQueue,
      record.last ? 1 : 0,
      record.status,
      failureCode(record.failure),
      record.connected,
      record.firstByte,
      record.queued,
      record.total,
      record.received,
      record.sent,
    );
    this.#timer ??= setTimeout(() => this.flush(), TELL_EVERY);
  }

  #text(text: string): number {
    let number = this.#strings.get(text);
    if (number === undefined) {
      number = this.#strings.size;
      this.#strings.set(text, number);
    }
    return number;
  }
}

/** Tells a recorder what happens in another thread, in the order in which it does, and how that ends which a dead thread leaves behind. */
export class Replay {
  readonly #recorder: Recorder;
  readonly #ended: (record: AttemptRecord, at: number) => void;
  /** Attempts in flight there, by their requests. */
  readonly #attempts = new Map<number, AttemptRecord>();
  /** Requests under way there, and the sum of the times (ms) at which they began. */
  #requests = 0;
  #begun = 0;

  /** @param ended called after each attempt's end, and each request's that no origin got, with the time of it (ms) */
  constructor(recorder: Recorder, ended: (record: AttemptRecord, at: number) => void) {
    this.#recorder = recorder;
    this.#ended = ended;
  }

  play({ numbers, strings }: Batch): void {
    const read = reader(numbers, strings);
    while (!read.done) {
      const kind = read.number();
      const at = read.number();
      if (kind === REQUEST_STARTED) this.#requestStarted(at);
      else if (kind === REQUEST_ENDED) this.#requestEnded(at, read.number(), read.number() === 1);
      else {
        const record = read.record();
        if (kind === ATTEMPT_STARTED) this.#attempts.set(record.request, record);
        else if (kind === ATTEMPT_ENDED) this.#attempts.delete(record.request);
        if (kind === ATTEMPT_STARTED) this.#recorder.attemptStarted(record);
        else {
          if (kind === REFUSED) this.#recorder.refused(record);
          else this.#recorder.attemptEnded(record, at);
          this.#ended(record, at);
        }
      }
    }
  }

  /**
   * The thread has died: whatever was under way there has failed now. What happened in its last few ms it took along.
   * @returns how many requests
   */
  lost(at: number): number {
    const requests = this.#requests;
    for (const record of this.#attempts.values()) this.#requestEnded(at, at - record.at + record.waited, true);
    // The others waited; since when each of them did nobody knows any more, but what they waited together is known.
    while (this.#requests > 0) this.#requestEnded(at, Math.max(0, at - this.#begun / this.#requests), true);
    for (const record of this.#attempts.values()) {
      record.failure = 'thread-lost';
      record.total = at - record.at;
      record.last = true;
      this.#recorder.attemptEnded(record, at);
    }
    this.#attempts.clear();
    return requests;
  }

  #requestStarted(at: number): void {
    this.#requests++;
    this.#begun += at;
    this.#recorder.requestStarted(at);
  }

  #requestEnded(at: number, duration: number, failed: boolean): void {
    this.#requests--;
    this.#begun -= at - duration;
    this.#recorder.requestEnded(at, duration, failed);
  }
}

function reader(numbers: Batch['numbers'], strings: Batch['strings']) {
  let next = 0;
  const number = (): number => numbers[next++] as number;
  const text = (): string => strings[number()] as string;
  const record = (): AttemptRecord => ({
    request: number(),
    attempt: number(),
    origin: text(),
    client: text(),
    method: text(),
    path: text(),
    strategy: text(),
    reason: REASONS[number()] ?? 'none',
    at: number(),
    waited: number(),
    inQueue: number(),
    last: number() === 1,
    status: number(),
    failure: failureOf(number())?.kind,
    connected: number(),
    firstByte: number(),
    queued: number(),
    total: number(),
    received: number(),
    sent: number(),
  });
  return {
    get done(): boolean {
      return next >= numbers.length;
    },
    number,
    record,
  };
}
