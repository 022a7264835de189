import { STRATEGIES } from '../../src/core/strategies/registry.ts';
import type { StrategyDefinition } from '../../src/core/strategy.ts';

export { STRATEGIES };

/** Undefined for one this page does not know, as a newer lab may have. */
export function strategyOf(id: string): StrategyDefinition | undefined {
  return STRATEGIES.find((definition) => definition.id === id);
}

export function strategyTitle(id: string): string {
  return strategyOf(id)?.title ?? id;
}
