import * as v from 'valibot';
import type { RetryCondition } from '../core/policies.ts';
import type { ClientsDefinition, Fault, TimeDistribution } from './lab.ts';
import type { PolicyPatch, ServicePatch, TrafficPatch } from './lab-file-defaults.ts';
import {
  choice,
  fields,
  integer,
  integerOrUnlimited,
  isRecord,
  list,
  type Numbers,
  number,
  quantity,
  type Range,
  read,
  refuse,
  type Schema,
  SUBJECT,
} from './lab-file-fields.ts';
import { quote } from './units.ts';

/** A day: longer than any lesson, and within what a timer can wait. */
const DAY = 24 * 3_600_000;
const PLAIN_FAULTS = ['kill', 'restart', 'freeze', 'thaw', 'hang', 'reset', 'drain', 'resume', 'heal'] as const;
const FAULTS = [...PLAIN_FAULTS, 'slow', 'errors'] as const;
const RETRY_CONDITIONS = [
  'connect-failure',
  'reset',
  'timeout',
  'server-error',
] as const satisfies readonly RetryCondition[];

/** The parts that lab files and commands share; they differ only in whether a number may go without its unit. */
export interface PartSchemas {
  readonly duration: (range?: Range) => Schema<number>;
  readonly service: Schema<ServicePatch>;
  readonly clients: Schema<Partial<ClientsDefinition>>;
  readonly traffic: Schema<TrafficPatch>;
  readonly health: Schema<NonNullable<PolicyPatch['health']>>;
  readonly retry: Schema<NonNullable<PolicyPatch['retry']>>;
  readonly timeouts: Schema<NonNullable<PolicyPatch['timeouts']>>;
  /** A fault in any of its spellings, with these keys beside it. */
  readonly fault: <Extra>(
    beside: Readonly<Record<string, Schema<unknown>>>,
    required: readonly string[],
  ) => Schema<Extra & Fault>;
}

export function partSchemas(numbers: Numbers): PartSchemas {
  const duration = (range: Range = {}): Schema<number> => quantity('duration', numbers, { max: DAY, ...range });
  const positive = duration({ above: 0 });
  const share = quantity('share', numbers);
  const word = <Value, const Word extends string>(
    words: readonly Word[],
    otherwise: Schema<Value>,
  ): Schema<Value | Word> =>
    v.lazy((input): Schema<Value | Word> => (typeof input === 'string' ? choice(words) : otherwise)) as Schema<
      Value | Word
    >;

  const spread = fields(
    {
      constant: duration(),
      exponential: positive,
      uniform: fields(
        { min: duration(), max: duration() },
        { example: '{ min: 10ms, max: 90ms }', required: ['min', 'max'] },
      ),
      lognormal: fields(
        { median: positive, sigma: number({ min: 0, max: 5 }) },
        { example: '{ median: 50ms, sigma: 0.5 }', required: ['median', 'sigma'] },
      ),
      pareto: fields(
        { min: positive, alpha: number({ above: 0, max: 100 }) },
        { example: '{ min: 10ms, alpha: 1.5 }', required: ['min', 'alpha'] },
      ),
    },
    { example: '{ exponential: 50ms }', oneOf: ['constant', 'exponential', 'uniform', 'lognormal', 'pareto'] },
  );
  const time = v.lazy((input): Schema<TimeDistribution> => {
    // A bare duration is the plainest of them: always this long.
    if (typeof input === 'string' || typeof input === 'number') {
      return v.pipe(
        duration(),
        v.transform((constant) => ({ constant })),
      );
    }
    return v.pipe(
      spread,
      v.rawCheck(({ dataset, addIssue }) => {
        const { uniform } = (dataset.value ?? {}) as { uniform?: { min?: unknown; max?: unknown } };
        if (typeof uniform?.min === 'number' && typeof uniform.max === 'number' && uniform.min > uniform.max) {
          addIssue({ message: `${SUBJECT} must not have a min above its max.` });
        }
      }),
    ) as unknown as Schema<TimeDistribution>;
  }) as Schema<TimeDistribution>;

  const active = fields(
    { path: PATH, every: duration({ min: 100 }), timeout: positive, fall: integer(1, 100), rise: integer(1, 100) },
    { example: '{ path: /healthz, every: 2s, timeout: 1s, fall: 3, rise: 2 } or off' },
  );
  const passive = fields(
    { failures: integer(1, 1000), base: positive, max: positive, maxShare: share },
    { example: '{ failures: 5, base: 10s } or off' },
  );
  const checks = fields(
    { active: word(['off', 'on'], active), passive: word(['off', 'on'], passive) },
    { example: '{ active: { every: 2s }, passive: off }' },
  );
  const conditions = list(choice(RETRY_CONDITIONS), '[connect-failure]');
  const retry = fields(
    {
      attempts: integer(1, 20),
      on: v.lazy(
        (input): Schema<RetryCondition[]> =>
          typeof input === 'string'
            ? v.pipe(
                choice(RETRY_CONDITIONS),
                v.transform((condition) => [condition]),
              )
            : conditions,
      ) as Schema<RetryCondition[]>,
      budget: share,
    },
    { example: '{ attempts: 3, on: [connect-failure] } or off' },
  );
  const traffic = fields(
    {
      open: fields(
        { rate: quantity('rate', numbers, { above: 0, max: 100_000 }), arrivals: choice(['constant', 'poisson']) },
        { example: '{ rate: 20/s, arrivals: poisson }', required: ['rate'] },
      ),
      closed: fields(
        { users: integer(1, 10_000), think: duration() },
        { example: '{ users: 50, think: 1s }', required: ['users'] },
      ),
      off: read((value): true => {
        if (value !== true) throw refuse(`${SUBJECT} can only be true; write open or closed for traffic.`);
        return value;
      }),
      paths: list(PATH, '[/]', 1),
    },
    { example: '{ open: { rate: 20/s } } or off', oneOf: ['open', 'closed', 'off'] },
  );

  return {
    duration,
    service: fields(
      { time, workers: integerOrUnlimited(1), queue: integerOrUnlimited(0), errorRate: share },
      { example: '{ time: { exponential: 50ms }, workers: 1 }' },
    ),
    clients: fields(
      {
        count: integer(1, 1_000_000),
        popularity: word(
          ['uniform'],
          fields({ zipf: number({ above: 0, max: 10 }) }, { example: 'uniform or { zipf: 1 }', required: ['zipf'] }),
        ),
      },
      { example: '{ count: 100, popularity: uniform }' },
    ),
    traffic: off(traffic, { off: true }),
    health: off(checks, { active: 'off', passive: 'off' }),
    retry: off(retry, { attempts: 1 }),
    timeouts: fields({ connect: positive, firstByte: positive }, { example: '{ connect: 2s, firstByte: 15s }' }),
    fault: (beside, required) =>
      faultSchema(beside, required, quantity('factor', numbers, { above: 0, max: 1000 }), share),
  };
}

