import type { AttemptRing, AttemptRow } from '../../telemetry/attempt-ring.ts';
import type { Match } from './filter/match-filter.ts';

/** Forgotten positions at the front are cut off when there are this many. */
const TIDY = 4096;

/**
 * The requests of the log that a filter lets through, oldest first. It follows the ring row by row, so looking again a few
 * times a second costs only what is new. Held, it looks at a copy: what somebody reads does not move or vanish, while new
 * matches are counted.
 */
export class LogView {
  readonly #live: AttemptRing;
  #source: AttemptRing;
  #matches: Match;
  /** Indices of matching rows; those before `#first` are overwritten. */
  #indices: number[] = [];
  #first = 0;
  /** Rows of the live ring that were looked at. */
  #seen = 0;
  #clears = 0;
  #fresh = 0;

  constructor(live: AttemptRing, matches: Match = () => true) {
    this.#live = live;
    this.#source = live;
    this.#matches = matches;
    this.#scan();
  }

  get held(): boolean {
    return this.#source !== this.#live;
  }

  /** Matching requests in view. */
  get count(): number {
    return this.#indices.length - this.#first;
  }

  /** Matching requests that came since it was held. */
  get fresh(): number {
    return this.#fresh;
  }

  /** Where the row at `position` (0 = oldest) stands in the ring: stable, so it can be a key. */
  indexAt(position: number): number | undefined {
    return this.#indices[this.#first + position];
  }

  row(position: number): AttemptRow | undefined {
    const index = this.indexAt(position);
    return index === undefined ? undefined : this.#source.row(index);
  }

  /** The position of the row with this index; -1 when it is not in view. */
  positionOf(index: number): number {
    let from = this.#first;
    let to = this.#indices.length - 1;
    while (from <= to) {
      const middle = (from + to) >> 1;
      const found = this.#indices[middle] ?? 0;
      if (found === index) return middle - this.#first;
      if (found < index) from = middle + 1;
      else to = middle - 1;
    }
    return -1;
  }

  /** Every known attempt of the request at `index`. */
  attemptsOf(index: number): AttemptRow[] {
    return this.#source.attemptsOf(index);
  }

  setFilter(matches: Match): void {
    if (matches === this.#matches) return;
    this.#matches = matches;
    this.#scan();
    if (!this.held) return;
    this.#fresh = 0;
    for (let index = this.#source.written; index < this.#live.written; index++) this.#countFresh(index);
  }

  /** Keeps what is in view as it is. */
  hold(): void {
    if (this.held) return;
    this.update();
    this.#source = this.#live.copy();
    this.#fresh = 0;
  }

  /** Goes on with the newest. */
  follow(): void {
    if (!this.held) return;
    this.#source = this.#live;
    this.#fresh = 0;
    this.#scan();
  }

  /** Takes in what was written since. */
  update(): void {
    const { written, clears } = this.#live;
    if (clears !== this.#clears) {
      this.#source = this.#live;
      this.#fresh = 0;
      this.#scan();
      return;
    }
    if (this.held) for (; this.#seen < written; this.#seen++) this.#countFresh(this.#seen);
    else {
      for (; this.#seen < written; this.#seen++) this.#take(this.#seen);
      this.#forget();
    }
  }

  #countFresh(index: number): void {
    const row = this.#live.requestRow(index);
    if (row && this.#matches(row)) this.#fresh++;
  }

  #take(index: number): void {
    const row = this.#source.requestRow(index);
    if (row && this.#matches(row)) this.#indices.push(index);
  }

  #forget(): void {
    const oldest = this.#source.written - this.#source.size;
    while (this.#first < this.#indices.length && (this.#indices[this.#first] ?? 0) < oldest) this.#first++;
    if (this.#first < TIDY) return;
    this.#indices = this.#indices.slice(this.#first);
    this.#first = 0;
  }

  #scan(): void {
    const { written, size } = this.#source;
    this.#clears = this.#live.clears;
    this.#indices = [];
    this.#first = 0;
    for (let index = written - size; index < written; index++) this.#take(index);
    this.#seen = this.#live.written;
  }
}
