import type { Origin } from './origin.ts';
import { OriginGroup } from './origin-group.ts';
import type { PanicPolicy } from './policies.ts';
import type { Strategy } from './strategy.ts';

type LoadListener = Strategy & Required<Pick<Strategy, 'loadChanged'>>;

function listens(strategy: Strategy | undefined): strategy is LoadListener {
  return strategy?.loadChanged !== undefined;
}

/** Origins of one priority; or the backups, which come after all others. */
export class Level extends OriginGroup {
  /** Undefined: backups. */
  readonly priority: number | undefined;
  /** The part (0–1) of the requests that is for this level, as long as it has an origin with room. */
  load = 0;
  /** So few of its origins are healthy that all are used. */
  panic = false;
  /** Whether its strategy is to be told of attempts: most don't listen, and looking that up for each one would cost more. */
  tellsStarts = true;
  tellsEnds = true;
  /** The same of loads. One that is not made yet will see them when it is. */
  loadListener: LoadListener | undefined;
  #strategy: Strategy | undefined;

  constructor(priority: number | undefined) {
    super();
    this.priority = priority;
  }

  /** One for each level: whose turn it is in one says nothing of another. Made when it is first asked or told something. */
  get strategy(): Strategy | undefined {
    return this.#strategy;
  }

  set strategy(strategy: Strategy | undefined) {
    this.#strategy = strategy;
    this.tellsStarts = strategy === undefined || strategy.started !== undefined;
    this.tellsEnds = strategy === undefined || strategy.finished !== undefined;
    this.loadListener = listens(strategy) ? strategy : undefined;
  }
}

/** The levels of these origins, the most wanted first; those there were are used again, so that they keep what is known of them. */
export function levelsOf(origins: readonly Origin[], before: readonly Level[]): readonly Level[] {
  const priorities = new Set(origins.map(({ backup, priority }) => (backup ? undefined : priority)));
  const order = [...priorities].sort((a, b) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY));
  return order.map((priority) => {
    const level = before.find((known) => known.priority === priority) ?? new Level(priority);
    // One level is the whole lab, in the same array: nothing is copied where nothing is divided.
    const members =
      order.length === 1
        ? origins
        : origins.filter((origin) => (origin.backup ? undefined : origin.priority) === priority);
    level.replace(members);
    for (const origin of members) origin.level = level;
    return level;
  });
}

/**
 * Shares the requests out among the levels, and decides where there is panic. In whole percent, as Envoy does it: a level has
 * the share of its healthy origins times the overprovisioning factor, at most 100 %; the first level takes so much of all
 * requests, the next so much of the rest. Where that does not make 100 % in all, each gets its part of what there is. Backups
 * get something only when no other origin is healthy (nginx, HAProxy).
 */
export function share(levels: readonly Level[], overprovisioning: number, panic: PanicPolicy | 'off'): void {
  const ordinary = levels.filter(({ priority }) => priority !== undefined);
  const someHealthy = ordinary.some((level) => healthy(level) > 0);
  const counted = someHealthy ? ordinary : levels;
  const healths = counted.map((level) => health(healthy(level), level, overprovisioning));
  const enough = healths.reduce((sum, each) => sum + each, 0) >= 100;
  for (const level of levels) level.panic = false;
  if (!enough && panic !== 'off') {
    counted.forEach((level, index) => {
      const usable = level.all.filter(({ draining }) => !draining).length;
      level.panic = usable > 0 && healthy(level) < panic.below * level.all.length - ROUNDING;
      if (level.panic) healths[index] = health(usable, level, overprovisioning);
    });
  }
  for (const level of levels) level.load = 0;
  const total = Math.min(
    100,
    healths.reduce((sum, each) => sum + each, 0),
  );
  let left = 100;
  counted.forEach((level, index) => {
    const percent = total === 0 ? 0 : Math.min(left, Math.floor(((healths[index] as number) * 100) / total + ROUNDING));
    level.load = percent / 100;
    left -= percent;
  });
  // What was lost in rounding is the first one's.
  const first = counted.find(({ load }) => load > 0);
  if (first) first.load += left / 100;
}

/** 7 × 10 % are 70 %, whatever binary fractions say. */
const ROUNDING = 1e-9;

function healthy(level: Level): number {
  return level.all.filter((origin) => origin.healthy).length;
}

/** Percent. */
function health(usable: number, level: Level, overprovisioning: number): number {
  return Math.min(100, Math.floor((usable * overprovisioning * 100) / level.all.length + ROUNDING));
}
