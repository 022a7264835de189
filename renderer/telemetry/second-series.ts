import { createColumns } from '../../src/protocol/columns.ts';
import { type Frame, SECONDS } from '../../src/protocol/frame.ts';
import { GONE } from '../../src/protocol/series.ts';

type SecondColumn = Exclude<keyof typeof SECONDS, 'second' | 'origin'>;
/** What of two series can be added up; times cannot. */
const COUNTS = ['started', 'ended', 'failed', 'retries'] as const satisfies readonly SecondColumn[];
const COLUMNS = Object.keys(SECONDS).filter((name) => name !== 'second' && name !== 'origin') as SecondColumn[];

/** Exact counts per second of whole requests (the name '') and per origin, for the last `capacity` seconds. */
export class SecondSeries {
  readonly capacity: number;
  #series = new Map<string, ReturnType<typeof createColumns<typeof SECONDS>>>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  clear(): void {
    this.#series.clear();
  }

  /** Its seconds go on counting among those of all that have left. */
  forget(origin: string): void {
    const left = this.#series.get(origin);
    if (!left) return;
    this.#series.delete(origin);
    const gone = this.#of(GONE);
    left.second.forEach((second, slot) => {
      const known = gone.second[slot] ?? 0;
      if (second === 0 || known > second) return;
      gone.second[slot] = second;
      for (const column of COUNTS) {
        gone[column][slot] = (known === second ? (gone[column][slot] ?? 0) : 0) + (left[column][slot] ?? 0);
      }
    });
  }

  /** Whose seconds are known though they are none of these: origins that have left. */
  othersThan(names: readonly string[]): readonly string[] {
    return [...this.#series.keys()].filter((name) => name !== '' && !names.includes(name));
  }

  /** Rows are absolute values, so a second that comes again replaces what was known of it. */
  push({ seconds, strings }: Pick<Frame, 'seconds' | 'strings'>): void {
    for (let row = 0; row < seconds.rows; row++) {
      const name = strings[seconds.columns.origin[row] ?? 0] ?? '';
      const columns = this.#of(name);
      const second = seconds.columns.second[row] ?? 0;
      const slot = second % this.capacity;
      if ((columns.second[slot] ?? 0) > second) continue;
      columns.second[slot] = second;
      for (const column of COLUMNS) columns[column][slot] = seconds.columns[column][row] ?? 0;
    }
  }

  /** Undefined when nothing is known of that second. */
  at(origin: string, second: number, column: SecondColumn): number | undefined {
    const columns = this.#series.get(origin);
    const slot = second % this.capacity;
    return columns?.second[slot] === second ? columns[column][slot] : undefined;
  }

  /** The first second in which anything is known of an origin, of those kept; undefined when nothing is. */
  first(origin: string): number | undefined {
    const columns = this.#series.get(origin);
    if (!columns) return undefined;
    let first: number | undefined;
    for (const second of columns.second) if (second > 0 && (first === undefined || second < first)) first = second;
    return first;
  }

  /** Over the seconds `from` … `to`, both included; unknown seconds count as nothing. */
  sum(origin: string, column: SecondColumn, from: number, to: number): number {
    let sum = 0;
    for (let second = from; second <= to; second++) sum += this.at(origin, second, column) ?? 0;
    return sum;
  }

  #of(name: string) {
    let columns = this.#series.get(name);
    if (!columns) {
      columns = createColumns(SECONDS, this.capacity);
      this.#series.set(name, columns);
    }
    return columns;
  }
}
