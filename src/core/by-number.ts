import type { Candidate } from './strategy.ts';

/**
 * What there is of each origin, at the place of its number; undefined between. Made place by place, so that engines know it for an
 * array without holes, which are looked at more often than anything else here.
 */
export function byNumber<Value>(
  origins: readonly Candidate[],
  of: (origin: Candidate, order: number) => Value,
): (Value | undefined)[] {
  const values: (Value | undefined)[] = [];
  origins.forEach((origin, order) => {
    while (values.length <= origin.id) values.push(undefined);
    values[origin.id] = of(origin, order);
  });
  return values;
}
