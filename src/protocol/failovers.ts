import type { Breakdowns } from './breakdown-recorder.ts';
import { FailoverAccount } from './failover-account.ts';
import type { Fault } from './lab.ts';
import type { OriginStatus, TimelineEntry } from './state.ts';
import type { Timeline } from './timeline.ts';
import { amount } from './traffic-words.ts';

/** An origin as the balancer sees it, and as it is. */
export interface OriginSight {
  readonly name: string;
  readonly status: OriginStatus;
  readonly reason: string;
  /** ms since the epoch at which it entered its status. */
  readonly since: number;
  readonly breakdowns: Breakdowns;
  /** Whether it does what it should, whatever the balancer believes. */
  readonly working: boolean;
}

/** Faults that a failover is counted from. */
const FAILURES: ReadonlySet<Fault['do']> = new Set(['kill', 'freeze', 'hang', 'reset']);

/** Whether a fault makes an origin fail as a whole. */
export function isFailure(fault: Fault): boolean {
  return FAILURES.has(fault.do);
}

/** Tells a timeline what the balancer notices of its origins, what their failures cost, and when nobody is left. */
export class Failovers {
  readonly #timeline: Timeline;
  readonly #now: () => number;
  /** Failures that are not over, by origin: what they cost so far, and the entry that says so. */
  readonly #open = new Map<string, { readonly account: FailoverAccount; entry?: number }>();
  #outage = false;
  /** Requests that no origin was available for, before the outage. */
  #refused: number | undefined;

  /** @param now ms since the epoch on the lab's clock */
  constructor(timeline: Timeline, now: () => number) {
    this.#timeline = timeline;
    this.#now = now;
  }

  /** Origins whose failure is not over. */
  get open(): IterableIterator<string> {
    return this.#open.keys();
  }

  /**
   * An origin fails from `at` (ms since the epoch) on; nothing happens where its failure is not over.
   * @param before what was counted by then: everything beyond is the failure's doing
   */
  begin(origin: string, at: number, before: Breakdowns): void {
    if (!this.#open.has(origin)) this.#open.set(origin, { account: new FailoverAccount(at, before) });
  }

  /** The origin is gone. */
  forget(origin: string): void {
    this.#open.delete(origin);
  }

  /** The balancer sees another status than `before`. */
  changed(before: OriginStatus, sight: OriginSight): void {
    const { name, status, reason, since } = sight;
    const failover = this.#open.get(name);
    const tell = (kind: TimelineEntry['kind'], text: string, gist: string): void => {
      const first = failover && !failover.account.noticed && (status === 'down' || status === 'ejected');
      if (first) failover.account.notice(since);
      const id = this.#timeline.add(kind, `${name} ${text}`, { origin: name, label: `${name} ${gist}` });
      if (first) failover.entry = id;
    };
    if (status === 'down') tell('noticed', `is down: ${reason}`, 'seen down');
    else if (status === 'ejected') tell('ejected', `is ejected: ${reason}`, 'ejected');
    else if (status === 'drained') tell('fault', 'is drained: nothing is in flight any more', 'drained');
    else if (status === 'up' && before !== 'going-down' && !failover) tell('returned', 'is back in rotation', 'back');
  }

  /**
   * Keeps the account of a failure up to date, and closes it when the origin works and is chosen again.
   * @returns whether a failure is over with this
   */
  follow(sight: OriginSight): boolean {
    const { name, status, since, breakdowns, working } = sight;
    const failover = this.#open.get(name);
    if (!failover) return false;
    const { account, entry } = failover;
    if (entry !== undefined) this.#timeline.account(entry, account.soFar(breakdowns));
    if (!account.mended(working) || status !== 'up') return false;
    const cost = account.ended(account.noticed ? since : this.#now(), breakdowns);
    if (entry !== undefined) this.#timeline.account(entry, cost);
    const text = account.noticed ? 'is back in rotation' : 'works again; the balancer never noticed that it did not';
    this.#timeline.add('returned', `${name} ${text}`, { origin: name, label: `${name} back`, failover: cost });
    this.#open.delete(name);
    return true;
  }

  /**
   * @param inRotation of each origin that the balancer knows
   * @param refused requests since the start for which no origin was available; undefined where that is not known exactly
   */
  rotation(inRotation: readonly boolean[], refused: number | undefined): void {
    const outage = inRotation.length > 0 && !inRotation.includes(true);
    if (outage && !this.#outage) {
      this.#timeline.add('outage', 'No origin is available: every request is answered with 503', { label: 'Outage' });
    }
    if (!outage && this.#outage) {
      const cost = refused === undefined ? undefined : refused - (this.#refused ?? 0);
      const text = cost === undefined ? '' : `: ${amount(cost, 'request')} got 503`;
      this.#timeline.add('returned', `The outage is over${text}`, { label: 'Outage over' });
    }
    if (!outage) this.#refused = refused;
    this.#outage = outage;
  }
}
