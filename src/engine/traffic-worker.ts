import { parentPort } from 'node:worker_threads';
import { type Keeping, Peer } from '../protocol/peer.ts';
import { portTransport } from './port-transport.ts';
import { beat } from './pulse.ts';
import { NOTHING_SENT, type TrafficCalls } from './traffic-calls.ts';
import { TrafficGenerator } from './traffic-generator.ts';

/** The traffic generator's thread: apart from the engine's, so that making load does not slow what is measured. */

const REPORT_EVERY_MS = 250;

if (!parentPort) throw new Error('The traffic generator runs in a worker thread.');

let generator: TrafficGenerator | undefined;
let last = '';

const lab = new Peer(portTransport(parentPort), {
  start: ({ target, seed }) => {
    generator?.stop();
    generator = new TrafficGenerator(target, seed);
  },
  set: ({ traffic, clients }) => generator?.set(traffic, clients),
  burst: ({ requests, over }) => generator?.burst(requests, over),
  pause: () => generator?.pause(),
  run: () => generator?.run(),
  counts: () => generator?.counts() ?? NOTHING_SENT,
  stop: () => generator?.stop(),
} satisfies Keeping<TrafficCalls>);

beat(lab);

setInterval(() => {
  const counts = generator?.counts();
  const text = JSON.stringify(counts);
  if (counts && text !== last) lab.emit('counts', counts);
  last = text;
}, REPORT_EVERY_MS);
