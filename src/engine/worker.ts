import { setTimeout as wait } from 'node:timers/promises';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { Feed } from '../protocol/feed.ts';
import type { AnswersDefinition, ForwarderName, OriginRole } from '../protocol/lab.ts';
import { Peer } from '../protocol/peer.ts';
import { now } from './clock.ts';
import { Engine } from './engine.ts';
import type { EngineDefinition, EngineOrigin, ServerCertificate, Subscription } from './engine-calls.ts';
import { portTransport } from './port-transport.ts';

/** The engine's thread: the engine behind its calls, and its telemetry to whoever subscribed. */

const STOP_PATIENCE_MS = 2000;
const FRAME_EVERY_MS = 50;
const STATE_EVERY_MS = 50;

if (!parentPort) throw new Error('The engine runs in a worker thread.');

let engine: Engine | undefined;
let stateTimer: NodeJS.Timeout | undefined;
const feeds = new Map<Peer, { readonly everything: boolean; feed: Feed }>();
let frameTimer: NodeJS.Timeout | undefined;

const running = (): Engine => {
  if (!engine) throw new Error('The engine has not been started.');
  return engine;
};

const lab = new Peer(portTransport(parentPort), {
  start: async (definition: EngineDefinition) => {
    // Its port is free at once; connections that linger must not keep the next one waiting.
    if (engine) await Promise.race([engine.stop(), wait(STOP_PATIENCE_MS, undefined, { ref: false })]);
    sendFrames(true);
    engine = new Engine(definition, reportSoon);
    for (const subscriber of feeds.values()) {
      subscriber.feed.close();
      subscriber.feed = new Feed(engine.recorder, subscriber.everything);
    }
  },
  listen: async ({ host, port, tls }: { host: string; port: number; tls?: ServerCertificate }) => ({
    port: await running().listen(host, port, tls),
  }),
  'add-origin': (origin: EngineOrigin) => running().add(origin),
  'remove-origin': ({ name }: { name: string }) => running().remove(name),
  'set-weight': ({ name, weight }: { name: string; weight: number }) => running().setWeight(name, weight),
  'set-role': ({ name, role }: { name: string; role: OriginRole }) => running().setRole(name, role),
  'set-strategy': (strategy: never) => running().setStrategy(strategy),
  'set-answers': (answers: AnswersDefinition) => running().setAnswers(answers),
  'set-forwarder': ({ name }: { name: ForwarderName }) => running().setForwarder(name),
  'set-policies': (policies: never) => running().setPolicies(policies),
  drain: ({ name }: { name: string }) => running().drain(name),
  resume: ({ name }: { name: string }) => running().resume(name),
  report: () => running().report(),
  metrics: () => running().metrics(),
  'request-detail': ({ request }: { request: number }) => running().requestDetail(request),
  checks: ({ name }: { name: string }) => running().checks(name),
  stop: async () => {
    clearInterval(frameTimer);
    clearTimeout(stateTimer);
    await engine?.stop();
    // How the last requests ended is for those who count on every one of them.
    sendFrames(true);
  },
});

// The last guard: a library that throws where nobody can catch must not take the balancer with it.
process.on('uncaughtException', (error) => lab.emit('problem', error.message));

parentPort.on('message', (message: unknown) => {
  if (typeof message === 'object' && message !== null && 'subscribe' in message) {
    const { subscribe, port } = message as Subscription & { port: MessagePort };
    addFeed(port, subscribe.everything);
  }
});

/** Several changes at once (a whole group going down) make one report. */
function reportSoon(): void {
  stateTimer ??= setTimeout(() => {
    stateTimer = undefined;
    if (engine) lab.emit('report', engine.report());
  }, STATE_EVERY_MS);
}

function addFeed(port: MessagePort, everything: boolean): void {
  const subscriber = { everything, feed: new Feed(running().recorder, everything) };
  const reader = new Peer(portTransport(port));
  feeds.set(reader, subscriber);
  reader.on<{ sequence: number }>('ack', ({ sequence }) => subscriber.feed.acknowledge(sequence));
  reader.onClose(() => {
    feeds.delete(reader);
    subscriber.feed.close();
    if (feeds.size > 0) return;
    clearInterval(frameTimer);
    frameTimer = undefined;
  });
  frameTimer ??= setInterval(() => sendFrames(), FRAME_EVERY_MS);
}

function sendFrames(last = false): void {
  const at = now();
  for (const [reader, { feed }] of feeds) {
    const frame = feed.poll(at, last);
    if (frame) reader.sendFrame(frame);
  }
}
