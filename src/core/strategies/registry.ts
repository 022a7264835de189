import { EvenkeelError } from '../errors.ts';
import type { Strategy, StrategyDefinition, StrategySpec } from '../strategy.ts';
import { isObject, normaliseParameters, shown } from '../strategy-parameters.ts';
import { suggestionFor } from '../suggestion.ts';
import { firstAvailable } from './first-available.ts';
import { hash } from './hash.ts';
import { ipHash } from './ip-hash.ts';
import { leastConnections } from './least-connections.ts';
import { leastLoad } from './least-load.ts';
import { leastTime } from './least-time.ts';
import { maglev } from './maglev.ts';
import { pathHash } from './path-hash.ts';
import { pathRules } from './path-rules.ts';
import { peakEwma } from './peak-ewma.ts';
import { powerOfTwoChoices } from './power-of-two-choices.ts';
import { random } from './random.ts';
import { rendezvous } from './rendezvous.ts';
import { ringHash } from './ring-hash.ts';
import { roundRobin } from './round-robin.ts';
import { weightedRandom } from './weighted-random.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

/** Every strategy, in the order in which people meet them: the one list that the CLI, lab files, the UI and docs read. */
export const STRATEGIES: readonly StrategyDefinition[] = [
  roundRobin,
  weightedRoundRobin,
  random,
  weightedRandom,
  leastConnections,
  powerOfTwoChoices,
  leastLoad,
  ipHash,
  pathRules,
  leastTime,
  peakEwma,
  firstAvailable,
  hash,
  pathHash,
  ringHash,
  maglev,
  rendezvous,
];

const byId: ReadonlyMap<string, StrategyDefinition> = new Map(
  STRATEGIES.map((definition) => [definition.id, definition]),
);

/** @throws EvenkeelError `unknown-strategy`, with a suggestion where one is near */
export function strategyDefinition(id: string): StrategyDefinition {
  const definition = byId.get(id);
  if (definition) return definition;
  const suggestion = suggestionFor(id, byId.keys()) ?? idOfProductName(id);
  const advice =
    suggestion === undefined ? `Choose one of ${[...byId.keys()].join(', ')}.` : `Did you mean "${suggestion}"?`;
  throw new EvenkeelError('unknown-strategy', `There is no strategy called ${shown(id)}. ${advice}`);
}

/** `leastconn`, `least_conn` and the like: what products call a strategy of ours. */
function idOfProductName(name: string): string | undefined {
  const wanted = name.toLowerCase();
  return STRATEGIES.find(({ knownAs }) => knownAs.some((known) => known.toLowerCase().split(' ').includes(wanted)))?.id;
}

/**
 * A spec with every parameter valid and present; an id alone stands for all defaults.
 * @throws EvenkeelError `unknown-strategy` or `bad-argument`, one sentence that names the parameter
 */
export function normaliseSpec(spec: StrategySpec | string): StrategySpec {
  return normaliseAt(spec, 'strategy');
}

/** @throws what `normaliseSpec` throws */
export function createStrategy(spec: StrategySpec | string): Strategy {
  const normal = normaliseSpec(spec);
  return strategyDefinition(normal.use).create(normal, createStrategy);
}

function normaliseAt(spec: unknown, where: string): StrategySpec {
  const given: unknown = typeof spec === 'string' ? { use: spec } : spec;
  if (!isObject(given) || typeof given.use !== 'string') {
    throw new EvenkeelError('bad-argument', `${where} must be a strategy's id or { use: id, … }, not ${shown(spec)}.`);
  }
  return normaliseParameters(strategyDefinition(given.use), given, normaliseNested);
}

/** One level is all that makes sense, and it keeps endless (cyclic) values out. */
function normaliseNested(spec: unknown, where: string): StrategySpec {
  const id = isObject(spec) ? spec.use : spec;
  const nests = Object.values(byId.get(String(id))?.parameters ?? {}).some(
    ({ kind }) => kind === 'rules' || kind === 'strategy',
  );
  if (nests) throw new EvenkeelError('bad-argument', `${where} cannot be ${id} again: it cannot be nested.`);
  return normaliseAt(spec, where);
}
