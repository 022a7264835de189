import { parentPort } from 'node:worker_threads';
import type { ClientsDefinition, TrafficDefinition } from '../protocol/lab.ts';
import { Peer } from '../protocol/peer.ts';
import { portTransport } from './port-transport.ts';
import type { TrafficTarget } from './traffic-calls.ts';
import { TrafficGenerator } from './traffic-generator.ts';

/** The traffic generator's thread: apart from the engine's, so that making load does not slow what is measured. */

const REPORT_EVERY_MS = 250;

if (!parentPort) throw new Error('The traffic generator runs in a worker thread.');

let generator: TrafficGenerator | undefined;
let last = '';

const lab = new Peer(portTransport(parentPort), {
  start: ({ target, seed }: { target: TrafficTarget; seed: number }) => {
    generator?.stop();
    generator = new TrafficGenerator(target, seed);
  },
  set: ({ traffic, clients }: { traffic: TrafficDefinition; clients: ClientsDefinition }) =>
    generator?.set(traffic, clients),
  burst: ({ requests, over }: { requests: number; over: number }) => generator?.burst(requests, over),
  pause: () => generator?.pause(),
  run: () => generator?.run(),
  counts: () => generator?.counts(),
  stop: () => generator?.stop(),
});

setInterval(() => {
  const counts = generator?.counts();
  const text = JSON.stringify(counts);
  if (counts && text !== last) lab.emit('counts', counts);
  last = text;
}, REPORT_EVERY_MS);
