export { createRng } from '../src/core/rng.ts';
export { normaliseSpec } from '../src/core/strategies/registry.ts';
export { readLabText } from '../src/protocol/lab-file.ts';
export { EventHeap } from '../src/simulation/event-heap.ts';
export { Simulation } from '../src/simulation/simulation.ts';
