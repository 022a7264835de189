import type { StrategyDefinition } from '../src/core/strategy.ts';

export function strategiesDoc(definitions: readonly Omit<StrategyDefinition, 'create' | 'expectedShares'>[]): string;
