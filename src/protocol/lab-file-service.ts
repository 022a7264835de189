import * as v from 'valibot';
import type { TimeDistribution } from './lab.ts';
import type { ServicePatch } from './lab-file-defaults.ts';
import {
  choice,
  duration,
  fields,
  integer,
  integerOrUnlimited,
  type Numbers,
  number,
  quantity,
  type Range,
  type Schema,
  SUBJECT,
} from './lab-file-fields.ts';

/** Slowed down 1000 times, this still is within what a timer can wait. */
const LONGEST_SERVICE = 10 * 60_000;

export function serviceSchema(numbers: Numbers): Schema<ServicePatch> {
  return fields(
    {
      time: timeSchema(numbers),
      workers: integerOrUnlimited(1),
      queue: integerOrUnlimited(0),
      errorRate: quantity('share', numbers),
      abandoned: choice(['skip', 'serve', 'cancel']),
      crashAbove: integer(1, 1_000_000),
      coldStart: fields(
        { factor: quantity('factor', numbers, { min: 1, max: 1000 }), requests: integer(1, 1_000_000) },
        { example: '{ factor: 5x, requests: 150 }', required: ['factor', 'requests'] },
      ),
    },
    { example: '{ time: { exponential: 50ms }, workers: 1 }' },
  );
}

function timeSchema(numbers: Numbers): Schema<TimeDistribution> {
  const time = (range: Range = {}): Schema<number> => duration(numbers, { max: LONGEST_SERVICE, ...range });
  const positive = time({ above: 0 });
  const distribution = fields(
    {
      constant: time(),
      exponential: positive,
      uniform: fields({ min: time(), max: time() }, { example: '{ min: 10ms, max: 90ms }', required: ['min', 'max'] }),
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
  const ordered = v.pipe(
    distribution,
    v.rawCheck(({ dataset, addIssue }) => {
      const { uniform } = (dataset.value ?? {}) as { uniform?: { min?: unknown; max?: unknown } };
      if (typeof uniform?.min === 'number' && typeof uniform.max === 'number' && uniform.min > uniform.max) {
        addIssue({ message: `${SUBJECT} must not have a min above its max.` });
      }
    }),
  ) as unknown as Schema<TimeDistribution>;
  // A bare duration is the plainest of them: always this long.
  const constant = v.pipe(
    time(),
    v.transform((always): TimeDistribution => ({ constant: always })),
  );
  return v.lazy((input) =>
    typeof input === 'string' || typeof input === 'number' ? constant : ordered,
  ) as Schema<TimeDistribution>;
}
