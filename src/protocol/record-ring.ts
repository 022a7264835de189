import { failureCode } from '../core/failure.ts';
import { createColumns, type Table } from './columns.ts';
import { ATTEMPTS, REASONS, STARTS } from './frame.ts';
import type { FrameStrings } from './frame-strings.ts';
import type { AttemptRecord } from './recorder.ts';

/** How many of the newest attempts are kept for a screen that connects or falls behind. */
const RING = 32_768;

/**
 * The newest records, addressed by their running number so that each reader keeps its own place. They are kept in columns: an object
 * that outlives its request is copied and then swept by garbage collections, in which all other requests wait.
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

/** Attempts that began. */
export class StartRing extends Ring {
  readonly #columns = createColumns(STARTS, RING);
  readonly #origins: string[] = [];
  readonly #clients: string[] = [];

  push({ request, attempt, origin, client, at }: AttemptRecord): void {
    const slot = this.next();
    const columns = this.#columns;
    columns.request[slot] = request;
    columns.attempt[slot] = attempt;
    columns.at[slot] = at;
    this.#origins[slot] = origin;
    this.#clients[slot] = client;
  }

  request(number: number): number {
    return this.#columns.request[this.slotOf(number)] as number;
  }

  /** Writes a record as a row of a frame. */
  write(number: number, to: Table<typeof STARTS>['columns'], row: number, strings: FrameStrings): void {
    const slot = this.slotOf(number);
    const from = this.#columns;
    to.request[row] = from.request[slot] as number;
    to.attempt[row] = from.attempt[slot] as number;
    to.origin[row] = strings.of(this.#origins[slot] as string);
    to.client[row] = strings.of(this.#clients[slot] as string);
    to.at[row] = from.at[slot] as number;
  }
}

/** Attempts that ended, and requests that ended without one. */
export class EndRing extends Ring {
  readonly #columns = createColumns(ATTEMPTS, RING);
  readonly #origins: string[] = [];
  readonly #clients: string[] = [];
  readonly #methods: string[] = [];
  readonly #paths: string[] = [];
  readonly #strategies: string[] = [];

  push(record: AttemptRecord): void {
    const slot = this.next();
    const columns = this.#columns;
    columns.request[slot] = record.request;
    columns.attempt[slot] = record.attempt;
    columns.last[slot] = record.last ? 1 : 0;
    columns.at[slot] = record.at;
    columns.status[slot] = record.status;
    columns.failure[slot] = failureCode(record.failure);
    columns.reason[slot] = REASONS.indexOf(record.reason);
    columns.connected[slot] = record.connected;
    columns.firstByte[slot] = record.firstByte;
    columns.total[slot] = record.total;
    columns.waited[slot] = record.waited;
    columns.inQueue[slot] = record.inQueue;
    columns.queued[slot] = record.queued;
    columns.received[slot] = record.received;
    columns.sent[slot] = record.sent;
    this.#origins[slot] = record.origin;
    this.#clients[slot] = record.client;
    this.#methods[slot] = record.method;
    this.#paths[slot] = record.path;
    this.#strategies[slot] = record.strategy;
  }

  request(number: number): number {
    return this.#columns.request[this.slotOf(number)] as number;
  }

  /** Whether something went wrong with it, or with an attempt before it. */
  isTrouble(number: number): boolean {
    const slot = this.slotOf(number);
    return this.#columns.failure[slot] !== 0 || (this.#columns.attempt[slot] as number) > 1;
  }

  /** Writes a record as a row of a frame. */
  write(number: number, to: Table<typeof ATTEMPTS>['columns'], row: number, strings: FrameStrings): void {
    const slot = this.slotOf(number);
    const from = this.#columns;
    to.request[row] = from.request[slot] as number;
    to.attempt[row] = from.attempt[slot] as number;
    to.last[row] = from.last[slot] as number;
    to.origin[row] = strings.of(this.#origins[slot] as string);
    to.client[row] = strings.of(this.#clients[slot] as string);
    to.method[row] = strings.of(this.#methods[slot] as string);
    to.path[row] = strings.of(this.#paths[slot] as string);
    to.strategy[row] = strings.of(this.#strategies[slot] as string);
    to.at[row] = from.at[slot] as number;
    to.status[row] = from.status[slot] as number;
    to.failure[row] = from.failure[slot] as number;
    to.reason[row] = from.reason[slot] as number;
    to.connected[row] = from.connected[slot] as number;
    to.firstByte[row] = from.firstByte[slot] as number;
    to.total[row] = from.total[slot] as number;
    to.waited[row] = from.waited[slot] as number;
    to.inQueue[row] = from.inQueue[slot] as number;
    to.queued[row] = from.queued[slot] as number;
    to.received[row] = from.received[slot] as number;
    to.sent[row] = from.sent[slot] as number;
  }
}
