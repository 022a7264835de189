import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import type { BreakerStatus, Transition } from '../core/balancer.ts';
import { Commons } from '../core/commons.ts';
import { type Keeping, Peer } from '../protocol/peer.ts';
import type { RequestDetail } from '../protocol/request-detail.ts';
import { isDraining } from '../protocol/state.ts';
import { now } from './clock.ts';
import { Crew, type ThreadLoss } from './crew.ts';
import { Engine } from './engine.ts';
import type { EngineCalls, EngineDefinition, EngineReport, ListenAddress, Subscription } from './engine-calls.ts';
import { change, changeCalls } from './engine-changes.ts';
import type { Shared } from './engine-thread.ts';
import type { ToldBreaker, ToldHealth } from './follower.ts';
import { portTransport } from './port-transport.ts';
import { beat } from './pulse.ts';
import { Replay } from './relay.ts';
import { Subscribers } from './subscribers.ts';

/** ms */
const STOP_PATIENCE = 2000;
const REPORT_EVERY = 50;

/**
 * The engine's thread: the engine behind its calls, and its telemetry to whoever subscribed. Where the lab has several threads, it leads
 * the others: everything that is done to it is done to them first, so that none of them chooses what it does not know any more.
 */
export class Lead {
  readonly #file: string;
  readonly #lab: Peer;
  readonly #subscribers = new Subscribers();
  #engine: Engine | undefined;
  #crew: Crew | undefined;
  #lostThreads = 0;
  #reportTimer: NodeJS.Timeout | undefined;

  /** @param file the entry of this thread, and of the others */
  constructor(port: MessagePort, file: string) {
    this.#file = file;
    this.#lab = new Peer(portTransport(port), this.#calls());
    beat(this.#lab);
    port.on('message', (message: unknown) => {
      if (typeof message === 'object' && message !== null && 'subscribe' in message) {
        const { subscribe, port: reader } = message as Subscription & { port: MessagePort };
        this.#subscribers.add(reader, subscribe, this.#running.recorder);
      }
    });
  }

  /** Tells the lab of something that went wrong and that nobody asked for, in words. */
  problem(what: string): void {
    this.#lab.emit('problem', what);
  }

  get #running(): Engine {
    if (!this.#engine) throw new Error('The engine has not been started.');
    return this.#engine;
  }

  #calls() {
    return {
      start: (definition: EngineDefinition) => this.#start(definition),
      listen: async (address: ListenAddress) => {
        const port = await this.#running.listen(address);
        await this.#crew?.listen({ ...address, port });
        return { port };
      },
      ...changeCalls((name, params) => {
        if (!this.#crew) return change(this.#running, name, params);
        return this.#crew.all(name, params).then(() => change(this.#running, name, params));
      }),
      'in-flight': ({ name }: { name: string }) => this.#running.recorder.origins.get(name)?.inFlight ?? 0,
      report: () => this.#report(),
      metrics: () => this.#running.metrics(),
      'request-detail': async ({ request }: { request: number }): Promise<RequestDetail> => {
        const detail = this.#running.requestDetail(request);
        return detail.decisions.length > 0 ? detail : ((await this.#crew?.requestDetail(request)) ?? detail);
      },
      checks: ({ name }: { name: string }) => this.#running.checks(name),
      stop: async () => {
        this.#subscribers.stop();
        clearTimeout(this.#reportTimer);
        await this.#end();
        this.#subscribers.sendRest();
      },
    } satisfies Keeping<EngineCalls>;
  }

  async #start(definition: EngineDefinition): Promise<void> {
    // Its port is free at once; connections that linger must not keep the next one waiting.
    if (this.#engine) await Promise.race([this.#end(), wait(STOP_PATIENCE, undefined, { ref: false })]);
    this.#subscribers.sendRest();
    this.#lostThreads = 0;
    const several = (definition.threads ?? 1) > 1;
    const shared = several ? { commons: new Commons(), secret: randomBytes(32).toString('hex') } : undefined;
    this.#engine = new Engine(
      definition,
      () => this.#reportSoon(),
      shared && {
        ...shared,
        onTransition: (transition) => this.#tellHealth(transition),
        onBreaker: (status) => this.#tellBreaker(status),
      },
    );
    this.#subscribers.follow(this.#engine.recorder);
    if (shared) this.#crew = await this.#crewOf(this.#engine, definition, shared);
  }

  /** The engine's other threads, of which it is told everything. */
  #crewOf(engine: Engine, definition: EngineDefinition, shared: Shared): Promise<Crew> {
    const { threads = 1 } = definition;
    const replays = Array.from(
      { length: threads },
      () => new Replay(engine.recorder, (record, at) => engine.endedElsewhere(record, at)),
    );
    return Crew.start({
      ...shared,
      file: this.#file,
      size: threads - 1,
      definition,
      onBatch: (thread, batch) => {
        replays[thread]?.play(batch);
        // Nothing begins or ceases to wait there without something to tell.
        engine.countQueue();
      },
      onProblem: (problem) => this.problem(problem),
      onLost: (thread, loss) => {
        this.#lostThreads++;
        const cut = replays[thread]?.lost(now()) ?? 0;
        engine.threadLost(thread);
        this.problem(lossOf(thread + 1, threads, cut, loss));
      },
    });
  }

  /** Ends what runs. */
  async #end(): Promise<void> {
    const crew = this.#crew;
    this.#crew = undefined;
    await Promise.all([this.#engine?.stop(), crew?.stop()]);
  }

  /** Whether an origin drains the followers know by themselves. */
  #tellHealth({ origin, to, reason }: Transition): void {
    if (!isDraining(to)) this.#crew?.tell('health', { origin, status: to, reason } satisfies ToldHealth);
  }

  /** When it is over is a matter of time, which all threads know. */
  #tellBreaker({ state, since, why }: BreakerStatus): void {
    if (state === 'open') this.#crew?.tell('breaker', { why, at: since } satisfies ToldBreaker);
  }

  #report(): EngineReport {
    const { refused, ...report } = this.#running.report();
    return {
      ...report,
      // What others have refused is told a moment later.
      ...(refused !== undefined && !this.#crew && { refused }),
      ...(this.#lostThreads > 0 && { lostThreads: this.#lostThreads }),
    };
  }

  /** Several changes at once (a whole group going down) make one report. */
  #reportSoon(): void {
    this.#reportTimer ??= setTimeout(() => {
      this.#reportTimer = undefined;
      if (this.#engine) this.#lab.emit('report', this.#report());
    }, REPORT_EVERY);
  }
}

/** What the end of a thread means, in words. @param thread from 1 on. @param requests those known to have been there */
function lossOf(thread: number, threads: number, requests: number, { what, stuck }: ThreadLoss): string {
  const cut = [
    ...(requests > 0 ? [requests === 1 ? '1 request' : `${requests} requests`] : []),
    ...(stuck ? ['whoever had come to it since'] : []),
  ];
  const were = requests > 1 || cut.length > 1 ? 'were' : 'was';
  const cost = cut.length > 0 ? `${cut.join(' and ')} ${were} cut off` : 'no request was there';
  return `thread ${thread} of ${threads} ${what}: ${cost}, and the other threads go on without it; load the lab anew to have it back`;
}
