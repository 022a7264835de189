import { ClientTrail } from './client-trail.ts';
import { Measures, type RequestEnd } from './measures.ts';
import { SecondSeries } from './second-series.ts';

/** What is to be measured of a run. Times in ms. */
interface RecorderOptions {
  readonly duration: number;
  readonly warmup: number;
  readonly origins: number;
  /** Spans that are measured by themselves. */
  readonly windows: readonly (readonly [number, number])[];
  readonly series: boolean;
  /** Clients whose origins are followed; 0: nobody's. */
  readonly trail: number;
}

/** Counts everything that happens in a run. */
export class RunRecorder {
  /** After the warm-up. */
  readonly main: Measures;
  readonly windows: readonly Measures[];
  readonly series: SecondSeries | undefined;
  readonly trail: ClientTrail | undefined;
  /** Whether anything is measured beside `main`: then the functions called `also…` have to be told, too. */
  readonly more: boolean;

  constructor({ duration, warmup, origins, windows, series, trail }: RecorderOptions) {
    this.main = new Measures(warmup, duration, origins);
    this.windows = windows.map(([from, to]) => new Measures(from, to, origins));
    this.series = series ? new SecondSeries(duration, origins) : undefined;
    this.more = windows.length > 0 || series;
    this.trail = trail > 0 ? new ClientTrail(trail) : undefined;
  }

  /** There are so many origins from now on. */
  makeRoom(origins: number): void {
    this.main.makeRoom(origins);
    for (const window of this.windows) window.makeRoom(origins);
    this.series?.makeRoom(origins);
  }

  alsoArrived(now: number): void {
    for (const window of this.windows) if (window.covers(now)) window.offered++;
    this.series?.offered();
  }

  alsoAttemptBegan(arrivedAt: number, origin: number, again: boolean): void {
    for (const window of this.windows) if (window.covers(arrivedAt)) window.attemptBegan(origin, again);
    this.series?.attemptBegan(origin);
  }

  alsoAttemptEnded(arrivedAt: number, origin: number, took: number, failed: boolean): void {
    for (const window of this.windows) {
      if (!window.covers(arrivedAt)) continue;
      if (failed) window.attemptFailed(origin);
      else window.attemptAnswered(origin, took);
    }
  }

  alsoRequestEnded(arrivedAt: number, end: RequestEnd, took: number): void {
    for (const window of this.windows) {
      if (!window.covers(arrivedAt)) continue;
      if (end === 'completed') window.requestCompleted(took);
      else window.requestLost(end);
    }
    this.series?.requestEnded(end, took);
  }

  pageEnded(arrivedAt: number, took: number, failed: boolean): void {
    if (this.main.covers(arrivedAt)) this.main.pageEnded(took, failed);
    for (const window of this.windows) if (window.covers(arrivedAt)) window.pageEnded(took, failed);
  }
}
