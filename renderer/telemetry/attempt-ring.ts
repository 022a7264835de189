import { createColumns, type Table } from '../../src/protocol/columns.ts';
import { ATTEMPTS, type Frame, REASONS, type Reason, SNAPSHOT_ATTEMPTS } from '../../src/protocol/frame.ts';
import { StringTable } from './string-table.ts';

/** One attempt as a screen shows it. */
export interface AttemptRow {
  /** Position since the ring was cleared; stable, so it can be a key. */
  readonly index: number;
  readonly request: number;
  readonly attempt: number;
  /** Whether the request ended with it. */
  readonly last: boolean;
  readonly origin: string;
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly strategy: string;
  readonly at: number;
  readonly status: number;
  readonly failure: number;
  readonly reason: Reason;
  readonly connected: number;
  readonly firstByte: number;
  readonly total: number;
  /** ms from the request's arrival to `at`. */
  readonly waited: number;
  /** ms of these, since its last attempt, in the balancer's queue. */
  readonly inQueue: number;
  /** ms it waited for a worker; below 0 when the origin does not say. */
  readonly queued: number;
  readonly received: number;
  readonly sent: number;
}

const TEXTS = ['origin', 'client', 'method', 'path', 'strategy'] as const;
const NUMBERS = [
  'request',
  'attempt',
  'last',
  'at',
  'status',
  'failure',
  'reason',
  'connected',
  'firstByte',
  'total',
  'waited',
  'inQueue',
  'queued',
  'received',
  'sent',
] as const;

