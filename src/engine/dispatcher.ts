import { STATUS_CODES } from 'node:http';
import type { Balancer, Decision } from '../core/balancer.ts';
import { FAILURES, type FailureKind, failureCode, failureOf } from '../core/failure.ts';
import type { TimeoutPolicy } from '../core/policies.ts';
import { AnswerFields } from './answer-fields.ts';
import { now } from './clock.ts';
import type { DecisionLog } from './decision-log.ts';
import type { AttemptResult, AttemptWatch, InboundRequest, RequestHandler, Target } from './forwarder.ts';
import { loadInHeader } from './load-report.ts';
import type { AttemptRecord, Recorder } from './recorder.ts';
import { NOT_TOLD } from './server-timing.ts';

/** A path in the log; the rest of a longer one is not worth its memory. */
const MAX_LOGGED_PATH = 512;

export interface DispatcherOptions {
  readonly balancer: Balancer;
  readonly decisions: DecisionLog;
  readonly recorder: Recorder;
  readonly timeouts: () => TimeoutPolicy;
  /** Called after each failed attempt: the balancer may have an ejection to time. */
  readonly onFailure: () => void;
  /** Called after each load that an origin reported with an answer. */
  readonly onReport: () => void;
}

/** One request on its way through the balancer, with all its attempts. */
interface Exchange {
  readonly id: number;
  readonly at: number;
  readonly inbound: InboundRequest;
  readonly path: string;
  /** The origin its client stays with. */
  readonly own: string | undefined;
  tried: Set<string> | undefined;
  attempts: number;
}

