import { failureOf } from '../../../../src/core/failure.ts';
import type { AttemptRow } from '../../../telemetry/attempt-ring.ts';
import type { Filter, NumberField, NumberOperator, TextField } from './filter.ts';

export type Match = (row: AttemptRow) => boolean;

/** Said of a request without an origin, and of one without a failure. */
export const NONE = 'none';

/** What a filter means for the row of a request (its last attempt). Text is compared whatever its case. */
export function matcherOf(filter: Filter | undefined): Match {
  if (filter === undefined) return () => true;
  switch (filter.kind) {
    case 'all': {
      const parts = filter.of.map(matcherOf);
      return (row) => parts.every((matches) => matches(row));
    }
    case 'any': {
      const parts = filter.of.map(matcherOf);
      return (row) => parts.some((matches) => matches(row));
    }
    case 'not': {
      const matches = matcherOf(filter.of);
      return (row) => !matches(row);
    }
    case 'number': {
      const compare = COMPARISONS[filter.operator];
      return (row) => compare(NUMBERS[filter.field](row), filter.value);
    }
    case 'text': {
      const wanted = filter.value.toLowerCase();
      const value = (row: AttemptRow): string => textOf(row, filter.field).toLowerCase();
      if (filter.operator === '~') return (row) => value(row).includes(wanted);
      const equal = filter.operator === '=';
      return (row) => (value(row) === wanted) === equal;
    }
    case 'has': {
      const wanted = filter.text.toLowerCase();
      return ({ path, client }) => path.toLowerCase().includes(wanted) || client.toLowerCase().includes(wanted);
    }
  }
}

/** A figure that is not known (how long a foreign origin kept it waiting) compares as nothing does: NaN. */
const NUMBERS: Readonly<Record<NumberField, (row: AttemptRow) => number>> = {
  status: ({ status }) => status,
  ms: ({ waited, total }) => waited + total,
  queued: ({ queued }) => (queued < 0 ? Number.NaN : queued),
  attempts: ({ attempt }) => attempt,
  request: ({ request }) => request,
};

const COMPARISONS: Readonly<Record<NumberOperator, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

function textOf(row: AttemptRow, field: TextField): string {
  if (field === 'failure') return failureOf(row.failure)?.kind ?? NONE;
  if (field === 'origin') return row.origin || NONE;
  return row[field];
}
