import { Histogram } from '../core/histogram.ts';
import { DurationBuckets } from './duration-buckets.ts';

/** The name under which the seconds of all origins that were forgotten are told of together: none that an origin can have. */
export const GONE = ' ';
/** How many seconds of history a screen can ask for. */
export const HISTORY_SECONDS = 300;
/** The rolling window of the percentiles on a card. */
export const WINDOW_SECONDS = 10;
/** ms for which percentiles are not worked out again. */
const RECENT_LASTS = 250;
const SLOTS = HISTORY_SECONDS + 1;
const HISTOGRAM_SLOTS = WINDOW_SECONDS + 1;

interface SecondRow {
  readonly second: number;
  readonly started: number;
  readonly ended: number;
  readonly failed: number;
  readonly retries: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** One second. Its times are worked out once, when it is over. */
class Slot implements SecondRow {
  readonly second: number;
  started = 0;
  ended = 0;
  failed = 0;
  retries = 0;
  mean = 0;
  p50 = 0;
  p95 = 0;
  p99 = 0;
  max = 0;
  summarised = false;

  constructor(second: number) {
    this.second = second;
  }

  summarise(histogram: Histogram | undefined): void {
    this.summarised = true;
    if (histogram === undefined || histogram.count === 0) return;
    this.mean = histogram.mean;
    this.p50 = histogram.quantile(0.5);
    this.p95 = histogram.quantile(0.95);
    this.p99 = histogram.quantile(0.99);
    this.max = histogram.max;
  }
}

/** Of the last ten seconds; times in ms. */
interface Recent {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * What happened to one origin (or to all requests): exact counts since the start and for each of the last 300 seconds, and
 * latency histograms of the last ten. Older seconds keep their percentiles only.
 */
export class Series {
  readonly name: string;
  started = 0;
  completed = 0;
  failed = 0;
  retries = 0;
  inFlight = 0;
  /** Bytes of bodies. */
  received = 0;
  sent = 0;
  readonly durations = new DurationBuckets();
  readonly #slots: Slot[] = [];
  /** Sparse until each place was used once. */
  readonly #histograms: ({ second: number; histogram: Histogram } | undefined)[] = [];
  /** The second that is counted now, with where it is kept: nearly every event falls into it. */
  #current = Number.NEGATIVE_INFINITY;
  #slotNow: Slot | undefined;
  #histogramNow: Histogram | undefined;
  readonly #window = new Histogram();
  #recent: Recent = { count: 0, p50: 0, p95: 0, p99: 0 };
  #recentAt = Number.NEGATIVE_INFINITY;

  constructor(name: string) {
    this.name = name;
  }

  start(at: number, retry: boolean): void {
    this.started++;
    this.inFlight++;
    const slot = this.#slot(at);
    slot.started++;
    if (retry) this.retry(at);
  }

  retry(at: number): void {
    this.retries++;
    this.#slot(at).retries++;
  }

  /** @param duration ms */
  end(at: number, duration: number, failed: boolean): void {
    this.inFlight--;
    const slot = this.#slot(at);
    slot.ended++;
    if (failed) {
      this.failed++;
      slot.failed++;
    } else this.completed++;
    this.durations.record(duration);
    this.#histogramNow?.record(duration);
  }

  /** Adds what another one counted in each second that it still knows; times are not added up. */
  absorb(other: Series): void {
    for (const slot of other.#slots) {
      if (slot === undefined) continue;
      const index = slot.second % SLOTS;
      let mine = this.#slots[index];
      if (mine !== undefined && mine.second > slot.second) continue;
      if (mine?.second !== slot.second) {
        mine = new Slot(slot.second);
        this.#slots[index] = mine;
      }
      mine.started += slot.started;
      mine.ended += slot.ended;
      mine.failed += slot.failed;
      mine.retries += slot.retries;
    }
  }

  /** Requests that began in that second (since the epoch). */
  startedIn(second: number): number {
    const slot = this.#slots[((second % SLOTS) + SLOTS) % SLOTS];
    return slot?.second === second ? slot.started : 0;
  }

  /** What is known of a second (since the epoch); its times are 0 until it is over. Undefined where nothing happened in it. */
  row(second: number, now: number): SecondRow | undefined {
    const slot = this.#slots[second % SLOTS];
    if (slot?.second !== second) return undefined;
    if (!slot.summarised && now >= (second + 1) * 1000) slot.summarise(this.#histogramAt(second));
    return slot;
  }

  /** Whether `recent` would have to be worked out anew. */
  isStale(now: number): boolean {
    return Math.abs(now - this.#recentAt) >= RECENT_LASTS;
  }

  /** Percentiles (ms) over the last ten seconds, as they were last worked out. */
  get recent(): Recent {
    return this.#recent;
  }

  /** Works them out anew: where there are many origins, a part of them at a time. */
  refresh(now: number): void {
    this.#recentAt = now;
    const window = this.#window;
    window.reset();
    const oldest = Math.floor(now / 1000) - WINDOW_SECONDS;
    for (const entry of this.#histograms) if (entry && entry.second > oldest) window.merge(entry.histogram);
    const { count } = window;
    const at = (q: number): number => (count === 0 ? 0 : window.quantile(q));
    this.#recent = { count, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  #slot(at: number): Slot {
    const ahead = at - this.#current * 1000;
    return this.#slotNow && ahead >= 0 && ahead < 1000 ? this.#slotNow : this.#turnTo(Math.floor(at / 1000));
  }

  #turnTo(second: number): Slot {
    // The second before is over: keep what its histogram says before that is reused.
    const before = this.#slotNow;
    before?.summarise(this.#histogramAt(before.second));
    const index = second % SLOTS;
    let slot = this.#slots[index];
    if (slot?.second !== second) {
      slot = new Slot(second);
      this.#slots[index] = slot;
    } else slot.summarised = false;
    this.#current = second;
    this.#slotNow = slot;
    this.#histogramNow = this.#histogramOf(second);
    return slot;
  }

  #histogramOf(second: number): Histogram {
    const index = second % HISTOGRAM_SLOTS;
    let entry = this.#histograms[index];
    if (!entry) {
      entry = { second, histogram: new Histogram() };
      this.#histograms[index] = entry;
    } else if (entry.second !== second) {
      entry.second = second;
      entry.histogram.reset();
    }
    return entry.histogram;
  }

  #histogramAt(second: number): Histogram | undefined {
    const entry = this.#histograms[second % HISTOGRAM_SLOTS];
    return entry?.second === second ? entry.histogram : undefined;
  }
}