/** The newest attempts in columns; the oldest rows are overwritten, so a long run costs no more memory than a short one. */
export class AttemptRing {
  readonly capacity: number;
  #columns: Table<typeof ATTEMPTS>['columns'];
  #strings = new StringTable();
  #written = 0;
  #clears = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#columns = createColumns(ATTEMPTS, capacity);
  }

  /** Rows ever written; the ring holds the last `capacity` of them. */
  get written(): number {
    return this.#written;
  }

  get size(): number {
    return Math.min(this.#written, this.capacity);
  }

  /** How often it was cleared: indices from before mean nothing any more. */
  get clears(): number {
    return this.#clears;
  }

  clear(): void {
    this.#written = 0;
    this.#clears++;
    this.#strings = new StringTable();
  }

  /** A snapshot begins with what may be here already; rows up to the last known one are left out. */
  push({ attempts, strings, snapshot }: Pick<Frame, 'attempts' | 'strings' | 'snapshot'>): void {
    const first = snapshot ? this.#unknownFrom(attempts) : 0;
    const ids = new Map<number, number>();
    const own = (theirs: number): number => {
      let id = ids.get(theirs);
      if (id === undefined) {
        id = this.#strings.id(strings[theirs] ?? '');
        ids.set(theirs, id);
      }
      return id;
    };
    for (let row = Math.max(first, attempts.rows - this.capacity); row < attempts.rows; row++) {
      const slot = this.#written % this.capacity;
      for (const name of NUMBERS) this.#columns[name][slot] = attempts.columns[name][row] ?? 0;
      for (const name of TEXTS) this.#columns[name][slot] = own(attempts.columns[name][row] ?? 0);
      this.#written++;
    }
    // Paths with ever new queries would fill the table long after their rows are gone.
    if (this.#strings.size > this.capacity * 3) this.#compact();
  }

  /** The row written as number `index`, undefined once it was overwritten. */
  row(index: number): AttemptRow | undefined {
    if (index < this.#written - this.size || index >= this.#written) return undefined;
    const slot = index % this.capacity;
    const columns = this.#columns;
    const text = (name: (typeof TEXTS)[number]): string => this.#strings.text(columns[name][slot] ?? 0);
    return {
      index,
      request: columns.request[slot] ?? 0,
      attempt: columns.attempt[slot] ?? 0,
      last: columns.last[slot] === 1,
      origin: text('origin'),
      client: text('client'),
      method: text('method'),
      path: text('path'),
      strategy: text('strategy'),
      at: columns.at[slot] ?? 0,
      status: columns.status[slot] ?? 0,
      failure: columns.failure[slot] ?? 0,
      reason: REASONS[columns.reason[slot] ?? 0] ?? 'strategy',
      connected: columns.connected[slot] ?? 0,
      firstByte: columns.firstByte[slot] ?? 0,
      total: columns.total[slot] ?? 0,
      waited: columns.waited[slot] ?? 0,
      inQueue: columns.inQueue[slot] ?? 0,
      queued: columns.queued[slot] ?? 0,
      received: columns.received[slot] ?? 0,
      sent: columns.sent[slot] ?? 0,
    };
  }

  /** The row at `index` if a request ended with it: the row that stands for the request. */
  requestRow(index: number): AttemptRow | undefined {
    return this.#columns.last[index % this.capacity] === 1 ? this.row(index) : undefined;
  }

  /** Every attempt that is known of the request whose last one stands at `index`, in their order. */
  attemptsOf(index: number): AttemptRow[] {
    const last = this.row(index);
    if (!last) return [];
    const rows = [last];
    for (let before = index - 1; before >= this.#written - this.size && rows.length < last.attempt; before--) {
      if (this.#columns.request[before % this.capacity] !== last.request) continue;
      const row = this.row(before);
      if (row) rows.unshift(row);
    }
    return rows;
  }

  /** The values a column has in the rows of requests, the most frequent first. */
  valuesOf(column: (typeof TEXTS)[number] | 'status' | 'failure' | 'reason'): (string | number)[] {
    const counts = new Map<number, number>();
    const values = this.#columns[column];
    for (let slot = 0; slot < this.size; slot++) {
      if (this.#columns.last[slot] !== 1) continue;
      const value = values[slot] ?? 0;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const isText = (TEXTS as readonly string[]).includes(column);
    return [...counts].sort(([, a], [, b]) => b - a).map(([value]) => (isText ? this.#strings.text(value) : value));
  }

  /** The same rows with the same indices, for whoever wants to look at them while this one goes on. */
  copy(): AttemptRing {
    const copy = new AttemptRing(this.capacity);
    for (const name of [...NUMBERS, ...TEXTS]) copy.#columns[name].set(this.#columns[name]);
    // The table of strings only ever grows (tidying up makes a new one), so it can be shared.
    copy.#strings = this.#strings;
    copy.#written = this.#written;
    copy.#clears = this.#clears;
    return copy;
  }

  /** The newest `count` requests (their last attempts), newest first. */
  newestRequests(count: number): AttemptRow[] {
    const rows: AttemptRow[] = [];
    for (let index = this.#written - 1; index >= this.#written - this.size && rows.length < count; index--) {
      if (this.#columns.last[index % this.capacity] !== 1) continue;
      const row = this.row(index);
      if (row) rows.push(row);
    }
    return rows;
  }

  /** The row of a snapshot after the last one that is here already; 0 when none is. */
  #unknownFrom({ rows, columns }: Frame['attempts']): number {
    const known = new Set<string>();
    for (let back = 1; back <= Math.min(SNAPSHOT_ATTEMPTS, this.size); back++) {
      known.add(keyOf(this.#columns, (this.#written - back) % this.capacity));
    }
    let row = rows;
    while (row > 0 && !known.has(keyOf(columns, row - 1))) row--;
    return row;
  }

  #compact(): void {
    const fresh = new StringTable();
    for (let slot = 0; slot < this.size; slot++) {
      for (const name of TEXTS) {
        this.#columns[name][slot] = fresh.id(this.#strings.text(this.#columns[name][slot] ?? 0));
      }
    }
    this.#strings = fresh;
  }
}

/** Request numbers begin anew with a lab, so the time is part of it. */
function keyOf({ request, attempt, at }: Frame['attempts']['columns'], row: number): string {
  return `${request[row]} ${attempt[row]} ${at[row]}`;
}
