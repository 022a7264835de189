import { useMemo } from 'react';
import { useApp, useLab } from './context.ts';
import { expectedShares } from './strategies.ts';

/** `expectedShares` of now; the map changes only when the strategy, a weight or an origin's availability does. */
export function useExpectedShares(): ReadonlyMap<string, number> | undefined {
  const { store } = useApp().client;
  const key = useLab(({ strategy, origins }) => {
    const available = origins.filter((origin) => origin.available);
    return `${strategy.use} ${available.map(({ name, weight }) => `${name}\t${weight}`).join('\n')}`;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for all that matters of the state
  return useMemo(() => {
    const { lab } = store.getState();
    return lab && expectedShares(lab.strategy, lab.origins);
  }, [store, key]);
}