/** `off` as a word, meaning this value; anything else by its own schema. */
function off<Value>(otherwise: Schema<Value>, value: Value): Schema<Value> {
  return v.lazy(
    (input): Schema<Value> =>
      typeof input === 'string'
        ? v.pipe(
            choice(['off']),
            v.transform(() => value),
          )
        : otherwise,
  ) as Schema<Value>;
}

export const PATH: Schema<string> = read((value) => {
  if (typeof value === 'string' && /^\/[\x21-\x7e]*$/.test(value) && value.length <= 2000) return value;
  throw refuse(
    `${SUBJECT} must be a path such as /index.html, beginning with / and without spaces, not ${quote(value)}.`,
  );
});

/**
 * `do: kill`; `do: slow, factor: 10x` and `do: errors, share: 50%`; short `slow: 10x` and `errors: 50%`, which may also
 * stand within the do: `do: { slow: 10x }`.
 */
function faultSchema<Extra>(
  beside: Readonly<Record<string, Schema<unknown>>>,
  required: readonly string[],
  factor: Schema<number>,
  share: Schema<number>,
): Schema<Extra & Fault> {
  const example = 'a fault such as { at: 10s, origin: B, do: kill } or { at: 10s, origin: B, slow: 10x }';
  const short = { slow: factor, errors: share };
  const make = (more: Readonly<Record<string, Schema<unknown>>>, alsoRequired: readonly string[] = []) =>
    fields(
      { ...beside, ...more },
      { example, required: [...required, ...alsoRequired], oneOf: ['do', 'slow', 'errors'] },
    );
  const forms = {
    plain: make({ do: choice(FAULTS), ...short }),
    slow: make({ do: choice(FAULTS), factor, ...short }, ['factor']),
    errors: make({ do: choice(FAULTS), share, ...short }, ['share']),
    nested: make({ do: fields(short, { example: '{ slow: 10x }', oneOf: ['slow', 'errors'] }), ...short }),
  };
  return v.lazy((input): Schema<Extra & Fault> => {
    const how = isRecord(input) ? input.do : undefined;
    const form = isRecord(how) ? forms.nested : how === 'slow' || how === 'errors' ? forms[how] : forms.plain;
    return v.pipe(
      form,
      v.transform((fault) => oneSpelling(fault) as Extra & Fault),
    );
  }) as Schema<Extra & Fault>;
}

function oneSpelling(written: Readonly<Record<string, unknown>>): unknown {
  const { slow, errors, do: how, ...rest } = written;
  const short = isRecord(how) ? how : { slow, errors };
  if (short.slow !== undefined) return { ...rest, do: 'slow', factor: short.slow };
  if (short.errors !== undefined) return { ...rest, do: 'errors', share: short.errors };
  return { ...rest, do: how };
}
