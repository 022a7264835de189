import { away } from './rules/away.ts';
import { breaker } from './rules/breaker.ts';
import { ejected } from './rules/ejected.ts';
import { failing } from './rules/failing.ts';
import { flapping } from './rules/flapping.ts';
import { hiddenByRetries } from './rules/hidden-by-retries.ts';
import { imbalance } from './rules/imbalance.ts';
import { outage } from './rules/outage.ts';
import { overload } from './rules/overload.ts';
import { panic } from './rules/panic.ts';
import { queue } from './rules/queue.ts';
import { slow } from './rules/slow.ts';
import { quiet, starting } from './rules/still.ts';
import { stuck } from './rules/stuck.ts';
import { suspected } from './rules/suspected.ts';
import { unnoticed } from './rules/unnoticed.ts';
import type { Situation } from './situation.ts';

export interface Verdict {
  /** The same for the same kind of news about the same origins. */
  readonly id: string;
  readonly tone: 'calm' | 'warn' | 'bad';
  /** state: true from the moment it is said · figures: measured, so it has to last before it is said. */
  readonly basis: 'state' | 'figures';
  /** The sentence itself. */
  readonly news: string;
  /** What follows from it; may be empty. */
  readonly more: string;
  readonly remedy?: Remedy;
}

/** What would help: a strategy (its id), or a policy to look at. */
export type Remedy = { readonly strategy: string } | { readonly policies: true };

/** What a rule has to say, its best first; nothing when it has nothing to say. */
export type Rule = (situation: Situation) => readonly Verdict[];

/** Worst first. */
const RULES: readonly Rule[] = [
  outage,
  breaker,
  panic,
  unnoticed,
  stuck,
  hiddenByRetries,
  failing,
  overload,
  slow,
  queue,
  ejected,
  away,
  suspected,
  flapping,
  starting,
  quiet,
  imbalance,
];

/** All there is to say now, the most important first. Every figure in it is exact. */
export function verdictsOf(situation: Situation): readonly Verdict[] {
  return RULES.flatMap((rule) => rule(situation));
}
