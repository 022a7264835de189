import { failureOf } from '../../../src/core/failure.ts';
import { REASONS } from '../../../src/protocol/frame.ts';
import type { AttemptRing } from '../../telemetry/attempt-ring.ts';
import type { KnownValues } from './filter/complete-filter.ts';
import type { Field } from './filter/filter.ts';
import { NONE } from './filter/match-filter.ts';

/** What each field can be compared with: what is in the log, the most frequent first, and origins that are not yet. */
export function knownValues(ring: AttemptRing, origins: readonly string[]): KnownValues {
  return (field: Field) => {
    switch (field) {
      case 'ms':
      case 'queued':
      case 'attempts':
      case 'request':
        return [];
      case 'origin': {
        const seen = ring.valuesOf(field).map((name) => String(name) || NONE);
        return [...new Set([...origins, ...seen])];
      }
      case 'failure':
        return ring.valuesOf(field).map((code) => failureOf(Number(code))?.kind ?? NONE);
      case 'reason':
        return ring.valuesOf(field).map((code) => REASONS[Number(code)] ?? '');
      default:
        return ring.valuesOf(field).map(String);
    }
  };
}
