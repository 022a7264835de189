import type { Balancer } from '../core/balancer.ts';
import type { TimeoutPolicy } from '../core/policies.ts';
import { recordOf } from '../protocol/attempt-record.ts';
import type { DecisionLog } from '../protocol/decision-log.ts';
import type { Recorder } from '../protocol/recorder.ts';
import type { AnswerFields } from './answer-fields.ts';
import { now } from './clock.ts';
import { Exchange, type ExchangeOwner } from './exchange.ts';
import type { InboundRequest, RequestHandler, Target } from './forwarder.ts';

interface DispatcherOptions {
  readonly balancer: Balancer;
  readonly decisions: DecisionLog;
  readonly recorder: Recorder;
  readonly timeouts: () => TimeoutPolicy;
  readonly answers: AnswerFields;
  /** The balancer may have something to do at another time than before: an ejection to end, a wait to cut short. */
  readonly onWork: () => void;
  /** Requests began to wait, or do so no longer. */
  readonly onQueue: () => void;
  /** Called after each load that an origin reported with an answer. */
  readonly onReport: () => void;
  /** The next request's number, where others number theirs, too. */
  readonly nextRequest?: (() => number) | undefined;
}

/** Takes each request through its attempts (see `Exchange`): the balancer chooses, the forwarder moves, the recorder counts. */
export class Dispatcher implements RequestHandler, ExchangeOwner {
  readonly balancer: Balancer;
  readonly decisions: DecisionLog;
  readonly recorder: Recorder;
  readonly timeouts: () => TimeoutPolicy;
  readonly onWork: () => void;
  readonly onQueue: () => void;
  readonly onReport: () => void;
  /** What is added to answers from the next request on. */
  answers: AnswerFields;
  readonly #targets = new Map<string, Target>();
  readonly #nextRequest: (() => number) | undefined;
  #requests = 0;

  constructor(options: DispatcherOptions) {
    const { balancer, decisions, recorder, timeouts, onWork, onQueue, onReport, nextRequest, answers } = options;
    this.balancer = balancer;
    this.decisions = decisions;
    this.recorder = recorder;
    this.timeouts = timeouts;
    this.answers = answers;
    this.onWork = onWork;
    this.onQueue = onQueue;
    this.onReport = onReport;
    this.#nextRequest = nextRequest;
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
    new Exchange(this.#number(), inbound, this).begin();
  }

  malformed(client: string, status: number, what: string): void {
    const { recorder, balancer } = this;
    const at = now();
    recorder.requestStarted(at);
    recorder.requestEnded(at, 0, true);
    const record = recordOf({
      request: this.#number(),
      attempt: 0,
      origin: '',
      client,
      method: '–',
      path: `(${what})`,
      strategy: balancer.strategy.use,
      reason: 'none',
      at,
      waited: 0,
      inQueue: 0,
    });
    record.last = true;
    record.status = status;
    record.failure = 'bad-request';
    recorder.refused(record);
  }

  #number(): number {
    return this.#nextRequest === undefined ? ++this.#requests : this.#nextRequest();
  }
}
