import type { Lab } from '../host/lab.ts';
import type { TelemetrySubscription } from '../host/telemetry-subscription.ts';
import { attemptLines } from '../protocol/attempt-line.ts';
import { decodeFrame } from '../protocol/frame.ts';
import { Measures } from '../simulation/measures.ts';

/** Measures a running lab as a simulated one is measured, from every attempt it tells of, in one or several spans of its time. */
export class LiveMeasures {
  readonly windows: readonly Measures[];
  /** Names in the order of the measures' indices. */
  readonly origins: readonly string[];
  /** Attempts that ended unseen, because they came faster than they could be told. */
  missed = 0;
  readonly #subscription: TelemetrySubscription;

  /**
   * @param begunAt ms since the epoch that the windows are counted from
   * @param windows from and to, ms; requests that arrive in between count
   */
  constructor(lab: Lab, begunAt: number, windows: readonly (readonly [number, number])[]) {
    const { origins } = lab.state;
    this.origins = origins.map(({ name }) => name);
    this.windows = windows.map(([from, to]) => new Measures(from, to, origins.length));
    const places = new Map(this.origins.map((name, place) => [name, place]));
    this.#subscription = lab.subscribe(
      (bytes) => {
        const frame = decodeFrame(bytes);
        if (!frame.snapshot) this.missed += frame.ended - frame.attempts.rows;
        for (const { at, attempt, waited_ms, total_ms, origin, failure, last } of attemptLines(frame)) {
          const waited = waited_ms ?? 0;
          const took = total_ms ?? 0;
          const place = origin === null ? undefined : places.get(origin);
          for (const measures of this.windows) {
            if (!measures.covers(at - waited - begunAt)) continue;
            if (place !== undefined) {
              measures.attemptBegan(place, attempt > 1);
              if (failure === null) measures.attemptAnswered(place, took);
              else measures.attemptFailed(place);
            }
            if (!last) continue;
            measures.offered++;
            if (failure === null) measures.requestCompleted(waited + took);
            else measures.requestLost(origin === null ? 'rejected' : 'failed');
          }
        }
        this.#subscription.acknowledge(frame.sequence);
      },
      { everything: true },
    );
  }

  /** Nothing counts that ends from here on, such as what a lab cuts off when it is stopped. */
  close(): void {
    this.#subscription.close();
  }
}
