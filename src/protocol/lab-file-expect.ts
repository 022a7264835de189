import * as v from 'valibot';
import { EvenkeelError } from '../core/errors.ts';
import type { OriginDefinition } from './lab.ts';
import {
  choice,
  duration,
  type Finding,
  fields,
  integer,
  isRecord,
  number,
  quantity,
  read,
  refuse,
  type Schema,
  SUBJECT,
  text,
} from './lab-file-fields.ts';
import { unknownOrigin } from './lab-file-strategy.ts';
import { type Expectation, MEASURES, type MeasureName, type MeasureUnit } from './measure.ts';
import { printDuration, printRate, printShare, quote } from './units.ts';

const NAMES = Object.keys(MEASURES) as MeasureName[];

const SPAN: Schema<readonly [number, number]> = read((value) => {
  if (!Array.isArray(value) || value.length !== 2) {
    throw refuse(`${SUBJECT} must be written like [20s, 30s], not ${quote(value)}.`);
  }
  const [from, to] = value.map((each) => v.parse(duration('written'), each)) as [number, number];
  if (from >= to) throw refuse(`${SUBJECT} must begin before it ends.`);
  return [from, to];
});

const VARIANT: Schema<Readonly<Record<string, unknown>>> = read((value) => {
  if (isRecord(value)) return value;
  throw refuse(`${SUBJECT} must be written like { strategy: random, traffic.open.rate: 90/s }, not ${quote(value)}.`);
});

const BOOLEAN: Schema<boolean> = read((value) => {
  if (typeof value === 'boolean') return value;
  throw refuse(`${SUBJECT} must be true or false, not ${quote(value)}.`);
});

/** A bound in the measure's own unit. */
function boundOf(unit: MeasureUnit): Schema<number> {
  if (unit === 'duration' || unit === 'share' || unit === 'rate') return quantity(unit, 'written');
  return number();
}

function expectationOf(name: MeasureName): Schema<Expectation> {
  const { unit, needs } = MEASURES[name] as { unit: MeasureUnit; needs?: 'of' | 'over' };
  const bounds: Readonly<Record<string, Schema<unknown>>> =
    unit === 'truth'
      ? { is: BOOLEAN }
      : unit === 'text'
        ? { is: text(1000) }
        : { min: boundOf(unit), max: boundOf(unit) };
  const required = ['measure', 'because', ...(needs ? [needs] : []), ...('is' in bounds ? ['is'] : [])];
  const example =
    needs === 'of'
      ? '{ measure: share, of: D, min: 9%, max: 13%, because: … }'
      : '{ measure: mean, max: 90ms, because: … }';
  const schema = fields(
    {
      measure: choice(NAMES),
      ...(needs === 'of' && { of: text(100) }),
      ...(needs === 'over' && { over: duration('written') }),
      with: VARIANT,
      during: SPAN,
      runs: integer(1, 1000),
      ...bounds,
      because: text(300),
      live: BOOLEAN,
    },
    { example, required: required as never[] },
  );
  if ('is' in bounds) return schema as unknown as Schema<Expectation>;
  return v.pipe(
    schema,
    v.rawCheck(({ dataset, addIssue }) => {
      const { min, max } = (dataset.value ?? {}) as { min?: number; max?: number };
      if (min === undefined && max === undefined) addIssue({ message: `${SUBJECT} needs a min or a max.` });
      if (typeof min === 'number' && typeof max === 'number' && min > max) {
        addIssue({ message: `${SUBJECT} must not have a min above its max.` });
      }
    }),
  ) as unknown as Schema<Expectation>;
}

const SCHEMAS = new Map(NAMES.map((name) => [name, expectationOf(name)]));

/** One line of `expect`; what may be in it depends on the measure. */
export const EXPECTATION: Schema<Expectation> = v.lazy((input) => {
  const named = isRecord(input) ? SCHEMAS.get(input.measure as MeasureName) : undefined;
  return named ?? (SCHEMAS.get('mean') as Schema<Expectation>);
}) as Schema<Expectation>;

/** Findings for expectations of origins that the lab does not have. */
export function unknownOriginsInExpectations(expect: unknown, origins: readonly OriginDefinition[]): Finding[] {
  const names = origins.map(({ name }) => name);
  return (Array.isArray(expect) ? expect : []).flatMap((each: unknown, index): Finding[] =>
    isRecord(each) && typeof each.of === 'string' && each.with === undefined && !names.includes(each.of)
      ? [{ path: ['expect', index, 'of'], message: unknownOrigin(each.of, names) }]
      : [],
  );
}

/**
 * Findings for variants (`with`) that make no lab.
 * @param variantProblem what is wrong with the lab that such overrides make; undefined: nothing
 */
export function wrongVariants(
  expect: readonly Expectation[],
  variantProblem: (overrides: Readonly<Record<string, unknown>>) => string | undefined,
): Finding[] {
  return expect.flatMap(({ with: overrides }, index): Finding[] => {
    if (overrides === undefined) return [];
    const path = ['expect', index, 'with'];
    try {
      const message = variantProblem(overrides);
      return message === undefined ? [] : [{ path, message }];
    } catch (error) {
      if (error instanceof EvenkeelError) return [{ path, message: error.message }];
      throw error;
    }
  });
}

/** An expectation as a lab file writes it. */
export function writtenExpectation({ during, min, max, over, ...rest }: Expectation): Record<string, unknown> {
  const { unit } = MEASURES[rest.measure];
  const print =
    unit === 'duration' ? printDuration : unit === 'share' ? printShare : unit === 'rate' ? printRate : Number;
  return {
    measure: rest.measure,
    of: rest.of,
    over: over === undefined ? undefined : printDuration(over),
    with: rest.with,
    during: during?.map(printDuration),
    runs: rest.runs,
    min: min === undefined ? undefined : print(min),
    max: max === undefined ? undefined : print(max),
    is: rest.is,
    because: rest.because,
    live: rest.live,
  };
}
