import { Balancer, type BalancerOptions, type Decision, type OriginView } from './balancer.ts';
import type { Commons } from './commons.ts';
import { EvenkeelError } from './errors.ts';
import type { FailureKind } from './failure.ts';
import type { HealthStatus } from './health.ts';
import type { Refusal, Waiter } from './limiter.ts';
import type { Origin, OriginSpec } from './origin.ts';
import type { Policies } from './policies.ts';
import type { AttemptTimes, LoadReport, RequestInfo } from './strategy.ts';

/** What is believed of an origin's health. */
export interface HealthVerdict {
  readonly status: HealthStatus | 'ejected';
  /** For people. */
  readonly reason: string;
}

/**
 * One of several balancers, each in a thread of its own, that share the requests of one lab and decide as one would. All are told of
 * the same origins, weights and policies in the same order; in flight, reported loads and turns they know from the `Commons`.
 *
 * One of them leads: it alone decides on the origins' health and whether the circuit breaker opens, and is told (`attemptElsewhere`) how the others' attempts ended; the
 * others have no health policy and do as it says (`heed`).
 */
export class ThreadBalancer extends Balancer {
  readonly #commons: Commons;
  readonly #wake: (thread: number) => void;
  /** How many reports of each origin, by id, are known here. */
  readonly #reports: number[] = [];

  /**
   * @param wake has the balancer of another thread `lookAgain`: there is room for the first who waits there
   * @throws EvenkeelError `unknown-strategy` or `bad-argument`
   */
  constructor(options: BalancerOptions, commons: Commons, wake: (thread: number) => void) {
    super(options, commons);
    this.#commons = commons;
    this.#wake = wake;
    this.breaker.obeys = commons.thread > 0;
  }

  /** In all threads. */
  override get waiting(): number {
    return this.#commons.waiting;
  }

  /** At the end: whose turn it is, is remembered by numbers that grow in the lab's order. @throws EvenkeelError what `Balancer.add` throws, or `bad-argument` when the lab has had more origins than fit */
  override add(origin: OriginSpec, now: number): OriginView {
    if (!this.#commons.holds(this.added)) {
      throw new EvenkeelError(
        'bad-argument',
        `The lab has had ${this.added} origins, and with several threads it can have no more; load it anew.`,
      );
    }
    return super.add(origin, now);
  }

  override together<Result>(work: () => Result): Result {
    this.#commons.enter();
    try {
      this.#learn();
      return work();
    } finally {
      this.#commons.leave();
    }
  }

  /** `started` has to follow before anything else but its insight is asked of this balancer: others count the attempt from here on. */
  override choose(request: RequestInfo, now: number, tried?: ReadonlySet<string>, own?: string): Decision | undefined {
    const commons = this.#commons;
    commons.enter();
    try {
      this.#learn();
      // Whoever waits in another thread comes before those who come now.
      if (commons.firstThread !== undefined && !this.limiter.turning) return undefined;
      const decision = super.choose(request, now, tried, own);
      if (decision) commons.started(decision.origin.id);
      return decision;
    } finally {
      commons.leave();
    }
  }

  override finished(origin: OriginView, result: AttemptTimes, now: number): void {
    this.#commons.ended(origin.id);
    super.finished(origin, result, now);
  }

  override wait(waiter: Waiter, now: number): Refusal | undefined {
    this.#commons.enter();
    try {
      const refusal = super.wait(waiter, now);
      this.#learn();
      // Since it was told that there is none, another thread may have made room.
      if (refusal === undefined && this.#hasRoom) this.turnsDue = true;
      return refusal;
    } finally {
      this.#commons.leave();
    }
  }

  override leave(waiter: Waiter): void {
    super.leave(waiter);
    this.#passOn();
  }

  /** Another thread has seen that there is room for the first who waits here. */
  lookAgain(now: number): void {
    this.#commons.awake();
    this.settled(now);
  }

  override reportLoad(name: string, value: number, now: number, rates?: Pick<LoadReport, 'rate' | 'errorRate'>): void {
    const origin = this.pool.named(name);
    if (!origin) return;
    const { loads } = this.#commons;
    this.together(() => {
      const before = origin.load;
      super.reportLoad(name, value, now, rates);
      if (origin.load && origin.load !== before) this.#reports[origin.id] = loads.report(origin.id, origin.load);
    });
  }

  override setPolicies(policies: Policies, now: number): void {
    this.together(() => super.setPolicies(policies, now));
  }

  override advance(now: number): void {
    // Loads that are taken now are those of all threads.
    this.together(() => this.chooser.advance(now));
    super.advance(now);
  }

  override drain(name: string, now: number): void {
    this.together(() => super.drain(name, now));
  }

  /** How an attempt ended that another thread sent: what it says of the origin's health. One at an origin that is gone is ignored. */
  attemptElsewhere(name: string, failure: FailureKind | undefined, now: number): void {
    const origin = this.pool.named(name);
    if (!origin) return;
    this.together(() => this.health.attemptEnded(origin, failure, now));
    this.settled(now);
  }

  /** Takes over what the lead believes of an origin; one that is gone is ignored. */
  heed(name: string, verdict: HealthVerdict, now: number): void {
    const origin = this.pool.named(name);
    if (!origin) return;
    origin.verdict = verdict;
    this.health.settle(origin, now, verdict.reason);
    this.settled(now);
  }

  /** Another thread has died with all that it had in flight or waiting: its places are free. */
  threadLost(thread: number, now: number): void {
    this.#commons.giveBack(thread);
    this.together(() => {
      // One that drained may have had its last requests there.
      for (const origin of this.pool.all) if (origin.draining) this.health.settle(origin, now, 'draining');
    });
    this.settled(now);
    this.#passOn();
  }

  /** Nobody else may take the place that the first in the line is given. */
  protected override settled(now: number): void {
    const commons = this.#commons;
    if (commons.firstThread === undefined) {
      super.settled(now);
      return;
    }
    commons.enter();
    try {
      this.#learn();
      super.settled(now);
      this.#passOn();
    } finally {
      commons.leave();
    }
  }

  get #hasRoom(): boolean {
    return !this.limiter.isFull && this.pool.countAvailable() > 0;
  }

  /** Where there is room and the first in the line waits in another thread, that one is to know. */
  #passOn(): void {
    const commons = this.#commons;
    const first = commons.firstThread;
    if (first !== undefined && first !== commons.thread && this.#hasRoom && commons.wake(first)) this.#wake(first);
  }

  /** Takes over how many attempts are in flight everywhere, and what origins have reported to others. */
  #learn(): void {
    const { loads } = this.#commons;
    this.limiter.learnAll(this.#commons.allInFlight);
    for (const origin of this.pool.all) {
      const inFlight = this.#commons.inFlight(origin.id);
      if (inFlight !== origin.inFlight) this.#learnOf(origin, inFlight);
      const reports = loads.reportsOf(origin.id);
      if (reports === (this.#reports[origin.id] ?? 0)) continue;
      this.#reports[origin.id] = reports;
      origin.load = loads.reportOf(origin.id);
    }
  }

  #learnOf(origin: Origin, inFlight: number): void {
    this.limiter.learn(origin, inFlight);
    this.chooser.loadChanged(origin);
  }
}
