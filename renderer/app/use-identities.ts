import { useMemo } from 'react';
import type { LabState } from '../../src/protocol/state.ts';
import { useLab } from './context.ts';
import { Identities, type Identity } from './identity.ts';

const identities = new Identities();
let known: { readonly key: string; readonly names: readonly string[]; readonly all: ReadonlyMap<string, Identity> } = {
  key: '',
  names: [],
  all: new Map(),
};

/** One answer for the whole page, so that everything computed from it can be shared too. */
function knownFor(key: string): typeof known {
  if (key !== known.key) {
    const names = key.split('\n');
    known = { key, names, all: identities.of(names) };
  }
  return known;
}

let asked: { readonly origins: LabState['origins']; readonly key: string } = { origins: [], key: '' };

/** Many ask this of each new state: worked out once. */
function keyOf({ origins }: LabState): string {
  if (origins !== asked.origins) asked = { origins, key: origins.map(({ name }) => name).join('\n') };
  return asked.key;
}

function useKnown(): typeof known {
  const key = useLab(keyOf);
  return useMemo(() => (key === '' ? { key, names: [], all: new Map() } : knownFor(key)), [key]);
}

/** Identities of the lab's origins by name, in the lab's order. The map changes only when origins come or go. */
export function useIdentities(): ReadonlyMap<string, Identity> {
  return useKnown().all;
}

/** The origins' names in the lab's order; the array changes only when origins come or go. */
export function useOriginNames(): readonly string[] {
  return useKnown().names;
}
