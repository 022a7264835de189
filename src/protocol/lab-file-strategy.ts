import * as v from 'valibot';
import { EvenkeelError } from '../core/errors.ts';
import { normaliseSpec, STRATEGIES, strategyDefinition } from '../core/strategies/registry.ts';
import type { Parameter, PathRule, StrategySpec } from '../core/strategy.ts';
import {
  type Finding,
  isRecord,
  keyOf,
  type Numbers,
  read,
  refuse,
  type Schema,
  SUBJECT,
  suggest,
} from './lab-file-fields.ts';
import { parseQuantity, printDuration, printShare, quote } from './units.ts';

const IDS: readonly string[] = STRATEGIES.map((definition) => definition.id);

/**
 * A strategy: its id, or { use: id, …parameters }. The registry checks it and fills in the parameters' defaults; here
 * durations get their unit read, and each finding its place.
 */
export function strategySchema(numbers: Numbers): Schema<StrategySpec> {
  return v.lazy((input): Schema<StrategySpec> => {
    if (typeof input === 'string') return read(() => normaliseSpec(input));
    if (isRecord(input)) return parameterised(input, numbers);
    return read(() => {
      throw refuse(`${SUBJECT} must be a strategy such as round-robin, or { use: round-robin }, not ${quote(input)}.`);
    });
  }) as Schema<StrategySpec>;
}

function parameterised(input: Record<string, unknown>, numbers: Numbers): Schema<StrategySpec> {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, StrategySpec>(({ addIssue, NEVER }) => {
      const at = (key: string): [v.IssuePathItem] => [{ ...keyOf(input, key), origin: 'value' }];
      const { use, ...given } = input;
      if (typeof use !== 'string') {
        if (use === undefined) addIssue({ message: `${SUBJECT} needs a key "use" with the name of a strategy.` });
        else addIssue({ message: `${SUBJECT} must be the name of a strategy, not ${quote(use)}.`, path: at('use') });
        return NEVER;
      }
      const bare = attempt(() => normaliseSpec(use));
      if ('refusal' in bare) {
        addIssue({ message: bare.refusal, path: at('use') });
        return NEVER;
      }
      const { parameters } = strategyDefinition(use);
      const known = Object.keys(parameters);
      const spec: Record<string, unknown> & { use: string } = { use };
      let refused = false;
      // One parameter at a time, so that each refusal is put where it belongs.
      for (const [key, value] of Object.entries(given)) {
        const parameter = Object.hasOwn(parameters, key) ? parameters[key] : undefined;
        const alone = attempt(() =>
          normaliseSpec({ use, [key]: parameter ? inUnits(parameter, value, numbers) : value }),
        );
        if ('refusal' in alone) {
          const hint = known.length === 0 ? ' It has none.' : suggest(key, known);
          if (parameter) addIssue({ message: alone.refusal, path: at(key) });
          else addIssue({ message: `${use} has no parameter ${quote(key)}.${hint}`, path: [keyOf(input, key)] });
          refused = true;
        } else {
          spec[key] = alone.value[key];
        }
      }
      const whole = attempt(() => normaliseSpec(spec));
      if ('value' in whole && !refused) return whole.value;
      if ('refusal' in whole) addIssue({ message: whole.refusal });
      return NEVER;
    }),
  );
}

function attempt<Value>(make: () => Value): { value: Value } | { refusal: string } {
  try {
    return { value: make() };
  } catch (error) {
    if (error instanceof EvenkeelError) return { refusal: error.message };
    throw error;
  }
}

/** A parameter's value in the registry's units; within strategies in a strategy too. */
function inUnits(parameter: Parameter, value: unknown, numbers: Numbers): unknown {
  if (parameter.kind === 'duration') return parseQuantity('duration', value, SUBJECT, numbers);
  if (parameter.kind === 'ratio') return value === 'off' ? value : parseQuantity('ratio', value, SUBJECT, numbers);
  if (parameter.kind === 'strategy') return nestedInUnits(value, numbers);
  if (parameter.kind !== 'rules' || !Array.isArray(value)) return value;
  return value.map((rule: unknown) =>
    isRecord(rule) && 'strategy' in rule ? { ...rule, strategy: nestedInUnits(rule.strategy, numbers) } : rule,
  );
}

function nestedInUnits(spec: unknown, numbers: Numbers): unknown {
  if (!isRecord(spec) || typeof spec.use !== 'string') return spec;
  const { parameters } = strategyDefinition(spec.use);
  return Object.fromEntries(
    Object.entries(spec).map(([key, value]) => {
      const parameter = Object.hasOwn(parameters, key) ? parameters[key] : undefined;
      // A strategy in a strategy in a strategy: the registry refuses it, so its units don't matter.
      const hasUnit = parameter?.kind === 'duration' || parameter?.kind === 'ratio';
      return [key, hasUnit ? inUnits(parameter, value, numbers) : value];
    }),
  );
}

/** A strategy as a lab file writes it: just its id where every parameter has its default. */
export function writtenStrategy(spec: StrategySpec): unknown {
  const { parameters } = strategyDefinition(spec.use);
  const defaults = normaliseSpec(spec.use);
  const written: Record<string, unknown> = { use: spec.use };
  for (const [key, parameter] of Object.entries(parameters)) {
    const value = spec[key];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(defaults[key])) continue;
    written[key] = writtenParameter(parameter, value);
  }
  return Object.keys(written).length === 1 ? spec.use : written;
}

function writtenParameter(parameter: Parameter, value: unknown): unknown {
  if (parameter.kind === 'duration') return printDuration(value as number);
  if (parameter.kind === 'ratio') return value === 'off' ? value : printShare(value as number);
  if (parameter.kind === 'strategy') return writtenStrategy(value as StrategySpec);
  if (parameter.kind !== 'rules') return value;
  return (value as readonly PathRule[]).map(({ strategy, ...rule }) => {
    const written = strategy && writtenStrategy(strategy);
    return written === undefined || written === 'round-robin' ? rule : { ...rule, strategy: written };
  });
}

/** Findings for path rules that name origins the lab does not have, in a strategy as written. */
export function unknownOriginsInRules(strategy: unknown, names: readonly string[]): Finding[] {
  if (!isRecord(strategy) || typeof strategy.use !== 'string' || !IDS.includes(strategy.use)) return [];
  const findings: Finding[] = [];
  for (const [key, parameter] of Object.entries(strategyDefinition(strategy.use).parameters)) {
    if (parameter.kind !== 'rules') continue;
    const rules = strategy[key];
    for (const [index, rule] of (Array.isArray(rules) ? rules : []).entries()) {
      const origins: unknown = isRecord(rule) ? rule.origins : undefined;
      for (const [place, name] of (Array.isArray(origins) ? origins : []).entries()) {
        if (typeof name !== 'string' || names.includes(name)) continue;
        findings.push({ path: ['strategy', key, index, 'origins', place], message: unknownOrigin(name, names) });
      }
    }
  }
  return findings;
}

export function unknownOrigin(name: string, names: readonly string[]): string {
  return `There is no origin ${quote(name)}.${suggest(name, names)}`;
}
