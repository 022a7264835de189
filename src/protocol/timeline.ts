import type { Failover, TimelineEntry } from './state.ts';

const MAX_ENTRIES = 200;
const MAX_LABEL = 22;

/** The newest things that happened in a lab, in plain words. */
export class Timeline {
  readonly #entries: TimelineEntry[] = [];
  readonly #now: () => number;
  #next: number;

  /** @param now ms since the epoch on the lab's clock. @param firstId of its first entry; the others follow */
  constructor(now: () => number, firstId = 1) {
    this.#now = now;
    this.#next = firstId;
  }

  /** What the next entry is going to have. */
  get nextId(): number {
    return this.#next;
  }

  get entries(): readonly TimelineEntry[] {
    return this.#entries;
  }

  /** Forgets everything; ids go on, so that what follows is new to everybody. */
  clear(): void {
    this.#entries.length = 0;
  }

  /**
   * @param more the origin it is about, its gist in a few words (one that is too long is cut), and what a failure cost
   * @returns its id
   */
  add(
    kind: TimelineEntry['kind'],
    text: string,
    more: Pick<TimelineEntry, 'origin' | 'label' | 'failover'> = {},
  ): number {
    const label = more.label === undefined ? undefined : shortened(more.label);
    this.#entries.push({
      id: this.#next++,
      at: this.#now(),
      kind,
      text,
      ...more,
      ...(label !== undefined && { label }),
    });
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
    return this.#next - 1;
  }

  /** More is known now of what the failure cost that an entry tells of. */
  account(id: number, failover: Failover): void {
    const index = this.#entries.findIndex((entry) => entry.id === id);
    const entry = this.#entries[index];
    if (entry) this.#entries[index] = { ...entry, failover };
  }
}

function shortened(label: string): string {
  return label.length <= MAX_LABEL ? label : `${label.slice(0, MAX_LABEL - 1).trimEnd()}…`;
}

/** `0.4 s`, `12 s`, `3 min`. */
export function spell(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
