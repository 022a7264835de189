import { failureCode } from '../core/failure.ts';
import { createColumns } from './columns.ts';
import { ATTEMPTS, encodeFrame, ORIGINS, REASONS, SECONDS, SNAPSHOT_ATTEMPTS, STARTS, TOTALS } from './frame.ts';
import { MAX_UNACKNOWLEDGED } from './lab-calls.ts';
import type { AttemptRecord, Recorder, Ring } from './recorder.ts';
import { HISTORY_SECONDS, type SecondRow, type Series } from './series.ts';

/** Failed attempts, and those that followed one, that are sent in one frame whatever the sampling. */
const FAILURES_PER_FRAME = 40;
/** Frames are sent at least this often (ms), or the screen could not tell a quiet lab from a lost one. */
const HEARTBEAT = 250;

/** One subscriber's view of the recorder: what it has seen, what it has acknowledged, and so what the next frame holds. */
export class Feed {
  readonly #recorder: Recorder;
  readonly #everything: boolean;
  #sequence = 0;
  #acknowledged = 0;
  #startsSeen: number;
  #endsSeen: number;
  #countSeen: number;
  #sampling = 1;
  #secondsSeen = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** @param everything every attempt, no sampling: for scripts, not for screens */
  constructor(recorder: Recorder, everything: boolean) {
    this.#recorder = recorder;
    this.#everything = everything;
    if (everything) recorder.keepEverything();
    this.#countSeen = recorder.ended;
    this.#startsSeen = recorder.starts.head;
    this.#endsSeen = everything
      ? recorder.ends.head
      : Math.max(recorder.ends.tail, recorder.ends.head - SNAPSHOT_ATTEMPTS);
  }

