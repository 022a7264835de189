import type { StrategyDefinition } from '../strategy.ts';

export const pathHash: StrategyDefinition = {
  id: 'path-hash',
  title: 'Path hash',
  rule: "The request's path decides: the same page always comes from the same origin.",
  goodWhen: 'Origins are caches: each keeps its own part of the pages instead of a copy of all.',
  failsWhen: 'One page is far more popular than others, or the number of origins changes: nearly all pages move.',
  knownAs: ['HAProxy uri', 'nginx hash $request_uri', 'Caddy uri_hash'],
  parameters: {
    query: { kind: 'boolean', label: 'The query counts too (HAProxy: whole)', default: false },
  },
  create: (spec, createNested) => createNested({ use: 'hash', key: spec.query === true ? 'uri' : 'path' }),
};
