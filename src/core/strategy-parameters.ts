import { EvenkeelError } from './errors.ts';
import { keyReader, REQUEST_KEYS } from './request-key.ts';
import type { Parameter, PathRule, StrategyDefinition, StrategySpec } from './strategy.ts';
import { didYouMean } from './suggestion.ts';

/** Validates a strategy inside a strategy; refuses what may not be nested. */
type NormaliseNested = (spec: unknown, where: string) => StrategySpec;

/**
 * A spec in which every parameter of the definition has a valid value, in the definition's order.
 * @throws EvenkeelError `bad-argument` for an unknown parameter, a wrong type or a value out of range
 */
export function normaliseParameters(
  definition: StrategyDefinition,
  given: Readonly<Record<string, unknown>>,
  normaliseNested: NormaliseNested,
): StrategySpec {
  const known = Object.keys(definition.parameters);
  for (const name of Object.keys(given)) {
    if (name === 'use' || known.includes(name)) continue;
    const list = known.length === 0 ? 'it has none.' : `it has ${known.join(', ')}.`;
    throw bad(`${definition.id} has no parameter "${name}"; ${list}${didYouMean(name, known)}`);
  }
  const spec: Record<string, unknown> & { use: string } = { use: definition.id };
  for (const [name, parameter] of Object.entries(definition.parameters)) {
    const value = given[name];
    spec[name] =
      value === undefined
        ? defaultOf(parameter)
        : normaliseValue(`${definition.id}: ${name}`, parameter, value, normaliseNested);
  }
  return spec;
}

function defaultOf(parameter: Parameter): unknown {
  return parameter.kind === 'rules' ? [] : parameter.default;
}

function normaliseValue(
  where: string,
  parameter: Parameter,
  value: unknown,
  normaliseNested: NormaliseNested,
): unknown {
  switch (parameter.kind) {
    case 'integer':
    case 'number':
    case 'duration': {
      const { min, max } = parameter;
      const fits = typeof value === 'number' && value >= min && value <= max;
      if (fits && (parameter.kind !== 'integer' || Number.isInteger(value))) return value;
      const unit = parameter.kind === 'duration' ? ' ms' : '';
      const what = parameter.kind === 'integer' ? 'a whole number' : 'a number';
      throw bad(`${where} must be ${what} from ${min} to ${max}${unit}, not ${shown(value)}.`);
    }
    case 'ratio': {
      const { min, max } = parameter;
      if (value === 'off' || (typeof value === 'number' && value >= min && value <= max)) return value;
      throw bad(`${where} must be off or from ${min * 100}% to ${max * 100}%, not ${shown(value)}.`);
    }
    case 'key':
      if (typeof value === 'string' && keyReader(value)) return value;
      throw bad(`${where} must be ${REQUEST_KEYS}, not ${shown(value)}.`);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw bad(`${where} must be true or false, not ${shown(value)}.`);
    case 'choice':
      if (typeof value === 'string' && parameter.options.includes(value)) return value;
      throw bad(`${where} must be one of ${parameter.options.join(', ')}, not ${shown(value)}.`);
    case 'strategy':
      return normaliseNested(value, where);
    case 'rules':
      return normaliseRules(where, value, normaliseNested);
  }
}

function normaliseRules(where: string, value: unknown, normaliseNested: NormaliseNested): PathRule[] {
  if (!Array.isArray(value)) throw bad(`${where} must be a list of rules, not ${shown(value)}.`);
  return value.map((rule: unknown, index) => normaliseRule(`${where}, rule ${index + 1}`, rule, normaliseNested));
}

function normaliseRule(where: string, rule: unknown, normaliseNested: NormaliseNested): PathRule {
  if (!isObject(rule)) throw bad(`${where} must have a prefix and origins, not be ${shown(rule)}.`);
  const { prefix, origins, strategy, ...others } = rule;
  for (const name of Object.keys(others)) {
    throw bad(`${where} has an unknown key "${name}"; a rule has prefix, origins and strategy.`);
  }
  if (typeof prefix !== 'string' || !prefix.startsWith('/')) {
    throw bad(`${where}: prefix must be a path that starts with "/", not ${shown(prefix)}.`);
  }
  if (!Array.isArray(origins) || origins.length === 0 || !origins.every((name) => typeof name === 'string')) {
    throw bad(`${where}: origins must be a list of at least one origin's name, not ${shown(origins)}.`);
  }
  const nested = strategy === undefined ? { use: 'round-robin' } : normaliseNested(strategy, `${where}: strategy`);
  return { prefix, origins: [...origins], strategy: nested };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as an error message shows it: short, on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}

function bad(message: string): EvenkeelError {
  return new EvenkeelError('bad-argument', message);
}
