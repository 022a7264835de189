import { failureCode } from '../core/failure.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { Table } from './columns.ts';
import { type ATTEMPTS, REASONS, type STARTS } from './frame.ts';
import type { FrameStrings } from './frame-strings.ts';

/** How many of the newest attempts are kept for a screen that connects or falls behind. */
const RING = 32_768;

/**
 * The newest records, addressed by their running number so that each reader keeps its own place. They are kept as numbers, one record
 * beside the other: an object that outlives its request is copied and then swept by garbage collections, in which all other requests
 * wait, and columns would lie in as many places of the memory. All room there is is made at once, as what grows is copied.
 */
abstract class Ring {
  /** Records ever pushed. */
  #head = 0;

  get head(): number {
    return this.#head;
  }

  /** The number of the oldest record still there. */
  get tail(): number {
    return Math.max(0, this.#head - RING);
  }

  /** The place of the next record. */
  protected next(): number {
    return this.#head++ % RING;
  }

  protected slotOf(number: number): number {
    return number % RING;
  }
}

const START_NUMBERS = 4;
const START_TEXTS = 2;

/** Attempts that began. */
export class StartRing extends Ring {
  readonly #numbers = new Float64Array(RING * START_NUMBERS);
  readonly #texts = new Array<string>(RING * START_TEXTS);

  push({ request, attempt, origin, client, at }: AttemptRecord): void {
    const slot = this.next();
    const numbers = this.#numbers;
    const n = slot * START_NUMBERS;
    numbers[n] = request;
    numbers[n + 1] = attempt;
    numbers[n + 2] = at;
    const texts = this.#texts;
    const t = slot * START_TEXTS;
    texts[t] = origin;
    texts[t + 1] = client;
  }

  request(number: number): number {
    return this.#numbers[this.slotOf(number) * START_NUMBERS] as number;
  }

  /** Writes a record as a row of a frame. */
  write(number: number, to: Table<typeof STARTS>['columns'], row: number, strings: FrameStrings): void {
    const slot = this.slotOf(number);
    const numbers = this.#numbers;
    const n = slot * START_NUMBERS;
    const texts = this.#texts;
    const t = slot * START_TEXTS;
    to.request[row] = numbers[n] as number;
    to.attempt[row] = numbers[n + 1] as number;
    to.origin[row] = strings.of(texts[t] as string, 0);
    to.client[row] = strings.of(texts[t + 1] as string, 1);
    to.at[row] = numbers[n + 2] as number;
  }
}

const END_NUMBERS = 15;
const END_TEXTS = 5;

/** Attempts that ended, and requests that ended without one. */
export class EndRing extends Ring {
  readonly #numbers = new Float64Array(RING * END_NUMBERS);
  readonly #texts = new Array<string>(RING * END_TEXTS);

  push(record: AttemptRecord): void {
    const slot = this.next();
    const numbers = this.#numbers;
    const n = slot * END_NUMBERS;
    numbers[n] = record.request;
    numbers[n + 1] = record.attempt;
    numbers[n + 2] = failureCode(record.failure);
    numbers[n + 3] = record.last ? 1 : 0;
    numbers[n + 4] = record.at;
    numbers[n + 5] = record.status;
    numbers[n + 6] = REASONS.indexOf(record.reason);
    numbers[n + 7] = record.connected;
    numbers[n + 8] = record.firstByte;
    numbers[n + 9] = record.total;
    numbers[n + 10] = record.waited;
    numbers[n + 11] = record.inQueue;
    numbers[n + 12] = record.queued;
    numbers[n + 13] = record.received;
    numbers[n + 14] = record.sent;
    const texts = this.#texts;
    const t = slot * END_TEXTS;
    texts[t] = record.origin;
    texts[t + 1] = record.client;
    texts[t + 2] = record.method;
    texts[t + 3] = record.path;
    texts[t + 4] = record.strategy;
  }

  request(number: number): number {
    return this.#numbers[this.slotOf(number) * END_NUMBERS] as number;
  }

  /** Whether something went wrong with it, or with an attempt before it. */
  isTrouble(number: number): boolean {
    const n = this.slotOf(number) * END_NUMBERS;
    return (this.#numbers[n + 1] as number) > 1 || this.#numbers[n + 2] !== 0;
  }

  /** Writes a record as a row of a frame. */
  write(number: number, to: Table<typeof ATTEMPTS>['columns'], row: number, strings: FrameStrings): void {
    const slot = this.slotOf(number);
    const numbers = this.#numbers;
    const n = slot * END_NUMBERS;
    const texts = this.#texts;
    const t = slot * END_TEXTS;
    to.request[row] = numbers[n] as number;
    to.attempt[row] = numbers[n + 1] as number;
    to.failure[row] = numbers[n + 2] as number;
    to.last[row] = numbers[n + 3] as number;
    to.at[row] = numbers[n + 4] as number;
    to.status[row] = numbers[n + 5] as number;
    to.reason[row] = numbers[n + 6] as number;
    to.connected[row] = numbers[n + 7] as number;
    to.firstByte[row] = numbers[n + 8] as number;
    to.total[row] = numbers[n + 9] as number;
    to.waited[row] = numbers[n + 10] as number;
    to.inQueue[row] = numbers[n + 11] as number;
    to.queued[row] = numbers[n + 12] as number;
    to.received[row] = numbers[n + 13] as number;
    to.sent[row] = numbers[n + 14] as number;
    to.origin[row] = strings.of(texts[t] as string, 0);
    to.client[row] = strings.of(texts[t + 1] as string, 1);
    to.method[row] = strings.of(texts[t + 2] as string, 2);
    to.path[row] = strings.of(texts[t + 3] as string, 3);
    to.strategy[row] = strings.of(texts[t + 4] as string, 4);
  }
}
