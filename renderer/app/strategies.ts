import { STRATEGIES } from '../../src/core/strategies/registry.ts';
import type { Candidate, StrategyDefinition, StrategySpec } from '../../src/core/strategy.ts';
import type { OriginState } from '../../src/protocol/state.ts';

export { STRATEGIES };

/** Undefined for one this page does not know, as a newer lab may have. */
export function strategyOf(id: string): StrategyDefinition | undefined {
  return STRATEGIES.find((definition) => definition.id === id);
}

export function strategyTitle(id: string): string {
  return strategyOf(id)?.title ?? id;
}

/** The share (0–1) each available origin should get in the long run, by name; undefined where theory gives none. */
export function expectedShares(
  { use }: StrategySpec,
  origins: readonly OriginState[],
): ReadonlyMap<string, number> | undefined {
  const available = origins.filter((origin) => origin.available);
  if (available.length === 0) return undefined;
  const candidates: Candidate[] = available.map(({ name, address, weight }) => ({
    name,
    address,
    weight,
    inFlight: 0,
    queued: 0,
    load: undefined,
  }));
  const shares = strategyOf(use)?.expectedShares?.(candidates);
  return shares && new Map(available.map(({ name }, index) => [name, shares[index] ?? 0]));
}
