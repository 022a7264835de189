import type { Balancer, Decision } from '../core/balancer.ts';
import { FAILURES, type FailureKind } from '../core/failure.ts';
import type { RequestInfo } from '../core/strategy.ts';
import { type AttemptRecord, recordOf } from '../protocol/attempt-record.ts';
import { DecisionLog } from '../protocol/decision-log.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import type { Recorder } from '../protocol/recorder.ts';
import type { RequestDetail } from '../protocol/request-detail.ts';
import type { AttemptStart, RunWatcher } from './run-watcher.ts';

interface JournalOptions {
  readonly lab: LabDefinition;
  readonly recorder: Recorder;
  /** Where virtual 0 lies, ms since the epoch. */
  readonly startedAt: number;
  /** The run that is told of. */
  readonly run: () => {
    readonly now: number;
    readonly balancer: Balancer;
    readonly origins: readonly { readonly name: string }[];
  };
}

interface Entry {
  readonly request: number;
  readonly arrivedAt: number;
  queuedAt: number | undefined;
  attempt: AttemptRecord | undefined;
}

/** Files what happens in a run with a `Recorder`, as the live proxy does, so that the same frames can be made of it. */
export class RequestJournal implements RunWatcher {
  readonly #recorder: Recorder;
  readonly #startedAt: number;
  readonly #run: JournalOptions['run'];
  readonly #entries = new Map<number, Entry>();
  #decisions: DecisionLog | undefined;
  #next = 1;

  constructor({ lab, recorder, startedAt, run }: JournalOptions) {
    this.#recorder = recorder;
    this.#startedAt = startedAt;
    this.#run = run;
    for (const { name } of lab.origins) recorder.introduce(name);
  }

  requestBegan(number: number): void {
    const arrivedAt = this.#now();
    this.#entries.set(number, { request: this.#next++, arrivedAt, queuedAt: undefined, attempt: undefined });
    this.#recorder.requestStarted(arrivedAt);
  }

  choose(
    number: number,
    attempt: number,
    info: RequestInfo,
    tried: ReadonlySet<string> | undefined,
    own: string | undefined,
  ): Decision | undefined {
    const { request } = this.#entries.get(number) as Entry;
    const log = this.#log();
    const decision = log.choose(request, attempt, info, this.#run().now, tried, own);
    log.keep();
    return decision;
  }

  /** What was compared for a request, by its number. */
  detail(request: number): RequestDetail {
    return this.#log().detail(request);
  }

  queued(number: number): void {
    const entry = this.#entries.get(number);
    if (entry) entry.queuedAt = this.#now();
  }

  attemptBegan(number: number, start: AttemptStart): void {
    const entry = this.#entries.get(number);
    const origin = this.#run().origins[start.origin];
    if (!entry || !origin) return;
    entry.attempt = this.#record(entry, { ...start, origin: origin.name });
    entry.queuedAt = undefined;
    this.#recorder.attemptStarted(entry.attempt);
  }

  attemptEnded(number: number, failure: FailureKind | undefined, last: boolean, status: number): void {
    const record = this.#entries.get(number)?.attempt;
    if (!record) return;
    const now = this.#now();
    record.failure = failure;
    record.last = last;
    record.status = status > 0 || !last ? status : statusOf(failure);
    record.total = now - record.at;
    record.firstByte = record.total;
    this.#recorder.attemptEnded(record, now);
  }

  requestEnded(number: number, failure: FailureKind | undefined, client: string, path: string): void {
    const entry = this.#entries.get(number);
    if (!entry) return;
    this.#entries.delete(number);
    const now = this.#now();
    if (!entry.attempt?.last) {
      const record = this.#record(entry, { attempt: 0, origin: '', reason: 'none', client, path });
      record.last = true;
      record.failure = failure;
      record.status = statusOf(failure);
      this.#recorder.refused(record);
    }
    this.#recorder.requestEnded(now, now - entry.arrivedAt, failure !== undefined);
  }

  /** Made when the run's balancer is there. */
  #log(): DecisionLog {
    this.#decisions ??= new DecisionLog(this.#run().balancer, this.#recorder, undefined, this.#startedAt);
    return this.#decisions;
  }

  /** ms since the epoch, in virtual time. */
  #now(): number {
    return this.#startedAt + this.#run().now;
  }

  moved(from: number, to: number): void {
    const entry = this.#entries.get(from);
    this.#entries.delete(from);
    if (entry) this.#entries.set(to, entry);
  }

  #record(
    { request, arrivedAt, queuedAt }: Entry,
    { origin, attempt, reason, client, path }: Omit<AttemptStart, 'origin'> & { readonly origin: string },
  ): AttemptRecord {
    const at = this.#now();
    return recordOf({
      request,
      attempt,
      origin,
      client,
      method: 'GET',
      path,
      strategy: this.#run().balancer.strategy.use,
      reason,
      at,
      waited: at - arrivedAt,
      inQueue: queuedAt === undefined ? 0 : at - queuedAt,
    });
  }
}

/** What the balancer tells a client when an origin gave no answer. */
function statusOf(failure: FailureKind | undefined): number {
  return FAILURES.find(({ kind }) => kind === failure)?.status ?? 200;
}
