import { meanTime } from '../../../src/core/service.ts';
import { isSpawned } from '../../../src/protocol/lab.ts';
import type { LabState, OriginState } from '../../../src/protocol/state.ts';

/** Exact counts over a stretch of whole seconds. */
interface Counts {
  readonly started: number;
  readonly ended: number;
  readonly failed: number;
}

/** An origin as the verdict sees it. Counts are of attempts, in the situation's window. */
export interface OriginView extends Counts {
  readonly state: OriginState;
  readonly name: string;
  /** 0–1: its part of the available weight; 0 when it is not available. */
  readonly fair: number;
  /** 0–1 of the window's attempts; undefined while there were too few to speak of. */
  readonly share: number | undefined;
  /** Requests by which its queue grows per second. */
  readonly growth: number;
  readonly inFlight: number;
  /** Median time (ms) of the last 10 s; undefined unless nothing changed in them and there were enough. */
  readonly p50: number | undefined;
}

/** Everything a rule may look at. Nothing in it is sampled. */
export interface Situation {
  readonly lab: Pick<LabState, 'clock' | 'lab' | 'timeline' | 'traffic' | 'strategy' | 'balancer'>;
  /** The strategy's title. */
  readonly title: string;
  readonly origins: readonly OriginView[];
  /** 0–1 by origin, where theory knows it whatever the load. */
  readonly expected: ReadonlyMap<string, number> | undefined;
  /** Whole seconds (0–10) since anything last changed: what `requests` and the origins' counts are of. */
  readonly seconds: number;
  readonly requests: Counts & { readonly retries: number };
  /** Whole requests of the last 10 s, whatever changed in them. */
  readonly lastTen: Counts;
  /** ms since the epoch. */
  readonly now: number;
}

/** Fewer requests than this say nothing. */
export const ENOUGH = 20;

/** Those that requests are shared out among; not a backup that waits for its time. */
export function availableOf({ origins }: Situation): readonly OriginView[] {
  return origins.filter(({ state }) => isUsed(state));
}

export function isUsed({ available, levelLoad }: OriginState): boolean {
  return available && levelLoad !== 0;
}

/** The group that it shares requests in: a priority, or after all of those the backups. */
export function levelOf({ definition }: OriginState): number {
  return definition.backup ? Number.POSITIVE_INFINITY : (definition.priority ?? 0);
}

/** What it was made to take on average (ms); undefined for an origin of someone else's. */
export function nominalTime({ state: { definition, process } }: OriginView): number | undefined {
  if (!isSpawned(definition)) return undefined;
  return meanTime(definition.service.time) * (process?.faults.slow ?? 1);
}

/** Requests/s it can answer; Infinity without a limit on workers, undefined for an origin of someone else's. */
export function capacityOf(view: OriginView): number | undefined {
  const { definition } = view.state;
  const time = nominalTime(view);
  if (time === undefined || !isSpawned(definition)) return undefined;
  const { workers } = definition.service;
  return workers === 'unlimited' ? Number.POSITIVE_INFINITY : (workers * 1000) / time;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Strategies that look at how busy or how quick an origin is. */
const LOAD_AWARE = new Set(['least-connections', 'power-of-two-choices', 'least-load', 'least-time', 'peak-ewma']);

export function isLoadAware({ lab }: Situation): boolean {
  return LOAD_AWARE.has(lab.strategy.use);
}
