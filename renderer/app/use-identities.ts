import { useMemo } from 'react';
import { useLab } from './context.ts';
import { Identities, type Identity } from './identity.ts';

const identities = new Identities();

/** Identities of the lab's origins by name. The map changes only when origins come or go. */
export function useIdentities(): ReadonlyMap<string, Identity> {
  const names = useLab((lab) => lab.origins.map(({ name }) => name).join('\n'));
  return useMemo(() => identities.of(names === '' ? [] : names.split('\n')), [names]);
}
