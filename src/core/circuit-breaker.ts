import type { FailureKind } from './failure.ts';
import type { BreakerPolicy } from './policies.ts';
import { RecentRequests } from './recent-requests.ts';

/** `closed`: all requests pass · `open`: none does · `recovering`: a growing share does. */
type BreakerState = 'closed' | 'open' | 'recovering';

export interface BreakerStatus {
  readonly state: BreakerState;
  /** ms on the lab's clock: the beginning and the end of this state; a closed breaker has no end. */
  readonly since: number;
  readonly until?: number;
  /** What it opened for, in words for people; empty while it is closed. */
  readonly why: string;
}

/** What says nothing of the lab: the client's doing, the breaker's own, and the balancer's machine. */
const NO_SIGN: ReadonlySet<FailureKind> = new Set([
  'client-gone',
  'bad-request',
  'circuit-open',
  'thread-lost',
  'body-timeout',
  'no-sockets',
]);

/** Answers with a 5xx, the origin's or the balancer's own, with which nothing went wrong on the way. */
const ANSWERED: ReadonlySet<FailureKind> = new Set(['server-error', 'none-available', 'queue-full', 'queue-timeout']);

/**
 * The circuit breaker of Traefik (`cbreaker` of vulcand/oxy): one for the whole lab, before any origin is chosen, as Traefik has one
 * per router. It looks at how requests end for their clients, retries included; when a condition holds it refuses all requests for
 * `open` ms, then lets a share through that grows evenly from nothing to all within `recover` ms, and opens again if a condition
 * holds for those. As there, conditions are looked at when a request ends, at most once in `every` ms, over ten seconds, and
 * which requests pass while it recovers is counted, not drawn.
 *
 * Unlike there, nothing is concluded from fewer than `minRequests`, an origin's own 502 or 504 is an answer and no network error, and
 * requests that began before it opened say nothing any more when they end.
 */
export class CircuitBreaker {
  /** Whether it opens only when it is told to (`open`), as another hears of more requests. */
  obeys = false;
  readonly #onChange: ((status: BreakerStatus) => void) | undefined;
  readonly #recent = new RecentRequests();
  /** Undefined: switched off. */
  #policy: BreakerPolicy | undefined;
  #state: BreakerState = 'closed';
  #since = 0;
  #why = '';
  /** When (ms) it opened last. */
  #openedAt = Number.NEGATIVE_INFINITY;
  /** When (ms) the conditions may be looked at again. */
  #lookAt = Number.NEGATIVE_INFINITY;
  /** What is owed to requests while it recovers: one passes for each whole. */
  #credit = 0;

  /** @param onChange called after each change of the state, but not when it is switched off */
  constructor(policy: BreakerPolicy | 'off', onChange?: (status: BreakerStatus) => void) {
    this.#policy = policy === 'off' ? undefined : policy;
    this.#onChange = onChange;
  }

  /** Undefined while it is switched off. */
  get status(): BreakerStatus | undefined {
    if (this.#policy === undefined) return undefined;
    const until = this.#since + this.#length(this.#policy);
    return {
      state: this.#state,
      since: this.#since,
      why: this.#why,
      ...(until < Number.POSITIVE_INFINITY && { until }),
    };
  }

  /** Switched off it forgets everything. Other figures hold from now on; the present state lasts as long as they say. */
  setPolicy(policy: BreakerPolicy | 'off', now: number): void {
    const before = this.#policy;
    this.#policy = policy === 'off' ? undefined : policy;
    if (policy === 'off' || before === undefined) {
      this.#state = 'closed';
      this.#since = now;
      this.#why = '';
      this.#recent.clear();
    } else if (policy.latency !== before.latency) {
      this.#recent.clear();
    }
  }

  /** Whether a request that has just arrived may pass; ask once for each. */
  admits(now: number): boolean {
    return this.#policy === undefined || this.#decide(this.#policy, now);
  }

  #decide({ recover }: BreakerPolicy, now: number): boolean {
    if (this.#state !== 'closed') this.advance(now);
    if (this.#state === 'closed') return true;
    if (this.#state === 'open') return false;
    this.#credit += Math.min(1, (now - this.#since) / recover);
    if (this.#credit < 1 - 1e-9) return false;
    this.#credit--;
    return true;
  }

  /** Whether it looks at how requests end: whoever drives it for millions of them need not tell it else. */
  get looks(): boolean {
    return this.#policy !== undefined && !this.obeys;
  }

  /**
   * A request ended for its client; not for tunnels, which last as long as their clients like.
   * @param failure of the last attempt, or why there was none; undefined when the client got what it wanted
   * @param arrivedAt ms on the lab's clock
   */
  ended(failure: FailureKind | undefined, arrivedAt: number, now: number): void {
    if (this.#policy !== undefined && !this.obeys) this.#count(this.#policy, failure, arrivedAt, now);
  }

  /** Opens it; one that does not obey does so by itself. @param why in words for people */
  open(why: string, now: number): void {
    if (this.#policy === undefined) return;
    this.#why = why;
    this.#openedAt = now;
    this.#recent.clear();
    this.#enter('open', now);
  }

  #count(policy: BreakerPolicy, failure: FailureKind | undefined, arrivedAt: number, now: number): void {
    if (failure !== undefined && NO_SIGN.has(failure)) return;
    this.advance(now);
    if (this.#state === 'open' || arrivedAt <= this.#openedAt) return;
    const slow = policy.latency !== 'off' && now - arrivedAt > policy.latency;
    this.#recent.record(now, failure !== undefined, failure !== undefined && !ANSWERED.has(failure), slow);
    // A clock that jumped back must not make it wait for long.
    if (now < this.#lookAt && this.#lookAt <= now + policy.every) return;
    this.#lookAt = now + policy.every;
    const why = this.#recent.reason(policy, now);
    if (why !== undefined) this.open(why, now);
  }

  /** Ends the states that are over. */
  advance(now: number): void {
    const policy = this.#policy;
    if (policy === undefined) return;
    // A clock that jumped back makes nothing last longer than it should.
    this.#since = Math.min(this.#since, now);
    this.#openedAt = Math.min(this.#openedAt, now);
    if (this.#state === 'open' && now >= this.#since + policy.open) {
      this.#credit = 0;
      this.#enter('recovering', this.#since + policy.open);
    }
    if (this.#state === 'recovering' && now >= this.#since + policy.recover) {
      this.#why = '';
      this.#enter('closed', this.#since + policy.recover);
    }
  }

  /** When (ms) `advance` has something to do; Infinity if never. */
  nextEventAt(now: number): number {
    return this.#policy ? Math.min(this.#since, now) + this.#length(this.#policy) : Number.POSITIVE_INFINITY;
  }

  #enter(state: BreakerState, at: number): void {
    this.#state = state;
    this.#since = at;
    const { status } = this;
    if (status) this.#onChange?.(status);
  }

  /** ms that the present state lasts. */
  #length({ open, recover }: BreakerPolicy): number {
    if (this.#state === 'closed') return Number.POSITIVE_INFINITY;
    return this.#state === 'open' ? open : recover;
  }
}
