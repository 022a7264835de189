import type { Balancer, Decision, Waiter } from '../../../src/core/balancer.ts';
import type { FailureKind } from '../../../src/core/failure.ts';
import type { RequestInfo } from '../../../src/core/strategy.ts';
import { request } from './support.ts';

/** How one attempt goes: it lasts `ms`, and fails where there is a `failure`. */
interface Service {
  readonly ms: number;
  readonly failure?: FailureKind;
}

/** What became of a request. */
interface Outcome {
  readonly id: number;
  /** `ok`, or why not. */
  readonly end: 'ok' | FailureKind;
  /** Names of the origins it was tried at. */
  readonly tried: readonly string[];
  readonly at: number;
}

/** Drives a balancer in virtual time as a proxy does in real time: arrivals, attempts, waits, checks. */
export class VirtualLab {
  now = 0;
  readonly outcomes: Outcome[] = [];
  readonly balancer: Balancer;
  readonly #serve: (origin: string, now: number, id: number) => Service;
  readonly #isUp: (origin: string, now: number) => boolean;
  #events: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];
  readonly #arrivedAt = new Map<number, number>();
  #order = 0;
  #ids = 0;

  constructor(
    balancer: Balancer,
    serve: (origin: string, now: number, id: number) => Service,
    isUp: (origin: string, now: number) => boolean = () => true,
  ) {
    this.balancer = balancer;
    this.#serve = serve;
    this.#isUp = isUp;
  }

  at(at: number, run: () => void): void {
    this.#events.push({ at, order: this.#order++, run });
    this.#events.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  /** A request arrives; `own` is the origin its client stays with. */
  arrive(at: number, { own, info = request() }: { own?: string; info?: RequestInfo } = {}): number {
    const id = ++this.#ids;
    this.at(at, () => {
      this.balancer.retries.requestStarted();
      this.#arrivedAt.set(id, this.now);
      if (this.balancer.breaker.admits(this.now)) this.#route(id, info, own, []);
      else this.#end(id, 'circuit-open', []);
    });
    return id;
  }

  /** One every `every` ms, from `from` on, before `until`. */
  stream(from: number, until: number, every: number): void {
    for (let at = from; at < until; at += every) this.arrive(at);
  }

  run(until: number): void {
    for (let steps = 0; ; steps++) {
      if (steps > 1_000_000) throw new Error('the balancer asks to be woken without end');
      const wake = this.balancer.nextEventAt(this.now);
      const [event] = this.#events;
      const at = Math.min(wake, event?.at ?? Number.POSITIVE_INFINITY);
      if (at > until) break;
      this.now = Math.max(this.now, at);
      if (event && event.at <= wake) {
        this.#events.shift();
        event.run();
      } else this.#wake();
    }
    this.now = until;
  }

  /** How many ended in each way. */
  tally(from = 0, until = Number.POSITIVE_INFINITY): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { end, at } of this.outcomes) if (at >= from && at < until) counts[end] = (counts[end] ?? 0) + 1;
    return counts;
  }

  /** Attempts that went to each origin, of requests that ended within the time. */
  shares(from = 0, until = Number.POSITIVE_INFINITY): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { tried, at } of this.outcomes) {
      if (at < from || at >= until) continue;
      for (const name of tried) counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  #wake(): void {
    this.balancer.advance(this.now);
    for (const { name } of this.balancer.checksDue(this.now)) {
      const ok = this.#isUp(name, this.now);
      this.balancer.checkResult(name, { ok, reason: ok ? '200' : 'connection refused' }, this.now);
    }
  }

  #route(id: number, info: RequestInfo, own: string | undefined, tried: readonly string[]): void {
    const before = tried.length > 0 ? new Set(tried) : undefined;
    const decision = this.balancer.choose(info, this.now, before, own);
    if (decision) {
      this.#attempt(id, info, own, tried, decision);
      return;
    }
    const waiter: Waiter = {
      request: info,
      own: own !== undefined && before?.has(own) ? undefined : own,
      turn: () => this.#route(id, info, own, tried),
      refused: (why) => this.#giveUp(id, why, tried),
    };
    const refusal = this.balancer.wait(waiter, this.now);
    if (refusal) this.#giveUp(id, refusal, tried);
  }

  #attempt(
    id: number,
    info: RequestInfo,
    own: string | undefined,
    before: readonly string[],
    { origin }: Decision,
  ): void {
    const tried = [...before, origin.name];
    const { ms, failure } = this.#serve(origin.name, this.now, id);
    this.balancer.started(origin, this.now);
    this.at(this.now + ms, () => {
      if (before.length > 0) this.balancer.retries.retryFinished();
      this.balancer.finished(origin, { ...(failure && { failure }), duration: ms }, this.now);
      const bytesSent = failure !== undefined && !failure.startsWith('connect');
      const failed = { attempt: tried.length, method: info.method, bytesSent, responseStarted: false };
      if (!failure || !this.balancer.retries.allows({ ...failed, failure })) {
        this.#end(id, failure ?? 'ok', tried);
        return;
      }
      this.balancer.retries.retryStarted();
      this.at(this.now + this.balancer.retries.delay(tried.length), () => this.#route(id, info, own, tried));
    });
  }

  #giveUp(id: number, why: FailureKind, tried: readonly string[]): void {
    if (tried.length > 0) this.balancer.retries.retryFinished();
    this.#end(id, why, tried);
  }

  #end(id: number, end: Outcome['end'], tried: readonly string[]): void {
    this.balancer.retries.requestFinished();
    this.balancer.breaker.ended(end === 'ok' ? undefined : end, this.#arrivedAt.get(id) ?? 0, this.now);
    this.outcomes.push({ id, end, tried, at: this.now });
  }
}
