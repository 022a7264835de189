import type { Decision } from '../core/balancer.ts';
import type { FailureKind } from '../core/failure.ts';
import type { AttemptSlots } from './attempt-slots.ts';
import type { RequestEnd } from './measures.ts';
import type { RequestFlowOptions } from './request-flow-options.ts';
import type { RequestSlot } from './request-slot.ts';
import type { AttemptTrace } from './run-options.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { RunWatcher } from './run-watcher.ts';
import { ARRIVED_AT, ATTEMPT, NUMBERS, ORIGIN, TIMES } from './slot-fields.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Whoever looks at a run beside its measures: most runs have nobody, and pay for nobody. */
export class RunObservers {
  readonly watcher: RunWatcher | undefined;
  readonly #slots: AttemptSlots;
  readonly #clock: VirtualClock;
  readonly #recorder: RunRecorder;
  readonly #onAttempt: ((attempt: AttemptTrace) => void) | undefined;
  readonly #request: RequestSlot;

  private constructor({ world, clock, recorder, onAttempt, watcher }: RequestFlowOptions, request: RequestSlot) {
    this.watcher = watcher;
    this.#slots = world.slots;
    this.#clock = clock;
    this.#recorder = recorder;
    this.#onAttempt = onAttempt;
    this.#request = request;
  }

  /** Undefined when there are none. @param request the request that is being routed */
  static of(options: RequestFlowOptions, request: RequestSlot): RunObservers | undefined {
    const { recorder, onAttempt, watcher } = options;
    return recorder.more || recorder.trail || onAttempt || watcher ? new RunObservers(options, request) : undefined;
  }

  requestBegan(slot: number): void {
    this.#recorder.alsoArrived(this.#clock.now);
    this.watcher?.requestBegan(slot);
  }

  attemptBegan(slot: number, attempt: number, { origin, reason }: Decision): void {
    this.#recorder.alsoAttemptBegan(this.#arrivedAt(slot), origin.id, attempt > 1);
    if (this.watcher) {
      const { client, path } = this.#request;
      this.watcher.attemptBegan(slot, { origin: origin.id, attempt, reason, client, path });
    }
    this.#recorder.trail?.met(this.#request.clientNumber, origin.id);
  }

  /** @param duration ms */
  attemptAnswered(slot: number, duration: number): void {
    this.attemptEnded(slot, duration, undefined);
    this.watcher?.attemptEnded(slot, undefined, true, 200);
  }

  /** @param duration ms */
  attemptEnded(slot: number, duration: number, failure: FailureKind | undefined): void {
    const arrivedAt = this.#arrivedAt(slot);
    const origin = this.#slots.numbers[slot * NUMBERS + ORIGIN] as number;
    this.#recorder.alsoAttemptEnded(arrivedAt, origin, duration, failure !== undefined);
    if (this.#onAttempt === undefined) return;
    const attempt = this.#slots.numbers[slot * NUMBERS + ATTEMPT] as number;
    const endedAt = this.#clock.now;
    this.#onAttempt({ origin, attempt, arrivedAt, begunAt: endedAt - duration, endedAt, failure });
  }

  requestEnded(slot: number, end: RequestEnd, failure: FailureKind | undefined): void {
    const arrivedAt = this.#arrivedAt(slot);
    this.#recorder.alsoRequestEnded(arrivedAt, end, this.#clock.now - arrivedAt);
    if (this.watcher === undefined) return;
    this.#request.slot = slot;
    this.watcher.requestEnded(slot, failure, this.#request.client, this.#request.path);
  }

  #arrivedAt(slot: number): number {
    return this.#slots.times[slot * TIMES + ARRIVED_AT] as number;
  }
}
