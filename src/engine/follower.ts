import type { MessagePort } from 'node:worker_threads';
import { Commons } from '../core/commons.ts';
import { NO_HEALTH, type Policies } from '../core/policies.ts';
import type { HealthVerdict } from '../core/thread-balancer.ts';
import { Peer } from '../protocol/peer.ts';
import { adoptClock } from './clock.ts';
import { Engine } from './engine.ts';
import type { EngineDefinition, ListenAddress } from './engine-calls.ts';
import { change, changeCalls } from './engine-changes.ts';
import { portTransport } from './port-transport.ts';
import { beat } from './pulse.ts';
import { RelayRecorder } from './relay.ts';

/** What a follower's thread begins with. */
export interface FollowerStart {
  /** Its number, from 1 on. */
  readonly thread: number;
  readonly commons: SharedArrayBuffer;
  readonly secret: string;
  /** The lead's `clockOrigin`. */
  readonly clock: number;
}

/** What the lead says of an origin's health, as the event `health`. */
export interface ToldHealth extends HealthVerdict {
  readonly origin: string;
}

/** The lead's circuit breaker has opened, as the event `breaker`. */
export interface ToldBreaker {
  readonly why: string;
  /** ms on the engine's clock. */
  readonly at: number;
}

/**
 * One of an engine's threads beside the one that leads: it listens on the same port and moves requests. It checks nothing, counts
 * nothing and decides on nobody's health; the lead does all that with what it is told.
 */
export function follow(port: MessagePort, { thread, commons, secret, clock }: FollowerStart): void {
  adoptClock(clock);
  const relay = new RelayRecorder((batch) => port.postMessage(batch, [batch.numbers.buffer]));
  let started: Engine | undefined;
  const engine = (): Engine => {
    if (!started) throw new Error('This thread has no engine yet.');
    return started;
  };
  const lead = new Peer(portTransport(port), {
    start: (definition: EngineDefinition) => {
      const obeying = { ...definition, policies: withoutHealth(definition.policies) };
      started = new Engine(obeying, () => {}, { commons: new Commons(thread, commons), secret, relay });
    },
    listen: (address: ListenAddress) => engine().listen(address),
    ...changeCalls((name, params) =>
      change(engine(), name, (name === 'set-policies' ? withoutHealth(params) : params) as never),
    ),
    'request-detail': ({ request }: { request: number }) => engine().requestDetail(request),
    stop: async () => {
      await engine().stop();
      relay.flush();
    },
  });
  lead.on<ToldBreaker>('breaker', ({ why, at }) => engine().openBreaker(why, at));
  lead.on<ToldHealth>('health', ({ origin, ...verdict }) => engine().heed(origin, verdict));
  beat(lead);
  process.on('uncaughtException', (error) => lead.emit('problem', error.message));
  // Where something ends this thread in order, it still tells what it has to tell.
  process.on('exit', () => relay.flush());
}

/** Panic is worked out by each thread from the same healthy origins. */
function withoutHealth(policies: Policies): Policies {
  const { panic } = policies.health;
  return { ...policies, health: { ...NO_HEALTH, panic } };
}
