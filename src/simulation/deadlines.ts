import { PATIENCE } from '../core/clients.ts';
import type { FailureKind } from '../core/failure.ts';
import type { TimeoutPolicy } from '../core/policies.ts';
import type { ClientsDefinition, LabDefinition } from '../protocol/lab.ts';
import { type Attempt, AWAY, PAUSING, QUEUED } from './attempt.ts';
import type { Attempts } from './attempts.ts';
import { EventHeap } from './event-heap.ts';

/** ms: what comes in the very last moment comes in time. */
const GRACE = 1e-6;

/** What is over: the try, or the whole request; and what that is called. */
interface Expired {
  readonly attempt: Attempt;
  readonly failure: FailureKind;
}

/**
 * One kind of deadline, the same number of ms for each that began in a span. Few are ever reached, so nothing is noted when one
 * begins: once per that number of ms all attempts are looked through for those whose time will be over before the next look. Whatever
 * begins after a look cannot be over before the next one.
 */
class Watch {
  readonly #attempts: Attempts;
  readonly #length: number;
  /** What of an attempt is the beginning. */
  readonly #beginning: 'arrivedAt' | 'begunAt';
  readonly #isWatched: (attempt: Attempt) => boolean;
  readonly #due = new EventHeap();
  /** Only what began after `#from`, and by `#until`, has this deadline. */
  readonly #from: number;
  #until = Number.POSITIVE_INFINITY;
  #lookAt = 0;

  constructor(
    attempts: Attempts,
    length: number,
    beginning: 'arrivedAt' | 'begunAt',
    from: number,
    isWatched: (attempt: Attempt) => boolean,
  ) {
    this.#attempts = attempts;
    this.#length = length + GRACE;
    this.#beginning = beginning;
    this.#from = from;
    this.#isWatched = isWatched;
  }

  /** When (ms) `expired` may have something; Infinity if never. */
  get nextAt(): number {
    return Math.min(this.#lookAt, this.#due.nextAt);
  }

  /** What begins after `now` has another deadline. */
  end(now: number): void {
    this.#until = now;
  }

  /** One whose time is over now; undefined for none. */
  expired(now: number): Attempt | undefined {
    if (now >= this.#lookAt) this.#look(now);
    while (this.#due.nextAt <= now) {
      const at = this.#due.nextAt;
      const attempt = this.#attempts.at(this.#due.take());
      // It may have ended since, and be in use for another.
      if (this.#concerns(attempt) && this.#endOf(attempt) === at) return attempt;
    }
    return undefined;
  }

  /** An attempt takes over what another one had begun. */
  watch(attempt: Attempt): void {
    const at = this.#endOf(attempt);
    if (at < this.#lookAt && this.#concerns(attempt)) this.#due.add(at, attempt.number);
  }

  #endOf(attempt: Attempt): number {
    return attempt[this.#beginning] + this.#length;
  }

  #concerns(attempt: Attempt): boolean {
    const begun = attempt[this.#beginning];
    return begun > this.#from && begun <= this.#until && this.#isWatched(attempt);
  }

  #look(now: number): void {
    const next = now + this.#length;
    // Nothing that has this deadline begins any more, and it is over by then for all that has begun.
    this.#lookAt = next > this.#until + this.#length ? Number.POSITIVE_INFINITY : next;
    for (const attempt of this.#attempts.all) if (this.#isWatched(attempt)) this.watch(attempt);
  }
}

/** The deadlines of what began while nobody changed them. */
class Terms {
  readonly attempts: Watch;
  readonly requests: Watch;
  readonly requestFailure: FailureKind;

  constructor(attempts: Attempts, { firstByte, total }: TimeoutPolicy, clients: ClientsDefinition, from: number) {
    const patience = clients.timeout ?? PATIENCE;
    const whole = total === 'off' ? Number.POSITIVE_INFINITY : total;
    const isRequest = ({ place, abandoned }: Attempt): boolean => place !== AWAY && !abandoned;
    const isAttempt = (attempt: Attempt): boolean =>
      isRequest(attempt) && attempt.place !== QUEUED && attempt.place !== PAUSING;
    this.attempts = new Watch(attempts, firstByte, 'begunAt', from, isAttempt);
    this.requests = new Watch(attempts, Math.min(patience, whole), 'arrivedAt', from, isRequest);
    this.requestFailure = patience < whole ? 'client-gone' : 'total-timeout';
  }

  get nextAt(): number {
    return Math.min(this.attempts.nextAt, this.requests.nextAt);
  }

  expired(now: number): Expired | undefined {
    const request = this.requests.expired(now);
    if (request) return { attempt: request, failure: this.requestFailure };
    const attempt = this.attempts.expired(now);
    return attempt && { attempt, failure: 'first-byte-timeout' };
  }
}

/** By when what has to be there: the first byte of each attempt's answer, and the end of each request. */
export class Deadlines {
  readonly #attempts: Attempts;
  #terms: Terms;
  /** Those of what began before the last changes. */
  #older: readonly Terms[] = [];

  constructor(attempts: Attempts, { timeouts, clients }: LabDefinition) {
    this.#attempts = attempts;
    this.#terms = new Terms(attempts, timeouts, clients, Number.NEGATIVE_INFINITY);
  }

  /** When (ms) `expired` may have something; Infinity if never. */
  get nextAt(): number {
    return this.#older.reduce((at, terms) => Math.min(at, terms.nextAt), this.#terms.nextAt);
  }

  /** Whose time is over now, and what that is called; undefined for nobody's. */
  expired(now: number): Expired | undefined {
    for (const terms of this.#older) {
      const over = terms.expired(now);
      if (over) return over;
    }
    return this.#terms.expired(now);
  }

  /** The request has moved to this attempt. */
  succeed(attempt: Attempt): void {
    for (const { requests } of this.#older) requests.watch(attempt);
    this.#terms.requests.watch(attempt);
  }

  /** Other deadlines for what begins after `now`. */
  set(timeouts: TimeoutPolicy, clients: ClientsDefinition, now: number): void {
    this.#terms.attempts.end(now);
    this.#terms.requests.end(now);
    this.#older = [...this.#older, this.#terms].filter(({ nextAt }) => nextAt < Number.POSITIVE_INFINITY);
    this.#terms = new Terms(this.#attempts, timeouts, clients, now);
  }
}
