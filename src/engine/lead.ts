import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import type { BreakerStatus, Transition } from '../core/balancer.ts';
import { Commons } from '../core/commons.ts';
import { Feed } from '../protocol/feed.ts';
import { Peer } from '../protocol/peer.ts';
import type { RequestDetail } from '../protocol/request-detail.ts';
import { now } from './clock.ts';
import { Crew } from './crew.ts';
import { Engine } from './engine.ts';
import type { EngineDefinition, ListenAddress, Subscription } from './engine-calls.ts';
import { change, changeCalls } from './engine-changes.ts';
import type { ToldBreaker, ToldHealth } from './follower.ts';
import { portTransport } from './port-transport.ts';
import { Replay } from './relay.ts';

const STOP_PATIENCE_MS = 2000;
const FRAME_EVERY_MS = 50;
const STATE_EVERY_MS = 50;

/**
 * The engine's thread: the engine behind its calls, and its telemetry to whoever subscribed. Where the lab has several threads, it leads
 * the others: everything that is done to it is done to them first, so that none of them chooses what it does not know any more.
 * @param file the entry of this thread, and of the others
 */
export function lead(port: MessagePort, file: string): void {
  let engine: Engine | undefined;
  let crew: Crew | undefined;
  let stateTimer: NodeJS.Timeout | undefined;
  const feeds = new Map<Peer, { readonly everything: boolean; feed: Feed }>();
  let frameTimer: NodeJS.Timeout | undefined;

  const running = (): Engine => {
    if (!engine) throw new Error('The engine has not been started.');
    return engine;
  };

  const stop = async (): Promise<void> => {
    const followers = crew;
    crew = undefined;
    await Promise.all([engine?.stop(), followers?.stop()]);
  };

  const lab = new Peer(portTransport(port), {
    start: async (definition: EngineDefinition) => {
      // Its port is free at once; connections that linger must not keep the next one waiting.
      if (engine) await Promise.race([stop(), wait(STOP_PATIENCE_MS, undefined, { ref: false })]);
      sendFrames(true);
      const { threads = 1 } = definition;
      const commons = threads > 1 ? new Commons() : undefined;
      const secret = randomBytes(32).toString('hex');
      const next = new Engine(
        definition,
        reportSoon,
        commons && { commons, secret, onTransition: tellHealth, onBreaker: tellBreaker },
      );
      engine = next;
      for (const subscriber of feeds.values()) {
        subscriber.feed.close();
        subscriber.feed = new Feed(next.recorder, subscriber.everything);
      }
      if (!commons) return;
      const replays = Array.from({ length: threads }, () => {
        return new Replay(next.recorder, (record, at) => next.endedElsewhere(record, at));
      });
      crew = await Crew.start({
        file,
        size: threads - 1,
        commons,
        secret,
        definition,
        onBatch: (thread, batch) => replays[thread]?.play(batch),
        onProblem: (problem) => lab.emit('problem', problem),
        onLost: (thread, why) => {
          const cut = replays[thread]?.lost(now()) ?? 0;
          next.threadLost(thread);
          lab.emit('problem', lossOf(thread + 1, threads, cut, why));
        },
      });
    },
    listen: async (address: ListenAddress) => {
      const bound = await running().listen(address);
      await crew?.listen({ ...address, port: bound });
      return { port: bound };
    },
    ...changeCalls((name, params) => {
      if (!crew) return change(running(), name, params);
      return crew.all(name, params).then(() => change(running(), name, params));
    }),
    'in-flight': ({ name }: { name: string }) => running().recorder.origins.get(name)?.inFlight ?? 0,
    report: () => running().report(),
    metrics: () => running().metrics(),
    'request-detail': async ({ request }: { request: number }): Promise<RequestDetail> => {
      const detail = running().requestDetail(request);
      return detail.decisions.length > 0 ? detail : ((await crew?.requestDetail(request)) ?? detail);
    },
    checks: ({ name }: { name: string }) => running().checks(name),
    stop: async () => {
      clearInterval(frameTimer);
      clearTimeout(stateTimer);
      await stop();
      // How the last requests ended is for those who count on every one of them.
      sendFrames(true);
    },
  });

  // The last guard: a library that throws where nobody can catch must not take the balancer with it.
  process.on('uncaughtException', (error) => lab.emit('problem', error.message));

  port.on('message', (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'subscribe' in message) {
      const { subscribe, port: reader } = message as Subscription & { port: MessagePort };
      addFeed(reader, subscribe.everything);
    }
  });

  /** Whether an origin drains the followers know by themselves. */
  function tellHealth({ origin, to, reason }: Transition): void {
    if (to !== 'draining' && to !== 'drained')
      crew?.tell('health', { origin, status: to, reason } satisfies ToldHealth);
  }

  /** When it is over is a matter of time, which all threads know. */
  function tellBreaker({ state, since, why }: BreakerStatus): void {
    if (state === 'open') crew?.tell('breaker', { why, at: since } satisfies ToldBreaker);
  }

  /** Several changes at once (a whole group going down) make one report. */
  function reportSoon(): void {
    stateTimer ??= setTimeout(() => {
      stateTimer = undefined;
      if (engine) lab.emit('report', engine.report());
    }, STATE_EVERY_MS);
  }

  function addFeed(reader: MessagePort, everything: boolean): void {
    const subscriber = { everything, feed: new Feed(running().recorder, everything) };
    const peer = new Peer(portTransport(reader));
    feeds.set(peer, subscriber);
    peer.on<{ sequence: number }>('ack', ({ sequence }) => subscriber.feed.acknowledge(sequence));
    peer.onClose(() => {
      feeds.delete(peer);
      subscriber.feed.close();
      if (feeds.size > 0) return;
      clearInterval(frameTimer);
      frameTimer = undefined;
    });
    frameTimer ??= setInterval(() => sendFrames(), FRAME_EVERY_MS);
  }

  function sendFrames(last = false): void {
    const at = now();
    engine?.countQueue();
    for (const [reader, { feed }] of feeds) {
      const frame = feed.poll(at, last);
      if (frame) reader.sendFrame(frame);
    }
  }
}

/** What the end of a thread means, in words. @param thread from 1 on */
function lossOf(thread: number, threads: number, requests: number, why: string): string {
  const cut =
    requests === 0
      ? 'no request was there'
      : `${requests === 1 ? '1 request was' : `${requests} requests were`} cut off`;
  return `thread ${thread} of ${threads} came to an end (${why}): ${cut}, and the other threads go on without it; load the lab anew to have it back`;
}
