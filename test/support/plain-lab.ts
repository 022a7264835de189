import { DEFAULT_POLICIES } from '../../src/core/policies.ts';
import type { LabDefinition, SpawnedOrigin } from '../../src/protocol/lab.ts';

/** A lab with nothing special about it, and no traffic of its own. */
export const PLAIN_LAB: LabDefinition = {
  ...DEFAULT_POLICIES,
  name: 'Test',
  seed: 1,
  listen: { host: '127.0.0.1', port: 8080 },
  trustForwarded: 'loopback',
  forwarder: 'native',
  threads: 1,
  sticky: 'off',
  requestHeaders: [],
  responseHeaders: [],
  strategy: { use: 'round-robin' },
  origins: [],
  clients: { count: 100, popularity: 'uniform' },
  traffic: { paths: ['/'], off: true },
  faults: [],
};

/** One of its origins. */
export function plainOrigin(name: string, port = 8081): SpawnedOrigin {
  const service = { time: { exponential: 50 }, workers: 4, queue: 'unlimited', errorRate: 0 } as const;
  return { name, port, weight: 1, service };
}
