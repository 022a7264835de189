import * as v from 'valibot';
import {
  BREAKER,
  type BreakerPolicy,
  NO_HEALTH,
  type PanicPolicy,
  RETRY_CONDITIONS,
  type RetryCondition,
} from '../core/policies.ts';
import type { PolicyPatch } from './lab-file-defaults.ts';
import {
  choice,
  duration,
  fields,
  integer,
  integerOrUnlimited,
  isRecord,
  list,
  type Numbers,
  number,
  offOr,
  orOff,
  quantity,
  type Schema,
  wordOr,
} from './lab-file-fields.ts';
import { PATH } from './lab-file-traffic.ts';

type Patch<Policy extends keyof PolicyPatch> = Schema<NonNullable<PolicyPatch[Policy]>>;

export function healthSchema(numbers: Numbers): Patch<'health'> {
  const positive = duration(numbers, { above: 0 });
  const active = fields(
    {
      path: PATH,
      every: duration(numbers, { min: 100 }),
      timeout: positive,
      fall: integer(1, 100),
      rise: integer(1, 100),
    },
    { example: '{ path: /healthz, every: 2s, timeout: 1s, fall: 3, rise: 2 } or off' },
  );
  const passive = fields(
    { failures: integer(1, 1000), base: positive, max: positive, maxShare: quantity('share', numbers) },
    { example: '{ failures: 5, base: 10s } or off' },
  );
  const outliers = fields(
    {
      every: duration(numbers, { min: 100 }),
      minOrigins: integer(2, 200),
      minRequests: integer(1, 1_000_000),
      deviations: number({ min: 0, max: 100 }),
      base: positive,
      max: positive,
      maxShare: quantity('share', numbers),
    },
    { example: '{ every: 10s, minOrigins: 5, minRequests: 100, deviations: 1.9 } or off' },
  );
  const health = fields(
    {
      active: wordOr(['off', 'on'], active),
      passive: wordOr(['off', 'on'], passive),
      outliers: wordOr(['off', 'on'], outliers),
      panic: panicSchema(numbers),
    },
    { example: '{ active: { every: 2s }, passive: off }' },
  );
  return offOr<NonNullable<PolicyPatch['health']>>(NO_HEALTH, health);
}

/** `50%` is short for `{ below: 50% }`. */
function panicSchema(numbers: Numbers): Schema<Partial<PanicPolicy> | 'off' | 'on'> {
  const below = quantity('share', numbers, { above: 0 });
  const whole = fields({ below }, { example: '50% or off' });
  const short = v.pipe(
    below,
    v.transform((share) => ({ below: share })),
  );
  const words = choice(['off', 'on']);
  return v.lazy((input) => {
    if (isRecord(input)) return whole;
    return input === 'off' || input === 'on' ? words : short;
  }) as Schema<Partial<PanicPolicy> | 'off' | 'on'>;
}

const CONDITION: Schema<RetryCondition> = choice(RETRY_CONDITIONS);
const CONDITIONS = list(CONDITION, '[connect-failure]');
const ONE_CONDITION = v.pipe(
  CONDITION,
  v.transform((condition) => [condition]),
);

export function retrySchema(numbers: Numbers): Patch<'retry'> {
  const on = v.lazy((input) => (typeof input === 'string' ? ONE_CONDITION : CONDITIONS)) as Schema<RetryCondition[]>;
  const retry = fields(
    {
      attempts: integer(1, 20),
      on,
      budget: orOff(quantity('share', numbers)),
      backoff: v.pipe(
        orOff(duration(numbers)),
        v.transform((written) => (written === 'off' ? 0 : written)),
      ),
      maxBackoff: duration(numbers),
    },
    { example: '{ attempts: 3, on: [connect-failure] } or off' },
  );
  return offOr<NonNullable<PolicyPatch['retry']>>({ attempts: 1 }, retry);
}

export function timeoutsSchema(numbers: Numbers): Patch<'timeouts'> {
  const positive = duration(numbers, { above: 0 });
  const optional = orOff(positive);
  return fields(
    { connect: positive, firstByte: positive, idle: optional, total: optional },
    { example: '{ connect: 2s, firstByte: 15s, total: off }' },
  );
}

