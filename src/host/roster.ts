import { EvenkeelError } from '../core/errors.ts';
import type { EngineOriginState } from '../engine/engine-calls.ts';
import { Failovers } from '../protocol/failovers.ts';
import { addressOf, type OriginDefinition } from '../protocol/lab.ts';
import type { OriginState } from '../protocol/state.ts';
import type { Timeline } from '../protocol/timeline.ts';
import type { SupervisedOrigin } from './supervised-origin.ts';

/** One origin of the lab: what was asked for, the process (if it is ours), and what the balancer believes. */
export interface Member {
  definition: OriginDefinition;
  readonly supervised: SupervisedOrigin | undefined;
  engine: EngineOriginState | undefined;
  /** When its process was last made to fail (ms since the epoch), for "noticed after". */
  failedAt: number | undefined;
  /** While it is being restarted. */
  restarting: Promise<void> | undefined;
  since: number;
}

/** The origins of a lab in their order. */
export class Roster {
  readonly #members = new Map<string, Member>();
  readonly #failovers: Failovers;

  constructor(timeline: Timeline) {
    this.#failovers = new Failovers(timeline, () => Date.now());
  }

  get all(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** @param before the origin that it stands before; at the end without, or where there is none of that name */
  add(member: Member, before?: string): void {
    const after = before === undefined ? [] : this.#from(before);
    this.#members.set(member.definition.name, member);
    for (const [name, other] of after) {
      this.#members.delete(name);
      this.#members.set(name, other);
    }
  }

  /** The first one behind this that the balancer knows. */
  nextKnown(name: string): string | undefined {
    return this.#from(name)
      .slice(1)
      .find(([, { engine }]) => engine !== undefined)?.[0];
  }

  #from(name: string): readonly [string, Member][] {
    const all = [...this.#members];
    const place = all.findIndex(([each]) => each === name);
    return place < 0 ? [] : all.slice(place);
  }

  remove(name: string): void {
    this.#members.delete(name);
    this.#failovers.forget(name);
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

  /**
   * Takes over what the balancer believes now, and tells the timeline what it has noticed.
   * @param refused requests since the start for which no origin was available, where that is known
   */
  update(states: readonly EngineOriginState[], refused: number | undefined): void {
    for (const state of states) {
      const member = this.#members.get(state.name);
      if (!member) continue;
      const before = member.engine;
      member.engine = state;
      if (!before) continue;
      // What was counted before the fault was reported before it: nothing breaks requests of an origin that works.
      if (member.failedAt !== undefined) this.#failovers.begin(state.name, member.failedAt, before.breakdowns);
      const sight = { ...state, working: isWorking(member) };
      if (before.status !== state.status) this.#failovers.changed(before.status, sight);
      if (this.#failovers.follow(sight)) member.failedAt = undefined;
    }
    const inRotation = this.all.flatMap(({ engine }) => engine?.inRotation ?? []);
    this.#failovers.rotation(inRotation, refused);
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
}

/** Whether its process does what it should, whatever the balancer believes. */
function isWorking({ supervised }: Member): boolean {
  if (!supervised) return true;
  const { status, faults } = supervised.state;
  return status === 'running' && !faults.hang && !faults.reset;
}
