import { STATUS_CODES } from 'node:http';
import type { Balancer, Decision, FailedAttempt, Refusal, Waiter } from '../core/balancer.ts';
import { FAILURES, type FailureKind, failureClause, failureCode, failureOf } from '../core/failure.ts';
import type { TimeoutPolicy } from '../core/policies.ts';
import { Tries } from '../core/tries.ts';
import { type AttemptRecord, recordOf } from '../protocol/attempt-record.ts';
import type { DecisionLog } from '../protocol/decision-log.ts';
import type { Recorder } from '../protocol/recorder.ts';
import type { AnswerFields } from './answer-fields.ts';
import { now } from './clock.ts';
import type { AttemptResult, AttemptWatch, InboundRequest, Target } from './forwarder.ts';
import { loadInHeader } from './load-report.ts';

/** A path in the log; the rest of a longer one is not worth its memory. */
const MAX_LOGGED_PATH = 512;

/** What requests need on their way. */
export interface ExchangeOwner {
  readonly balancer: Balancer;
  readonly decisions: DecisionLog;
  readonly recorder: Recorder;
  /** What is added to answers. */
  readonly answers: AnswerFields;
  timeouts(): TimeoutPolicy;
  target(name: string): Target | undefined;
  /** The balancer may have something to do at another time than before. */
  onWork(): void;
  /** Requests began to wait, or do so no longer. */
  onQueue(): void;
  /** An origin has reported its load with an answer. */
  onReport(): void;
}

/** One request on its way through the balancer, with all its attempts. */
export class Exchange implements Waiter {
  readonly request: InboundRequest;
  readonly #id: number;
  readonly #owner: ExchangeOwner;
  readonly #at: number;
  readonly #path: string;
  readonly #own: string | undefined;
  /** Only where it was tried again. */
  #tries: Tries | undefined;
  #attempts = 0;
  /** Until its next try begins, or the time for all of it is over. */
  #timer: NodeJS.Timeout | undefined;
  /** When it began to wait for an origin with room; 0: it does not. */
  #queuedAt = 0;
  /** ms for which it waited before the attempt that is about to begin. */
  #inQueue = 0;

  constructor(id: number, request: InboundRequest, owner: ExchangeOwner) {
    const { path } = request;
    this.#id = id;
    this.#at = now();
    this.request = request;
    this.#owner = owner;
    this.#own = owner.answers.ownOrigin(request);
    this.#path = path.length > MAX_LOGGED_PATH ? `${path.slice(0, MAX_LOGGED_PATH)}…` : path;
  }

  /** A client is not kept at an origin that has just failed it. */
  get own(): string | undefined {
    return this.#own !== undefined && this.#tries?.failedAt.has(this.#own) ? undefined : this.#own;
  }

