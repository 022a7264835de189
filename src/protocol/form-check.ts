import { DEFAULT_POLICIES, type Policies } from '../core/policies.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { Fault, OriginRole, ScheduledFault } from './lab.ts';
import { completePolicies, type PolicyPatch, type ServicePatch, type WrittenSticky } from './lab-file-defaults.ts';
import { faultSchema } from './lab-file-faults.ts';
import { duration, examine, finished, number, type Schema, text } from './lab-file-fields.ts';
import { pathText } from './lab-file-path.ts';
import { breakerProblem, POLICIES_SCHEMA } from './lab-file-policies.ts';
import { ORIGIN_ROLE } from './lab-file-role.ts';
import { STICKY } from './lab-file-schema.ts';
import { serviceSchema } from './lab-file-service.ts';
import { strategySchema } from './lab-file-strategy.ts';

/** What a form's text means to a running lab, or the sentence that says what is wrong with it. */
export type Checked<Value> = { readonly value: Value } | { readonly problem: string };

const SERVICE = serviceSchema('machine');
const FAULT: Schema<Fault> = faultSchema({}, [], 'machine');
const STRATEGY = strategySchema('machine');
/** An origin's name where one is meant that there is. */
export const ORIGIN = text(40);
/** A line of a fault script. */
export const SCHEDULED_FAULT: Schema<ScheduledFault> = faultSchema(
  { at: duration('machine'), origin: ORIGIN, for: duration('machine', { above: 0 }) },
  ['at', 'origin'],
  'machine',
);
/** An origin's weight. */
export const WEIGHT = number({ above: 0, max: 1000 });

/**
 * @param name what people call the field, to begin the sentence with
 * @param present what the running lab has: some values are only wrong together
 */
export function checkPolicies(
  patch: unknown,
  name: string,
  present: Policies = DEFAULT_POLICIES,
): Checked<PolicyPatch> {
  const checked = check(POLICIES_SCHEMA, patch, name);
  if ('problem' in checked) return checked;
  const problem = breakerProblem(completePolicies(checked.value, present).breaker);
  return problem === undefined ? checked : { problem };
}

/** @param name likewise */
export function checkService(patch: unknown, name: string): Checked<ServicePatch> {
  return check(SERVICE, patch, name);
}

/** @param name likewise */
export function checkFault(fault: unknown, name: string): Checked<Fault> {
  return check(FAULT, fault, name);
}

/** @param name likewise */
export function checkSticky(sticky: unknown, name: string): Checked<WrittenSticky> {
  return check(STICKY, sticky, name);
}

/** @param names what people call the fields, to begin the sentence with */
export function checkScheduledFault(fault: unknown, names: Readonly<Record<string, string>>): Checked<ScheduledFault> {
  const { output, findings } = examine(SCHEDULED_FAULT, fault);
  const [first] = findings;
  return first ? { problem: finished(first, (path) => names[pathText(path)] ?? 'the line') } : { value: output };
}

/** @param name likewise */
export function checkWeight(weight: unknown, name: string): Checked<number> {
  return check(WEIGHT, weight, name);
}

/** @param name likewise */
export function checkStrategy(spec: unknown, name: string): Checked<StrategySpec> {
  return check(STRATEGY, spec, name);
}

/** @param name likewise */
export function checkRole(role: unknown, name: string): Checked<OriginRole> {
  return check(ORIGIN_ROLE, role, name);
}

function check<Value>(schema: Schema<Value>, input: unknown, name: string): Checked<Value> {
  const { output, findings } = examine(schema, input);
  const [first] = findings;
  return first ? { problem: finished(first, () => name) } : { value: output };
}
