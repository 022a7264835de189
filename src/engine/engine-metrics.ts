import type { Transition } from '../core/balancer.ts';
import { BreakdownRecorder } from '../protocol/breakdown-recorder.ts';
import type { EngineMetrics, OriginMetrics, SeriesMetrics } from '../protocol/metrics.ts';
import type { Recorder } from '../protocol/recorder.ts';
import type { Series } from '../protocol/series.ts';

/** Counts what is no request: checks and ejections, per origin since the start. */
export class HealthCounts {
  readonly #counts = new Map<string, { passed: number; failed: number; ejections: number }>();

  transition({ origin, to }: Transition): void {
    if (to === 'ejected') this.#of(origin).ejections++;
  }

  check(origin: string, ok: boolean): void {
    if (ok) this.#of(origin).passed++;
    else this.#of(origin).failed++;
  }

  forget(origin: string): void {
    this.#counts.delete(origin);
  }

  of(origin: string): Pick<OriginMetrics, 'checks' | 'ejections'> {
    const { passed, failed, ejections } = this.#of(origin);
    return { checks: { passed, failed }, ejections };
  }

  #of(origin: string): { passed: number; failed: number; ejections: number } {
    let counts = this.#counts.get(origin);
    if (counts === undefined) {
      counts = { passed: 0, failed: 0, ejections: 0 };
      this.#counts.set(origin, counts);
    }
    return counts;
  }
}

/** All that is counted, as one value. */
export function engineMetrics(recorder: Recorder, health: HealthCounts): EngineMetrics {
  const breakdowns = recorder instanceof BreakdownRecorder ? recorder : undefined;
  return {
    requests: seriesMetrics(recorder.requests),
    attempts: recorder.attempts,
    queued: recorder.queued,
    refused: breakdowns?.refusals ?? {},
    origins: Array.from(recorder.origins.values(), (series) => ({
      ...seriesMetrics(series),
      ...health.of(series.name),
      name: series.name,
      received: series.received,
      sent: series.sent,
      failures: breakdowns?.failures(series.name) ?? {},
      breakdowns: breakdowns?.breakdowns(series.name) ?? { retried: 0, lost: 0 },
    })),
  };
}

function seriesMetrics({ started, completed, failed, retries, inFlight, durations }: Series): SeriesMetrics {
  return { started, completed, failed, retries, inFlight, durations: durations.data };
}
