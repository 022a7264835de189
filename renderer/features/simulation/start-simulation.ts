import type { LabState } from '../../../src/protocol/state.ts';
import type { Transport } from '../../../src/protocol/transport.ts';
import { createWorkerTransport } from '../../transport/worker.ts';

/** A simulation of the lab as it is now, in a thread of its own. */
export function startSimulation(live: LabState): Transport {
  const worker = new Worker(new URL('./simulation-worker.ts', import.meta.url), { type: 'module', name: 'simulation' });
  worker.postMessage(live);
  return createWorkerTransport(worker);
}
