import type { StrategySpec } from '../core/strategy.ts';
import type { Fault } from './lab.ts';
import type { PolicyPatch, ServicePatch } from './lab-file-defaults.ts';
import { faultSchema } from './lab-file-faults.ts';
import { examine, finished, number, type Schema } from './lab-file-fields.ts';
import { policiesSchema } from './lab-file-policies.ts';
import { serviceSchema } from './lab-file-service.ts';
import { strategySchema } from './lab-file-strategy.ts';

/** What a form's text means to a running lab, or the sentence that says what is wrong with it. */
export type Checked<Value> = { readonly value: Value } | { readonly problem: string };

const POLICIES = policiesSchema('machine');
const SERVICE = serviceSchema('machine');
const FAULT: Schema<Fault> = faultSchema({}, [], 'machine');
const STRATEGY = strategySchema('machine');
/** An origin's weight. */
export const WEIGHT = number({ above: 0, max: 1000 });

/** @param name what people call the field, to begin the sentence with */
export function checkPolicies(patch: unknown, name: string): Checked<PolicyPatch> {
  return check(POLICIES, patch, name);
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
export function checkWeight(weight: unknown, name: string): Checked<number> {
  return check(WEIGHT, weight, name);
}

/** @param name likewise */
export function checkStrategy(spec: unknown, name: string): Checked<StrategySpec> {
  return check(STRATEGY, spec, name);
}

function check<Value>(schema: Schema<Value>, input: unknown, name: string): Checked<Value> {
  const { output, findings } = examine(schema, input);
  const [first] = findings;
  return first ? { problem: finished(first, () => name) } : { value: output };
}