export function limitsSchema(numbers: Numbers): Patch<'limits'> {
  const limits = fields(
    {
      maxInFlight: integerOrUnlimited(1),
      total: integerOrUnlimited(1),
      queue: integerOrUnlimited(0),
      queueTimeout: duration(numbers, { above: 0 }),
    },
    { example: '{ maxInFlight: 10, queue: 100, queueTimeout: 5s } or off' },
  );
  return offOr<NonNullable<PolicyPatch['limits']>>({ maxInFlight: 'unlimited', total: 'unlimited' }, limits);
}

export function slowStartSchema(numbers: Numbers): Patch<'slowStart'> {
  const slowStart = fields(
    {
      window: duration(numbers, { min: 100 }),
      min: quantity('share', numbers, { above: 0 }),
      aggression: number({ above: 0, max: 100 }),
    },
    { example: '{ window: 30s, min: 10%, aggression: 1 } or off' },
  );
  return wordOr(['off', 'on'], slowStart);
}

export function prioritiesSchema(numbers: Numbers): Patch<'priorities'> {
  return fields(
    { overprovisioning: quantity('ratio', numbers, { min: 1, max: 100 }) },
    { example: '{ overprovisioning: 140% }' },
  );
}

export function loadInfoSchema(numbers: Numbers): Patch<'loadInfo'> {
  const loadInfo = fields({ every: duration(numbers) }, { example: '{ every: 500ms } or off', required: ['every'] });
  return offOr<NonNullable<PolicyPatch['loadInfo']>>({ every: 0 }, loadInfo);
}

export function breakerSchema(numbers: Numbers): Patch<'breaker'> {
  const atLeast = duration(numbers, { min: 100 });
  const breaker = fields(
    {
      network: orOff(quantity('share', numbers)),
      errors: orOff(quantity('share', numbers)),
      latency: orOff(duration(numbers, { above: 0 })),
      percentile: number({ above: 0, max: 100 }),
      minRequests: integer(1, 1_000_000),
      every: duration(numbers, { min: 10 }),
      open: atLeast,
      recover: atLeast,
    },
    { example: '{ network: 30%, errors: 25%, latency: 500ms, percentile: 99, open: 10s, recover: 10s } or off' },
  );
  // What a command leaves out stays as it is in the running lab, so there only the whole can be judged.
  if (numbers === 'machine') return wordOr(['off', 'on'], breaker);
  const whole = v.pipe(
    breaker,
    v.rawCheck(({ dataset, addIssue }) => {
      const message = dataset.typed ? breakerProblem({ ...BREAKER, ...dataset.value }) : undefined;
      if (message !== undefined) addIssue({ message });
    }),
  );
  return wordOr(['off', 'on'], whole as Schema<Partial<BreakerPolicy>>);
}

/** Why a whole circuit breaker makes no sense, one sentence: no condition is left that could ever hold. Undefined where one can. */
export function breakerProblem(breaker: BreakerPolicy | 'off' | undefined): string | undefined {
  if (breaker === undefined || breaker === 'off') return undefined;
  const { network, errors, latency } = breaker;
  // Both shares have to be exceeded, which 100 % cannot be.
  if (latency !== 'off' || [network, errors].some((share) => share !== 'off' && share < 1)) return undefined;
  return 'The circuit breaker could never open: leave one of its conditions on (network or errors below 100%, or latency), or turn it off.';
}

/** All of them in one value, as a command has it. */
export const POLICIES_SCHEMA: Schema<PolicyPatch> = fields(
  {
    health: healthSchema('machine'),
    retry: retrySchema('machine'),
    timeouts: timeoutsSchema('machine'),
    limits: limitsSchema('machine'),
    slowStart: slowStartSchema('machine'),
    priorities: prioritiesSchema('machine'),
    loadInfo: loadInfoSchema('machine'),
    breaker: breakerSchema('machine'),
  },
  { example: '{ "retry": { "attempts": 1 } }' },
);
