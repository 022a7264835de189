import { randomBytes } from 'node:crypto';
import { Balancer, type BalancerOptions, type OriginRole } from '../core/balancer.ts';
import type { CheckResult } from '../core/health.ts';
import type { Policies } from '../core/policies.ts';
import { BALANCER, randomStream } from '../core/random-streams.ts';
import type { StrategySpec } from '../core/strategy.ts';
import { type HealthVerdict, ThreadBalancer } from '../core/thread-balancer.ts';
import type { AttemptRecord } from '../protocol/attempt-record.ts';
import { BreakdownRecorder } from '../protocol/breakdown-recorder.ts';
import { DecisionLog } from '../protocol/decision-log.ts';
import type { AnswersDefinition, ForwarderName } from '../protocol/lab.ts';
import type { EngineMetrics } from '../protocol/metrics.ts';
import { type Recorder, SilentRecorder } from '../protocol/recorder.ts';
import type { RequestDetail } from '../protocol/request-detail.ts';
import { AnswerFields } from './answer-fields.ts';
import { Bell } from './bell.ts';
import { now } from './clock.ts';
import { Dispatcher } from './dispatcher.ts';
import type { EngineDefinition, EngineOrigin, EngineReport, ListenAddress } from './engine-calls.ts';
import { engineMetrics, HealthCounts } from './engine-metrics.ts';
import { engineReport } from './engine-report.ts';
import type { EngineThread } from './engine-thread.ts';
import { authorityOf, type ForwarderOptions } from './forwarder.ts';
import { createForwarder } from './forwarders.ts';
import { HealthChecker } from './health-checker.ts';
import { listenError } from './listen-error.ts';
import { ProxyServer, requireFree } from './proxy-server.ts';

/** The shortest time (ms) between two looks at what the balancer has to do, however often it changes its mind. */
const SHORTEST_WAIT = 5;
/** The longest: a guard against a clock that jumped. */
const LONGEST_WAIT = 1000;
/** ms until the lab is told of loads that came with answers, and of how long the queue is: both may change thousands of times a second. */
const TOLD_EVERY = 250;

const NOTHING_ADDED: AnswersDefinition = { sticky: 'off', responseHeaders: [] };

/** The live data path: the core's balancer on the wall clock, between a real front door and real origins. */
export class Engine {
  readonly recorder: Recorder;
  readonly #balancer: Balancer;
  readonly #thread: EngineThread | undefined;
  /** Of its cookies, which so outlast any change but the end of the lab. */
  readonly #secret: string | Buffer;
  readonly #bell: Bell | undefined;
  readonly #threads: number;
  readonly #decisions: DecisionLog;
  readonly #dispatcher: Dispatcher;
  readonly #proxy: ProxyServer;
  readonly #checker: HealthChecker;
  readonly #health = new HealthCounts();
  readonly #options: ForwarderOptions;
  readonly #onChange: () => void;
  #policies: Policies;
  #timer: NodeJS.Timeout | undefined;
  #reportTimer: NodeJS.Timeout | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  /**
   * @param onChange an origin's state changed
   * @param thread none: it is the only one
   */
  constructor(definition: EngineDefinition, onChange: () => void, thread?: EngineThread) {
    this.#thread = thread;
    this.#secret = thread?.secret ?? randomBytes(32);
    this.#threads = definition.threads ?? 1;
    this.recorder =
      definition.telemetry === false
        ? new SilentRecorder()
        : (thread?.relay ?? new BreakdownRecorder(onChange, (origin) => this.#health.forget(origin)));
    this.#policies = definition.policies;
    this.#onChange = onChange;
    const options: BalancerOptions = {
      strategy: definition.strategy,
      policies: definition.policies,
      rng: randomStream(definition.seed, BALANCER),
      onTransition: (transition) => {
        this.#health.transition(transition);
        thread?.onTransition?.(transition);
        onChange();
      },
      onBreaker: (status) => {
        thread?.onBreaker?.(status);
        this.#changed();
      },
    };
    if (thread) {
      const bell = new Bell(thread.secret, thread.commons.thread, () => balancer.lookAgain(now()));
      const balancer = new ThreadBalancer(options, thread.commons, (other) => bell.ring(other));
      this.#bell = bell;
      this.#balancer = balancer;
    } else this.#balancer = new Balancer(options);
    this.#decisions = new DecisionLog(this.#balancer, this.recorder);
    this.#dispatcher = new Dispatcher({
      balancer: this.#balancer,
      decisions: this.#decisions,
      recorder: this.recorder,
      timeouts: () => this.#policies.timeouts,
      answers: new AnswerFields(definition.answers ?? NOTHING_ADDED, this.#secret),
      onWork: () => this.#schedule(),
      onQueue: () => this.#queueChanged(),
      onReport: () => this.#tellSoon(),
      nextRequest: thread && (() => thread.commons.nextRequest()),
    });
    this.#checker = new HealthChecker(this.#balancer, (name) => this.#dispatcher.target(name), this.#health);
    this.#options = {
      handler: this.#dispatcher,
      trustForwarded: definition.trustForwarded,
      tellsForwarded: definition.requestHeaders?.includes('forwarded') ?? false,
    };
    this.#proxy = new ProxyServer(createForwarder(definition.forwarder, this.#options));
  }

