import { policiesOf } from '../../../src/core/policies.ts';
import type { LabState, OriginState } from '../../../src/protocol/state.ts';
import { strategyTitle } from '../../app/strategies.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { RECENT_SECONDS } from '../../telemetry/window.ts';
import { QueueTrend } from './queue-trend.ts';
import { ENOUGH, isUsed, levelOf, type OriginView, type Situation } from './situation.ts';
import { Steady } from './steady.ts';
import { type Verdict, verdictsOf } from './verdict.ts';

/** Follows the lab and answers what to say of it. Looking again at the same moment changes nothing. */
export class VerdictWatch {
  #trend = new QueueTrend();
  #steady = new Steady();
  #lab: LabState | undefined;
  #key = '';
  #changedAt = 0;

  look(
    telemetry: Telemetry,
    lab: LabState,
    expected: ReadonlyMap<string, number> | undefined,
  ): { readonly situation: Situation; readonly verdict: Verdict | undefined } {
    this.#follow(lab, telemetry.now);
    this.#trend.push(telemetry.now, lab.origins);
    const situation = situationOf(telemetry, lab, {
      expected,
      growth: this.#trend.growth(),
      changedAt: this.#changedAt,
    });
    return { situation, verdict: this.#steady.choose(telemetry.now, this.#changedAt, verdictsOf(situation)) };
  }

  #follow(lab: LabState, now: number): void {
    if (lab === this.#lab) return;
    if (lab.startedAt !== this.#lab?.startedAt) {
      // Another lab, perhaps by another clock: no time or figure of the one before means anything in it.
      this.#trend = new QueueTrend();
      this.#steady = new Steady();
      this.#key = '';
    }
    this.#lab = lab;
    const key = whatMatters(lab);
    // What changed before this page was there is known from the events.
    if (key !== this.#key) {
      this.#changedAt = this.#key === '' ? (lab.timeline.at(-1)?.at ?? 0) : now;
      this.#trend = new QueueTrend();
    }
    this.#key = key;
  }
}

/** Everything that changes how requests are spread or served. */
function whatMatters({ strategy, traffic, lab, origins, balancer }: LabState): string {
  return JSON.stringify([
    strategy,
    traffic.paused,
    lab.traffic,
    lab.clients,
    policiesOf(lab),
    balancer.breaker?.state,
    origins.map(({ definition, weight, available, levelLoad, warmth, process }) => [
      definition,
      weight,
      available,
      levelLoad,
      warmth,
      process?.status,
      process?.faults,
    ]),
  ]);
}

/** The weights of those in use, summed up by level: a priority, or the backups. */
function levelWeights(origins: readonly OriginState[]): ReadonlyMap<number, number> {
  const weights = new Map<number, number>();
  for (const origin of origins.filter(isUsed)) {
    const level = levelOf(origin);
    weights.set(level, (weights.get(level) ?? 0) + origin.weight);
  }
  return weights;
}

interface Known {
  readonly expected: ReadonlyMap<string, number> | undefined;
  /** Requests by which each origin's queue grows per second. */
  readonly growth: ReadonlyMap<string, number>;
  /** ms since the epoch at which the lab last changed. */
  readonly changedAt: number;
}

/** The exact figures of the last 10 s, or of what is over of them since the lab last changed. */
export function situationOf(telemetry: Telemetry, lab: LabState, known: Known): Situation {
  const { lastSecond: to, seconds } = telemetry;
  const first = to - RECENT_SECONDS + 1;
  const from = Math.max(first, Math.floor(known.changedAt / 1000) + 1);
  const counts = (name: string, since: number) => ({
    started: seconds.sum(name, 'started', since, to),
    ended: seconds.sum(name, 'ended', since, to),
    failed: seconds.sum(name, 'failed', since, to),
  });
  const weights = levelWeights(lab.origins);
  const counted = lab.origins.map(({ name }) => counts(name, from));
  const all = counted.reduce((sum, { started }) => sum + started, 0);
  const origins = lab.origins.map((state, index): OriginView => {
    const { name } = state;
    const figures = telemetry.origins.get(name);
    const mine = counted[index] ?? { started: 0, ended: 0, failed: 0 };
    return {
      ...mine,
      state,
      name,
      fair: isUsed(state) ? ((state.levelLoad ?? 1) * state.weight) / (weights.get(levelOf(state)) ?? 1) : 0,
      share: all >= ENOUGH ? mine.started / all : undefined,
      growth: known.growth.get(name) ?? 0,
      inFlight: figures?.inFlight ?? 0,
      p50: from === first && figures && figures.recent >= ENOUGH ? figures.p50 : undefined,
    };
  });
  return {
    lab,
    title: strategyTitle(lab.strategy.use),
    origins,
    expected: known.expected,
    seconds: Math.max(0, to - from + 1),
    requests: { ...counts('', from), retries: seconds.sum('', 'retries', from, to) },
    lastTen: counts('', first),
    now: telemetry.now,
  };
}
