import type { Decision } from '../core/balancer.ts';
import type { FailureKind } from '../core/failure.ts';
import type { Attempt } from './attempt.ts';
import type { RequestEnd } from './measures.ts';
import type { RequestFlowOptions } from './request-flow-options.ts';
import type { AttemptTrace } from './run-options.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { RunWatcher } from './run-watcher.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Whoever looks at a run beside its measures: most runs have nobody, and pay for nobody. */
export class RunObservers {
  readonly watcher: RunWatcher | undefined;
  readonly #clock: VirtualClock;
  readonly #recorder: RunRecorder;
  readonly #onAttempt: ((attempt: AttemptTrace) => void) | undefined;

  private constructor({ clock, recorder, onAttempt, watcher }: RequestFlowOptions) {
    this.watcher = watcher;
    this.#clock = clock;
    this.#recorder = recorder;
    this.#onAttempt = onAttempt;
  }

  /** Undefined when there are none. */
  static of(options: RequestFlowOptions): RunObservers | undefined {
    const { recorder, onAttempt, watcher } = options;
    return recorder.more || recorder.trail || onAttempt || watcher ? new RunObservers(options) : undefined;
  }

  requestBegan({ number }: Attempt): void {
    this.#recorder.alsoArrived(this.#clock.now);
    this.watcher?.requestBegan(number);
  }

  attemptBegan(attempt: Attempt, { origin, reason }: Decision): void {
    const { number, ordinal, arrivedAt } = attempt;
    this.#recorder.alsoAttemptBegan(arrivedAt, origin.id, ordinal > 1);
    if (this.watcher) {
      const { client, path } = attempt;
      this.watcher.attemptBegan(number, { origin: origin.id, attempt: ordinal, reason, client, path });
    }
    this.#recorder.trail?.met(attempt.clientNumber, origin.id);
  }

  /** @param origin number of its origin. @param duration ms */
  attemptAnswered(attempt: Attempt, origin: number, duration: number): void {
    this.attemptEnded(attempt, origin, duration, undefined);
    this.watcher?.attemptEnded(attempt.number, undefined, true, 200);
  }

  /** @param origin number of its origin. @param duration ms */
  attemptEnded(
    { arrivedAt, ordinal }: Attempt,
    origin: number,
    duration: number,
    failure: FailureKind | undefined,
  ): void {
    this.#recorder.alsoAttemptEnded(arrivedAt, origin, duration, failure !== undefined);
    const endedAt = this.#clock.now;
    this.#onAttempt?.({ origin, attempt: ordinal, arrivedAt, begunAt: endedAt - duration, endedAt, failure });
  }

  requestEnded(attempt: Attempt, end: RequestEnd, failure: FailureKind | undefined): void {
    const { number, arrivedAt } = attempt;
    this.#recorder.alsoRequestEnded(arrivedAt, end, this.#clock.now - arrivedAt);
    this.watcher?.requestEnded(number, failure, attempt.client, attempt.path);
  }
}
