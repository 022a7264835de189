import { createColumns, type Table, type TableShape } from './columns.ts';
import { ATTEMPTS, encodeFrame, ORIGINS, SECONDS, SNAPSHOT_ATTEMPTS, STARTS, TOTALS } from './frame.ts';
import { FrameStrings } from './frame-strings.ts';
import { MAX_UNACKNOWLEDGED } from './lab-calls.ts';
import { coarser, type Recorder } from './recorder.ts';
import { isSampled } from './sampling.ts';
import { HISTORY_SECONDS, type Series } from './series.ts';

/** Failed attempts, and those that followed one, that are sent in one frame whatever the sampling. */
const FAILURES_PER_FRAME = 40;
/** Attempts told of singly in one frame, about: what a screen missed while it was behind is thinned, or it would fall behind again. */
const ROWS_PER_FRAME = 1000;
/** Frames are sent at least this often (ms), or the screen could not tell a quiet lab from a lost one. */
const HEARTBEAT = 250;
/** ms for which a second that is over may still be added to: other threads tell of what happened in them a little later. */
const LATE = 250;
/** Frames within which every origin has had its turn at having its percentiles worked out. */
const FRAMES_PER_TURN = 5;

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
  /** The origin (its index) whose percentiles are looked at next. */
  #turn = 0;
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
    const strings = new FrameStrings();
    const snapshot = this.#sequence === 0;
    const present = this.#everything ? 1 : this.#recorder.sampling(now);
    // What was kept since the last frame was kept by the sampling of then or of now.
    const kept = Math.max(present, this.#sampling);
    const sampling = this.#everything ? kept : coarser(kept, this.#missed / ROWS_PER_FRAME);
    this.#sampling = present;
    this.#refreshPercentiles(now, snapshot || quiet);
    const frame = encodeFrame({
      sequence: ++this.#sequence,
      now,
      snapshot,
      sampling,
      ended: this.#recorder.ended - this.#countSeen,
      totals: this.#totals(),
      origins: this.#origins(strings),
      seconds: this.#seconds(strings, now, snapshot),
      starts: this.#starts(strings, sampling),
      attempts: this.#attempts(strings, sampling),
      strings: strings.list,
    });
    this.#startsSeen = starts.head;
    this.#endsSeen = ends.head;
    this.#countSeen = this.#recorder.ended;
    this.#secondsSeen = Math.floor((now - LATE) / 1000);
    this.#lastAt = now;
    return frame;
  }

  /** Records kept since the last frame. */
  get #missed(): number {
    const { starts, ends } = this.#recorder;
    return Math.max(
      starts.head - Math.max(this.#startsSeen, starts.tail),
      ends.head - Math.max(this.#endsSeen, ends.tail),
    );
  }

  /** Percentiles are worked out a few times a second, of many origins a part in each frame: all at once they take ms. */
  #refreshPercentiles(now: number, all: boolean): void {
    const { requests, origins } = this.#recorder;
    if (all || requests.isStale(now)) requests.refresh(now);
    let index = 0;
    const until = this.#turn + Math.ceil(origins.size / FRAMES_PER_TURN);
    for (const series of origins.values()) {
      if ((all || (index >= this.#turn && index < until)) && series.isStale(now)) series.refresh(now);
      index++;
    }
    this.#turn = until >= origins.size ? 0 : until;
  }

  #totals() {
    const { requests, attempts, queued } = this.#recorder;
    const { recent } = requests;
    const columns = totals.room(1);
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

  #origins(strings: FrameStrings) {
    const { origins } = this.#recorder;
    const columns = originRows.room(origins.size);
    let row = 0;
    for (const series of origins.values()) {
      const { recent } = series;
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

  #seconds(strings: FrameStrings, now: number, snapshot: boolean) {
    const last = Math.floor(now / 1000);
    const oldest = last - HISTORY_SECONDS;
    // The second of the last frame is sent again: it was not over then, or not told of in full.
    const since = snapshot ? oldest : Math.max(oldest, this.#secondsSeen);
    const { requests, origins, gone } = this.#recorder;
    const columns = secondRows.room((origins.size + 2) * (last - since + 1));
    let row = 0;
    const add = (series: Series): void => {
      const origin = strings.of(series.name);
      for (let second = since; second <= last; second++) {
        const known = series.row(second, now);
        if (known === undefined) continue;
        columns.second[row] = second;
        columns.origin[row] = origin;
        columns.started[row] = known.started;
        columns.ended[row] = known.ended;
        columns.failed[row] = known.failed;
        columns.retries[row] = known.retries;
        columns.mean[row] = known.mean;
        columns.p50[row] = known.p50;
        columns.p95[row] = known.p95;
        columns.p99[row] = known.p99;
        columns.max[row] = known.max;
        row++;
      }
    };
    add(requests);
    for (const series of origins.values()) add(series);
    add(gone);
    return { rows: row, columns };
  }

  #starts(strings: FrameStrings, sampling: number) {
    const ring = this.#recorder.starts;
    const first = Math.max(this.#startsSeen, ring.tail);
    const columns = startRows.room(ring.head - first);
    let row = 0;
    for (let number = first; number < ring.head; number++) {
      if (isSampled(ring.request(number), sampling)) ring.write(number, columns, row++, strings);
    }
    return { rows: row, columns };
  }

  #attempts(strings: FrameStrings, sampling: number) {
    const ring = this.#recorder.ends;
    const first = Math.max(this.#endsSeen, ring.tail);
    const columns = attemptRows.room(ring.head - first);
    let row = 0;
    let trouble = 0;
    for (let number = first; number < ring.head; number++) {
      // The attempt after a failed one goes along: without its end a request would look unanswered.
      const isSent =
        isSampled(ring.request(number), sampling) || (ring.isTrouble(number) && trouble++ < FAILURES_PER_FRAME);
      if (isSent) ring.write(number, columns, row++, strings);
    }
    return { rows: row, columns };
  }
}

/** A table of this many rows is kept for the next frame; larger ones (snapshots) are made for themselves. */
const ROWS_KEPT = 4096;

/** Columns that every frame is written to before it is encoded, so that they need not be made anew each time. */
class Reused<S extends TableShape> {
  readonly #shape: S;
  #capacity = 64;
  #columns: Table<S>['columns'];

  constructor(shape: S) {
    this.#shape = shape;
    this.#columns = createColumns(shape, this.#capacity);
  }

  /** Columns with room for so many rows; what is in them is of the frame before. */
  room(rows: number): Table<S>['columns'] {
    if (rows <= this.#capacity) return this.#columns;
    if (rows > ROWS_KEPT) return createColumns(this.#shape, rows);
    this.#capacity = Math.min(ROWS_KEPT, rows * 2);
    this.#columns = createColumns(this.#shape, this.#capacity);
    return this.#columns;
  }
}

const totals = new Reused(TOTALS);
const originRows = new Reused(ORIGINS);
const secondRows = new Reused(SECONDS);
const startRows = new Reused(STARTS);
const attemptRows = new Reused(ATTEMPTS);