  begin(): void {
    const { recorder, balancer } = this.#owner;
    recorder.requestStarted(this.#at);
    balancer.retries.requestStarted();
    if (balancer.breaker.admits(this.#at)) this.#route(this.#at);
    else this.#giveUp('circuit-open', this.#at);
  }

  turn(at: number): void {
    this.#waited(at);
    this.#route(at);
  }

  refused(why: FailureKind, at: number): void {
    this.#waited(at);
    this.#giveUp(why, at);
  }

  /** Finds an origin, now or after a wait. */
  #route(at: number): void {
    const { balancer, decisions } = this.#owner;
    const decision = decisions.choose(this.#id, this.#attempts + 1, this.request, at, this.#tries?.failedAt, this.#own);
    const target = decision && this.#owner.target(decision.origin.name);
    if (decision && target) {
      this.#attempt(decision, target, at);
      return;
    }
    decisions.keep();
    const refusal: Refusal | undefined = balancer.wait(this, at);
    if (refusal) {
      this.#giveUp(refusal, at);
      return;
    }
    this.#queuedAt = at;
    const leave = (failure: FailureKind): void => {
      balancer.leave(this);
      this.refused(failure, now());
    };
    this.request.hold(leave);
    const deadline = this.#deadline();
    if (deadline < Number.POSITIVE_INFINITY) this.#timer = setTimeout(leave, deadline - at, 'total-timeout');
    this.#owner.onQueue();
    this.#owner.onWork();
  }

  #waited(at: number): void {
    clearTimeout(this.#timer);
    this.#inQueue = at - this.#queuedAt;
    this.#queuedAt = 0;
    this.#owner.onQueue();
  }

  #attempt(decision: Decision, target: Target, at: number): void {
    const { balancer, decisions, recorder, answers } = this.#owner;
    this.#attempts++;
    let withheld = false;
    let started = false;
    let endedAtOnce: AttemptResult | undefined;
    const record = this.#record(decision, at);
    const watch: AttemptWatch = {
      timeouts: this.#owner.timeouts(),
      deadline: this.#deadline(),
      withholds: (status, replayable) => {
        withheld = replayable && this.#mayRetry({ failure: 'server-error', status, bytesSent: true });
        return withheld;
      },
      fields: () => answers.of(decision.origin.name, this.#own, at - this.#at, at),
      reported: (header) => {
        const load = loadInHeader(header);
        if (!load) return;
        balancer.reportLoad(decision.origin.name, load.value, now(), load.rates);
        this.#owner.onReport();
      },
      done: (result) => {
        if (!started) {
          endedAtOnce = result;
          return;
        }
        this.#tries?.over();
        this.#ended(record, decision, result, withheld);
      },
    };
    // First of all it is sent on its way: its origin works on it while the rest is done.
    this.request.forward(target, watch);
    decisions.keep();
    balancer.started(decision.origin, at);
    recorder.attemptStarted(record);
    started = true;
    if (endedAtOnce) watch.done(endedAtOnce);
  }

  #mayRetry(failed: Pick<FailedAttempt, 'failure' | 'status' | 'bytesSent'>): boolean {
    const { method } = this.request;
    return this.#owner.balancer.retries.allows({ ...failed, attempt: this.#attempts, method, responseStarted: false });
  }

  /** When (ms on the engine's clock) the time for all of it is over. */
  #deadline(): number {
    const { total } = this.#owner.timeouts();
    return total === 'off' ? Number.POSITIVE_INFINITY : this.#at + total;
  }

  /** @param withheld whether its answer was kept from the client for another try */
  #ended(record: AttemptRecord, { origin }: Decision, result: AttemptResult, withheld: boolean): void {
    const { balancer, recorder, onWork } = this.#owner;
    const failure = result.failure ?? (result.status >= 500 ? 'server-error' : undefined);
    const duration = result.endedAt - record.at;
    record.failure = failure;
    record.status = result.status;
    record.connected = result.connectedAt > 0 ? result.connectedAt - record.at : 0;
    record.firstByte = result.firstByteAt > 0 ? result.firstByteAt - record.at : 0;
    record.queued = result.queued;
    record.total = duration;
    record.received = result.received;
    record.sent = result.sent;
    const firstByte = record.firstByte > 0 ? record.firstByte : undefined;
    balancer.finished(origin, { failure, firstByte, duration }, result.endedAt);
    const { status, bytesSent, replayable, responseStarted } = result;
    const again =
      withheld ||
      (failure !== undefined && replayable && !responseStarted && this.#mayRetry({ failure, status, bytesSent }));
    if (again) {
      recorder.attemptEnded(record, result.endedAt);
      this.#again(origin.name);
    } else {
      if (result.responseStarted) this.#close(record, failure, result.endedAt);
      else this.#finish(record, failure, result.endedAt);
      recorder.attemptEnded(record, result.endedAt);
    }
    if (failure !== undefined) onWork();
  }

  /** Tries once more, after a while. @param origin name of the one that has failed */
  #again(origin: string): void {
    this.#tries ??= new Tries(this.#owner.balancer.retries);
    const delay = this.#tries.again(origin, this.#attempts);
    if (delay === 0) {
      this.#route(now());
      return;
    }
    const deadline = this.#deadline();
    this.request.hold((failure) => this.#giveUp(failure, now()));
    this.#timer = setTimeout(
      () => {
        const at = now();
        if (at < deadline) this.#route(at);
        else this.#giveUp('total-timeout', at);
      },
      Math.min(delay, deadline - now()),
    );
  }

  /** No origin gets it (any more). */
  #giveUp(why: FailureKind, at: number): void {
    clearTimeout(this.#timer);
    this.#tries?.over();
    const record = this.#record(undefined, at);
    record.failure = why;
    this.#finish(record, why, at);
    this.#owner.recorder.refused(record);
  }

  /** Ends a request that no origin has answered: the client gets a status and a sentence of ours. */
  #finish(record: AttemptRecord, failure: FailureKind | undefined, at: number): void {
    const known = failureOf(failureCode(failure)) ?? FAILURES[2];
    record.status = known.status;
    if (failure !== 'client-gone') {
      const tries = this.#attempts > 1 ? ` (attempt ${this.#attempts})` : '';
      const said = `${known.status} ${STATUS_CODES[known.status]}: ${failureClause(known.kind, record.origin)}${tries}\n`;
      this.request.refuse(known.status, said);
    }
    this.#close(record, failure, at);
  }

  #close(record: AttemptRecord, failure: FailureKind | undefined, at: number): void {
    const { balancer } = this.#owner;
    record.last = true;
    balancer.retries.requestFinished();
    // A tunnel lasts as long as its client likes.
    if (record.status !== 101) balancer.breaker.ended(failure, this.#at, at);
    this.#owner.recorder.requestEnded(at, at - this.#at, failure !== undefined);
  }

  #record(decision: Decision | undefined, at: number): AttemptRecord {
    const { method, client } = this.request;
    const inQueue = this.#inQueue;
    this.#inQueue = 0;
    return recordOf({
      request: this.#id,
      attempt: this.#attempts,
      origin: decision?.origin.name ?? '',
      client,
      method,
      path: this.#path,
      strategy: this.#owner.balancer.strategy.use,
      reason: decision?.reason ?? 'none',
      at,
      waited: at - this.#at,
      inQueue,
    });
  }
}