/** Takes each request through its attempts: the balancer chooses, the forwarder moves, the recorder counts. */
export class Dispatcher implements RequestHandler {
  readonly #options: DispatcherOptions;
  readonly #targets = new Map<string, Target>();
  /** What is added to answers from the next request on. */
  answers = new AnswerFields({ sticky: 'off', responseHeaders: [] });
  #next = 1;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  setTarget(name: string, target: Target): void {
    this.#targets.set(name, target);
  }

  target(name: string): Target | undefined {
    return this.#targets.get(name);
  }

  /** @returns the target it had */
  removeTarget(name: string): Target | undefined {
    const target = this.#targets.get(name);
    this.#targets.delete(name);
    return target;
  }

  request(inbound: InboundRequest): void {
    const at = now();
    const { path } = inbound;
    this.#options.recorder.requestStarted(at);
    this.#options.balancer.requestStarted();
    this.#attempt({
      id: this.#next++,
      at,
      inbound,
      own: this.answers.ownOrigin(inbound),
      path: path.length > MAX_LOGGED_PATH ? `${path.slice(0, MAX_LOGGED_PATH)}…` : path,
      tried: undefined,
      attempts: 0,
    });
  }

  malformed(client: string, status: number, what: string): void {
    const { recorder, balancer } = this.#options;
    const at = now();
    recorder.requestStarted(at);
    recorder.requestEnded(at, 0, true);
    recorder.refused({
      request: this.#next++,
      attempt: 0,
      origin: '',
      client,
      method: '–',
      path: `(${what})`,
      strategy: balancer.strategy.use,
      reason: 'none',
      at,
      waited: 0,
      last: true,
      status,
      failure: 'bad-request',
      connected: 0,
      firstByte: 0,
      queued: NOT_TOLD,
      total: 0,
      received: 0,
      sent: 0,
    });
  }

  #attempt(exchange: Exchange): void {
    const { balancer, decisions, recorder, timeouts } = this.#options;
    const at = exchange.attempts === 0 ? exchange.at : now();
    const decision = decisions.choose(
      exchange.id,
      exchange.attempts + 1,
      exchange.inbound,
      at,
      exchange.tried,
      exchange.own,
    );
    const target = decision && this.#targets.get(decision.origin.name);
    if (!decision || !target) {
      const record = this.#record(exchange, undefined, at);
      record.failure = 'none-available';
      this.#finish(exchange, record, 'none-available', at);
      recorder.refused(record);
      return;
    }
    exchange.attempts++;
    const retry = exchange.attempts > 1;
    const record = this.#record(exchange, decision, at);
    balancer.started(decision.origin, at);
    if (retry) balancer.retryStarted();
    recorder.attemptStarted(record);
    const watch: AttemptWatch = {
      timeouts: timeouts(),
      withholds: (_status, replayable) => replayable && this.#mayRetry(exchange, 'server-error', true, false),
      fields: () => this.answers.of(decision.origin.name, exchange.own, at - exchange.at, now() - at),
      reported: (header) => {
        const load = loadInHeader(header);
        if (!load) return;
        balancer.reportLoad(decision.origin.name, load.value, now(), load.rates);
        this.#options.onReport();
      },
      done: (result) => {
        if (retry) balancer.retryFinished();
        this.#ended(exchange, record, decision, result);
      },
    };
    exchange.inbound.forward(target, watch);
  }

  #mayRetry(exchange: Exchange, failure: FailureKind, bytesSent: boolean, responseStarted: boolean): boolean {
    const { attempts: attempt, inbound } = exchange;
    return this.#options.balancer.mayRetry({ attempt, failure, method: inbound.method, bytesSent, responseStarted });
  }

  #ended(exchange: Exchange, record: AttemptRecord, { origin }: Decision, result: AttemptResult): void {
    const { balancer, recorder, onFailure } = this.#options;
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
    balancer.finished(
      origin,
      { ...(failure && { failure }), ...(firstByte !== undefined && { firstByte }), duration },
      result.endedAt,
    );
    const again =
      failure !== undefined &&
      failure !== 'client-gone' &&
      result.replayable &&
      this.#mayRetry(exchange, failure, result.bytesSent, result.responseStarted);
    if (again) {
      exchange.tried ??= new Set();
      exchange.tried.add(origin.name);
      recorder.attemptEnded(record, result.endedAt);
      this.#attempt(exchange);
    } else {
      if (result.responseStarted) this.#close(exchange, record, failure, result.endedAt);
      else this.#finish(exchange, record, failure, result.endedAt);
      recorder.attemptEnded(record, result.endedAt);
    }
    if (failure !== undefined) onFailure();
  }

  /** Ends a request that no origin has answered: the client gets a status and a sentence of ours. */
  #finish(exchange: Exchange, record: AttemptRecord, failure: FailureKind | undefined, at: number): void {
    const known = failureOf(failureCode(failure)) ?? FAILURES[2];
    record.status = known.status;
    if (failure !== 'client-gone') {
      const atOrigin = record.origin !== '' && failure !== 'bad-request';
      const who = atOrigin ? `origin ${record.origin} ${known.words}` : known.words;
      const tries = exchange.attempts > 1 ? ` (attempt ${exchange.attempts})` : '';
      exchange.inbound.refuse(known.status, `${known.status} ${STATUS_CODES[known.status]}: ${who}${tries}\n`);
    }
    this.#close(exchange, record, failure, at);
  }

  #close(exchange: Exchange, record: AttemptRecord, failure: FailureKind | undefined, at: number): void {
    record.last = true;
    this.#options.balancer.requestFinished();
    this.#options.recorder.requestEnded(at, at - exchange.at, failure !== undefined);
  }

  #record(exchange: Exchange, decision: Decision | undefined, at: number): AttemptRecord {
    const { id, attempts, inbound, path } = exchange;
    return {
      request: id,
      attempt: attempts,
      origin: decision?.origin.name ?? '',
      client: inbound.client,
      method: inbound.method,
      path,
      strategy: this.#options.balancer.strategy.use,
      reason: decision?.reason ?? 'none',
      at,
      waited: at - exchange.at,
      last: false,
      status: 0,
      failure: undefined,
      connected: 0,
      firstByte: 0,
      queued: NOT_TOLD,
      total: 0,
      received: 0,
      sent: 0,
    };
  }
}