  /** @throws EvenkeelError `port-in-use` | `port-forbidden` */
  async listen(address: ListenAddress): Promise<number> {
    try {
      if (this.#thread && !this.#thread.relay) await requireFree(address);
      return await this.#proxy.listen(address, this.#thread !== undefined);
    } catch (error) {
      throw listenError(error as NodeJS.ErrnoException, address.host, address.port, this.#threads);
    }
  }

  add({ name, before, host, port, weight, role, tls }: EngineOrigin): void {
    const target = { host, port, ...(tls && { tls }) };
    this.#balancer.add({ name, address: authorityOf(target), weight, ...role }, now(), before);
    this.#dispatcher.setTarget(name, target);
    this.recorder.introduce(name);
    this.#changed();
  }

  remove(name: string): void {
    this.#balancer.remove(name, now());
    const target = this.#dispatcher.removeTarget(name);
    if (target) this.#proxy.forget(target);
    this.recorder.leave(name, now());
    this.#changed();
  }

  setWeight(name: string, weight: number): void {
    this.#balancer.setWeight(name, weight, now());
    this.#changed();
  }

  setRole(name: string, role: OriginRole): void {
    this.#balancer.setRole(name, role, now());
    this.#changed();
  }

  setStrategy(strategy: StrategySpec): void {
    this.#balancer.setStrategy(strategy, now());
  }

  setAnswers(answers: AnswersDefinition): void {
    this.#dispatcher.answers = new AnswerFields(answers, this.#secret);
  }

  /** New connections are served by another forwarder; requests in progress end where they are. */
  setForwarder(name: ForwarderName): void {
    this.#proxy.setForwarder(createForwarder(name, this.#options));
  }

  setPolicies(policies: Policies): void {
    this.#policies = policies;
    this.#balancer.setPolicies(policies, now());
    this.#changed();
  }

  drain(name: string): void {
    this.#balancer.drain(name, now());
    this.#changed();
  }

  resume(name: string): void {
    this.#balancer.resume(name, now());
    this.#changed();
  }

  /** How an attempt ended that another thread sent, or a request that no origin got there. */
  endedElsewhere({ origin, failure, last, status, at, waited }: AttemptRecord, endedAt: number): void {
    const balancer = this.#balancer;
    if (!(balancer instanceof ThreadBalancer)) return;
    const reported = balancer.origin(origin)?.load;
    balancer.attemptElsewhere(origin, failure, endedAt);
    if (balancer.origin(origin)?.load !== reported) this.#tellSoon();
    if (last && status !== 101) balancer.breaker.ended(failure, at - waited, endedAt);
    if (failure !== undefined) this.#schedule();
  }

  /** Another thread has died. */
  threadLost(thread: number): void {
    if (this.#balancer instanceof ThreadBalancer) this.#balancer.threadLost(thread, now());
    this.countQueue();
    this.#changed();
  }

  /** What the lead believes of an origin. */
  heed(origin: string, verdict: HealthVerdict): void {
    if (this.#balancer instanceof ThreadBalancer) this.#balancer.heed(origin, verdict, now());
    this.#changed();
  }

  /** The lead's circuit breaker has opened. */
  openBreaker(why: string, at: number): void {
    this.#balancer.breaker.open(why, at);
    this.#changed();
  }

  report(): EngineReport {
    return this.#balancer.together(() => engineReport(this.#balancer, this.recorder));
  }

  /** What was counted since the start. */
  metrics(): EngineMetrics {
    this.recorder.forgetThoseGone(now());
    return engineMetrics(this.recorder, this.#health);
  }

  /** What the balancer compared for a request, as far as it is kept. */
  requestDetail(request: number): RequestDetail {
    return this.#decisions.detail(request);
  }

  /** Results of an origin's health checks, oldest first; none for one that is gone. */
  checks(name: string): readonly CheckResult[] {
    return this.#balancer.origin(name)?.checks ?? [];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#reportTimer);
    this.#checker.stop();
    this.#bell?.close();
    await this.#proxy.close();
  }

  /** Takes in how many wait in other threads. */
  countQueue(): void {
    if (this.#thread && this.#balancer.waiting !== this.recorder.queued) this.#queueChanged();
  }

  /** The frames tell every change; the state follows more slowly, but at once from nothing and to nothing. */
  #queueChanged(): void {
    const before = this.recorder.queued;
    this.recorder.queued = this.#balancer.waiting;
    if ((this.recorder.queued === 0) === (before === 0)) this.#tellSoon();
    else this.#onChange();
  }

  #tellSoon(): void {
    this.#reportTimer ??= setTimeout(() => {
      this.#reportTimer = undefined;
      this.#onChange();
    }, TOLD_EVERY);
  }

  #changed(): void {
    this.#onChange();
    this.#schedule();
  }

  /** Wakes when the balancer next has a check to send or an ejection to end. */
  #schedule(): void {
    if (this.#stopped) return;
    const at = now();
    const next = this.#balancer.nextEventAt(at);
    if (next >= this.#wakeAt && this.#wakeAt > at) return;
    clearTimeout(this.#timer);
    const wait = Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, next - at));
    this.#wakeAt = at + wait;
    this.#timer = setTimeout(() => this.#wake(), wait);
  }

  #wake(): void {
    this.#wakeAt = Number.POSITIVE_INFINITY;
    const warming = this.#balancer.warming;
    this.#balancer.advance(now());
    if (warming || this.#balancer.warming) this.#onChange();
    const { active } = this.#policies.health;
    if (active !== 'off') {
      this.#checker.run(active, () => {
        // Loads changed even where no state did.
        this.#onChange();
        this.#schedule();
      });
    }
    this.#schedule();
  }
}
