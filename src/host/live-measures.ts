import { Histogram } from '../core/histogram.ts';
import { attemptLines } from '../protocol/attempt-line.ts';
import { decodeFrame } from '../protocol/frame.ts';
import type { Lab } from './lab.ts';

/** What was measured of a running lab. */
export interface LiveFigures {
  /** Requests that ended, and those of them that got no answer below 500. */
  readonly ended: number;
  readonly failed: number;
  /** Attempts by origin. */
  readonly attempts: ReadonlyMap<string, number>;
  /** Whole time of the requests that went well, ms. */
  readonly latency: Histogram;
  /** Attempts that ended unseen, because they came faster than they could be counted. */
  readonly missed: number;
}

/** Counts every request of a lab that arrives within a span, from every attempt it tells of. */
export class LiveMeasures {
  readonly #attempts = new Map<string, number>();
  readonly #latency = new Histogram();
  #ended = 0;
  #failed = 0;
  #missed = 0;

  /**
   * @param from ms since the epoch; requests that arrived before do not count
   * @param to likewise, after
   */
  constructor(lab: Lab, from: number, to = Number.POSITIVE_INFINITY) {
    const subscription = lab.subscribe(
      (bytes) => {
        const frame = decodeFrame(bytes);
        if (!frame.snapshot) this.#missed += frame.ended - frame.attempts.rows;
        for (const { at, waited_ms, total_ms, origin, failure, last } of attemptLines(frame)) {
          const arrived = at - (waited_ms ?? 0);
          if (arrived < from || arrived >= to) continue;
          if (origin !== null) this.#attempts.set(origin, (this.#attempts.get(origin) ?? 0) + 1);
          if (!last) continue;
          this.#ended++;
          if (failure === null) this.#latency.record((waited_ms ?? 0) + (total_ms ?? 0));
          else this.#failed++;
        }
        subscription.acknowledge(frame.sequence);
      },
      { everything: true },
    );
  }

  get figures(): LiveFigures {
    return {
      ended: this.#ended,
      failed: this.#failed,
      attempts: this.#attempts,
      latency: this.#latency,
      missed: this.#missed,
    };
  }
}
