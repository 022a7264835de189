import { Balancer, type BalancerOptions, type Decision, type OriginView } from './balancer.ts';
import type { Commons } from './commons.ts';
import { EvenkeelError } from './errors.ts';
import type { FailureKind } from './failure.ts';
import type { HealthStatus } from './health.ts';
import type { NewOrigin, Origin } from './origin.ts';
import type { AttemptTimes, RequestInfo } from './strategy.ts';

/** What is believed of an origin's health. */
export interface HealthVerdict {
  readonly status: HealthStatus | 'ejected';
  /** For people. */
  readonly reason: string;
}

/**
 * One of several balancers, each in a thread of its own, that share the requests of one lab and decide as one would. All are told of
 * the same origins, weights and policies in the same order; in flight and turns they know from the `Commons`.
 *
 * One of them leads: it alone decides on the origins' health, and is told (`attemptElsewhere`) how the others' attempts ended; the
 * others have no health policy and do as it says (`heed`).
 */
export class ThreadBalancer extends Balancer {
  readonly #commons: Commons;

  /** @throws EvenkeelError `unknown-strategy` or `bad-argument` */
  constructor(options: BalancerOptions, commons: Commons) {
    super(options, commons);
    this.#commons = commons;
  }

  /** @throws EvenkeelError what `Balancer.add` throws, or `bad-argument` when the lab has had more origins than fit */
  override add(origin: NewOrigin, now: number): OriginView {
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

  override drain(name: string, now: number): void {
    this.#learn();
    super.drain(name, now);
  }

  /** How an attempt ended that another thread sent: what it says of the origin's health. One at an origin that is gone is ignored. */
  attemptElsewhere(name: string, failure: FailureKind | undefined, now: number): void {
    const origin = this.pool.named(name);
    if (!origin) return;
    this.#learn();
    this.health.attemptEnded(origin, failure, now);
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

  /** Takes over how many attempts are in flight everywhere. */
  #learn(): void {
    for (const origin of this.pool.all) {
      const inFlight = this.#commons.inFlight(origin.id);
      if (inFlight !== origin.inFlight) this.#learnOf(origin, inFlight);
    }
  }

  #learnOf(origin: Origin, inFlight: number): void {
    this.limiter.learn(origin, inFlight);
    this.chooser.loadChanged(origin);
  }
}
