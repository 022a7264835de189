import { EvenkeelError } from '../core/errors.ts';
import type { EngineOriginState } from '../engine/engine-calls.ts';
import { addressOf, type OriginDefinition } from '../protocol/lab.ts';
import type { OriginState, TimelineEntry } from '../protocol/state.ts';
import { FailoverAccount } from './failover-account.ts';
import type { SupervisedOrigin } from './supervised-origin.ts';
import type { Timeline } from './timeline.ts';

/** One origin of the lab: what was asked for, the process (if it is ours), and what the balancer believes. */
export interface Member {
  definition: OriginDefinition;
  readonly supervised: SupervisedOrigin | undefined;
  engine: EngineOriginState | undefined;
  /** When its process was last made to fail (ms since the epoch), for "noticed after". */
  failedAt: number | undefined;
  since: number;
}

/** The origins of a lab in their order. */
export class Roster {
  readonly #members = new Map<string, Member>();
  readonly #timeline: Timeline;
  /** Failures that are not over, by origin: what they cost so far, and the entry that says so. */
  readonly #failovers = new Map<string, { readonly account: FailoverAccount; entry?: number }>();
  #outage = false;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  get all(): readonly Member[] {
    return [...this.#members.values()];
  }

  add(member: Member): void {
    this.#members.set(member.definition.name, member);
  }

  remove(name: string): void {
    this.#members.delete(name);
    this.#failovers.delete(name);
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** @throws EvenkeelError `unknown-origin` */
  get(name: string): Member {
    const member = this.#members.get(name);
    if (!member) {
      throw new EvenkeelError(
        'unknown-origin',
        `There is no origin named ${JSON.stringify(name)}; there ${this.#members.size === 1 ? 'is' : 'are'} ${[...this.#members.keys()].join(', ') || 'none'}.`,
      );
    }
    return member;
  }

  /** @throws EvenkeelError `unknown-origin` | `not-ours` */
  supervised(name: string): SupervisedOrigin {
    const { supervised } = this.get(name);
    if (!supervised) {
      throw new EvenkeelError(
        'not-ours',
        `${name} is run by someone else: Evenkeel sends it requests and checks it, but cannot do this to it.`,
      );
    }
    return supervised;
  }

  /** Takes over what the balancer believes now, and tells the timeline what it has noticed. */
  update(states: readonly EngineOriginState[]): void {
    for (const state of states) {
      const member = this.#members.get(state.name);
      if (!member) continue;
      const before = member.engine;
      member.engine = state;
      if (!before) continue;
      // What was counted before the fault was reported before it: nothing breaks requests of an origin that works.
      if (member.failedAt !== undefined && !this.#failovers.has(state.name)) {
        this.#failovers.set(state.name, { account: new FailoverAccount(member.failedAt, before.breakdowns) });
      }
      if (before.status !== state.status) this.#tell(before.status, state);
      this.#follow(member, state);
    }
    this.#tellOutage();
  }

  states(): OriginState[] {
    return this.all.map(({ definition, supervised, engine, since }) => {
      const process = supervised?.state;
      const current = supervised?.definition ?? definition;
      const idle = process?.status === 'starting' ? 'starting' : 'down';
      return {
        name: definition.name,
        definition: current,
        address: addressOf(current),
        weight: current.weight,
        status: engine?.status ?? idle,
        available: engine?.inRotation ?? false,
        ...(engine?.panic && { panic: true }),
        ...(engine && engine.levelLoad < 1 && { levelLoad: engine.levelLoad }),
        ...(engine?.expectedShare !== undefined && { expectedShare: engine.expectedShare }),
        ...(engine?.full && { full: true }),
        ...(engine && engine.warmth < 1 && { warmth: engine.warmth }),
        ...(engine && engine.queued > 0 && { queued: engine.queued }),
        reason: engine?.reason ?? process?.detail ?? 'starting',
        since: engine?.since ?? since,
        ...(engine?.ejectedUntil !== undefined && { ejectedUntil: engine.ejectedUntil }),
        ...(process && { process }),
        ...(engine?.load && { load: engine.load }),
      };
    });
  }

  #tell(before: EngineOriginState['status'], state: EngineOriginState): void {
    const { name } = state;
    const failover = this.#failovers.get(name);
    const tell = (kind: TimelineEntry['kind'], text: string, gist: string): void => {
      const first = failover && !failover.account.noticed && (state.status === 'down' || state.status === 'ejected');
      if (first) failover.account.notice(state.since);
      const id = this.#timeline.add(kind, `${name} ${text}`, { origin: name, label: `${name} ${gist}` });
      if (first) failover.entry = id;
    };
    if (state.status === 'down') tell('noticed', `is down: ${state.reason}`, 'seen down');
    else if (state.status === 'ejected') tell('ejected', `is ejected: ${state.reason}`, 'ejected');
    else if (state.status === 'drained') tell('fault', 'is drained: nothing is in flight any more', 'drained');
    else if (state.status === 'up' && before !== 'going-down' && !failover) {
      tell('returned', 'is back in rotation', 'back');
    }
  }

  /** Keeps the account of a failure up to date, and closes it when the origin works and is chosen again. */
  #follow(member: Member, state: EngineOriginState): void {
    const { name, breakdowns } = state;
    const failover = this.#failovers.get(name);
    if (!failover) return;
    const { account, entry } = failover;
    if (entry !== undefined) this.#timeline.account(entry, account.soFar(breakdowns));
    if (!account.mended(isWorking(member)) || state.status !== 'up') return;
    const cost = account.ended(account.noticed ? state.since : Date.now(), breakdowns);
    if (entry !== undefined) this.#timeline.account(entry, cost);
    const text = account.noticed ? 'is back in rotation' : 'works again; the balancer never noticed that it did not';
    this.#timeline.add('returned', `${name} ${text}`, { origin: name, label: `${name} back`, failover: cost });
    this.#failovers.delete(name);
    member.failedAt = undefined;
  }

  #tellOutage(): void {
    const known = this.all.filter(({ engine }) => engine !== undefined);
    const outage = known.length > 0 && known.every(({ engine }) => engine?.inRotation === false);
    if (outage && !this.#outage)
      this.#timeline.add('outage', 'No origin is available: every request is answered with 503', { label: 'Outage' });
    if (!outage && this.#outage) this.#timeline.add('returned', 'The outage is over', { label: 'Outage over' });
    this.#outage = outage;
  }
}

/** Whether its process does what it should, whatever the balancer believes. */
function isWorking({ supervised }: Member): boolean {
  if (!supervised) return true;
  const { status, faults } = supervised.state;
  return status === 'running' && !faults.hang && !faults.reset;
}
