import { useMemo } from 'react';
import type { LabState, OriginState } from '../../src/protocol/state.ts';
import { useApp, useLab } from './context.ts';

/** The share (0–1) each origin should get in the long run, by name; undefined where the balancer knows no theory for it. */
function expectedShares(origins: readonly OriginState[]): ReadonlyMap<string, number> | undefined {
  const known = origins.flatMap(({ name, available, expectedShare }) =>
    available && expectedShare !== undefined ? [[name, expectedShare] as const] : [],
  );
  return known.length > 0 ? new Map(known) : undefined;
}

let asked: { readonly origins: readonly OriginState[]; readonly key: string } = { origins: [], key: '' };

/** Many ask this of each new state: worked out once. */
function keyOf({ origins }: LabState): string {
  if (origins !== asked.origins) asked = { origins, key: [...(expectedShares(origins) ?? [])].join('\n') };
  return asked.key;
}

/** `expectedShares` of now; the map changes only when one of them does. */
export function useExpectedShares(): ReadonlyMap<string, number> | undefined {
  const { store } = useApp().client;
  const key = useLab(keyOf);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for all that matters of the state
  return useMemo(() => expectedShares(store.getState().lab?.origins ?? []), [store, key]);
}