  close(): void {
    if (this.#everything) this.#recorder.sample();
  }

  acknowledge(sequence: number): void {
    if (sequence <= this.#sequence) this.#acknowledged = Math.max(this.#acknowledged, sequence);
  }

  /**
   * The next frame, or undefined while two are unacknowledged or there is nothing to say yet.
   * @param last no more will come, so what there is to tell does not wait for its reader
   */
  poll(now: number, last = false): Uint8Array | undefined {
    if (!last && this.#sequence - this.#acknowledged >= MAX_UNACKNOWLEDGED) return undefined;
    const { starts, ends } = this.#recorder;
    const quiet = starts.head === this.#startsSeen && this.#recorder.ended === this.#countSeen;
    if (quiet && now - this.#lastAt < HEARTBEAT) return undefined;
    this.#recorder.forgetThoseGone(now);
    const strings = new Strings();
    const snapshot = this.#sequence === 0;
    const present = this.#everything ? 1 : this.#recorder.sampling(now);
    // What was kept since the last frame was kept by the sampling of then or of now.
    const sampling = Math.max(present, this.#sampling);
    this.#sampling = present;
    const ended = this.#recorder.ended - this.#countSeen;
    const started = this.#select(starts, this.#startsSeen, (record) => record.request % sampling === 0);
    let failures = 0;
    const finished = this.#select(
      ends,
      this.#endsSeen,
      // The attempt after a failed one goes along: without its end a request would look unanswered.
      (record) =>
        record.request % sampling === 0 ||
        ((record.failure !== undefined || record.attempt > 1) && failures++ < FAILURES_PER_FRAME),
    );
    const frame = encodeFrame({
      sequence: ++this.#sequence,
      now,
      snapshot,
      sampling,
      ended,
      totals: totalsTable(this.#recorder, now),
      origins: originsTable(this.#recorder.origins, strings, now),
      seconds: this.#secondsTable(strings, now, snapshot),
      starts: startsTable(started, strings),
      attempts: attemptsTable(finished, strings),
      strings: strings.list,
    });
    this.#startsSeen = starts.head;
    this.#endsSeen = ends.head;
    this.#countSeen = this.#recorder.ended;
    this.#secondsSeen = Math.floor(now / 1000);
    this.#lastAt = now;
    return frame;
  }

  #select(ring: Ring, from: number, wanted: (record: AttemptRecord) => boolean): AttemptRecord[] {
    const chosen: AttemptRecord[] = [];
    for (let number = Math.max(from, ring.tail); number < ring.head; number++) {
      const record = ring.at(number);
      if (wanted(record)) chosen.push(record);
    }
    return chosen;
  }

  #secondsTable(strings: Strings, now: number, snapshot: boolean) {
    // The second of the last frame is sent again: it was not over then.
    const since = snapshot ? Math.floor(now / 1000) - HISTORY_SECONDS : this.#secondsSeen;
    const rows: (SecondRow & { origin: number })[] = [];
    for (const series of [this.#recorder.requests, ...this.#recorder.origins.values()]) {
      for (const row of series.rows(since, now)) rows.push({ ...row, origin: strings.of(series.name) });
    }
    const columns = createColumns(SECONDS, rows.length);
    rows.forEach((row, i) => {
      for (const name of Object.keys(SECONDS) as (keyof typeof SECONDS)[]) columns[name][i] = row[name];
    });
    return { rows: rows.length, columns };
  }
}

/** The strings of one frame; 0 is the empty one. */
class Strings {
  readonly list: string[] = [''];
  #index = new Map<string, number>([['', 0]]);

  of(text: string): number {
    let index = this.#index.get(text);
    if (index === undefined) {
      index = this.list.length;
      this.list.push(text);
      this.#index.set(text, index);
    }
    return index;
  }
}

function totalsTable({ requests, attempts, queued }: Recorder, now: number) {
  const columns = createColumns(TOTALS, 1);
  const recent = requests.recent(now);
  columns.requests[0] = requests.started;
  columns.completed[0] = requests.completed;
  columns.failed[0] = requests.failed;
  columns.attempts[0] = attempts;
  columns.retries[0] = requests.retries;
  columns.inFlight[0] = requests.inFlight;
  columns.queued[0] = queued;
  columns.recent[0] = recent.count;
  columns.p50[0] = recent.p50;
  columns.p95[0] = recent.p95;
  columns.p99[0] = recent.p99;
  return { rows: 1, columns };
}

function originsTable(origins: ReadonlyMap<string, Series>, strings: Strings, now: number) {
  const columns = createColumns(ORIGINS, origins.size);
  let row = 0;
  for (const series of origins.values()) {
    const recent = series.recent(now);
    columns.name[row] = strings.of(series.name);
    columns.started[row] = series.started;
    columns.completed[row] = series.completed;
    columns.failed[row] = series.failed;
    columns.inFlight[row] = series.inFlight;
    columns.recent[row] = recent.count;
    columns.p50[row] = recent.p50;
    columns.p95[row] = recent.p95;
    columns.p99[row] = recent.p99;
    row++;
  }
  return { rows: row, columns };
}

function startsTable(records: readonly AttemptRecord[], strings: Strings) {
  const columns = createColumns(STARTS, records.length);
  records.forEach((record, i) => {
    columns.request[i] = record.request;
    columns.attempt[i] = record.attempt;
    columns.origin[i] = strings.of(record.origin);
    columns.client[i] = strings.of(record.client);
    columns.at[i] = record.at;
  });
  return { rows: records.length, columns };
}

function attemptsTable(records: readonly AttemptRecord[], strings: Strings) {
  const columns = createColumns(ATTEMPTS, records.length);
  records.forEach((record, i) => {
    columns.request[i] = record.request;
    columns.attempt[i] = record.attempt;
    columns.last[i] = record.last ? 1 : 0;
    columns.origin[i] = strings.of(record.origin);
    columns.client[i] = strings.of(record.client);
    columns.method[i] = strings.of(record.method);
    columns.path[i] = strings.of(record.path);
    columns.strategy[i] = strings.of(record.strategy);
    columns.at[i] = record.at;
    columns.status[i] = record.status;
    columns.failure[i] = failureCode(record.failure);
    columns.reason[i] = REASONS.indexOf(record.reason);
    columns.connected[i] = record.connected;
    columns.firstByte[i] = record.firstByte;
    columns.waited[i] = record.waited;
    columns.inQueue[i] = record.inQueue;
    columns.queued[i] = record.queued;
    columns.total[i] = record.total;
    columns.received[i] = record.received;
    columns.sent[i] = record.sent;
  });
  return { rows: records.length, columns };
}
