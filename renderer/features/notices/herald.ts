import type { TimelineEntry } from '../../../src/protocol/state.ts';
import { failoverWords } from '../timeline/failover-figures.tsx';

/** What else people who do not see the screen want to know at once. */
const ALSO: ReadonlySet<TimelineEntry['kind']> = new Set(['lab', 'strategy']);

/** Picks what is said aloud: that an origin is out, once per failure, and that it is back with what it cost. */
export class Herald {
  #heard: number;
  /** Origins that were said to be out and not yet to be back. */
  readonly #out = new Set<string>();

  /** @param timeline what happened before anybody listened; it is not said */
  constructor(timeline: readonly TimelineEntry[]) {
    this.#heard = timeline.at(-1)?.id ?? 0;
  }

  /** What is new since the last call, as one message; empty when there is nothing to say. */
  news(timeline: readonly TimelineEntry[]): string {
    const fresh = timeline.filter(({ id }) => id > this.#heard);
    this.#heard = fresh.at(-1)?.id ?? this.#heard;
    return fresh
      .filter((entry) => this.#isNews(entry))
      .map(({ text, failover }) => (failover ? `${text}: ${failoverWords(failover)}` : text))
      .join('. ');
  }

  #isNews({ kind, origin }: TimelineEntry): boolean {
    if (kind === 'lab') this.#out.clear();
    if (ALSO.has(kind)) return true;
    if (origin === undefined) return kind === 'returned';
    if (kind === 'returned') {
      this.#out.delete(origin);
      return true;
    }
    if (kind !== 'noticed' && kind !== 'ejected') return false;
    const known = this.#out.has(origin);
    this.#out.add(origin);
    return !known;
  }
}
