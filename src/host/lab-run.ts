import { createServer } from 'node:net';
import { EvenkeelError } from '../core/errors.ts';
import { type Policies, policiesOf } from '../core/policies.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { EngineCalls, EngineReport } from '../engine/engine-calls.ts';
import { listenError } from '../engine/listen-error.ts';
import { breakerWords } from '../protocol/breaker-words.ts';
import type {
  AnswersDefinition,
  ClientsDefinition,
  ForwarderName,
  LabDefinition,
  TrafficDefinition,
} from '../protocol/lab.ts';
import { localPortOf } from '../protocol/local-port.ts';
import type { BalancerState } from '../protocol/state.ts';
import type { Timeline } from '../protocol/timeline.ts';
import { serverCertificate } from './certificates.ts';
import { FaultSchedule } from './fault-schedule.ts';
import type { OriginFault } from './faults.ts';
import { nextFreePort } from './free-port.ts';
import { OriginKeeper } from './origin-keeper.ts';
import { Roster } from './roster.ts';
import type { Spawner } from './spawner.ts';
import type { TrafficControl } from './traffic-control.ts';
import type { WorkerThread } from './worker-thread.ts';

/** What stays when another lab takes a lab's place. */
interface LabRunParts {
  readonly engine: WorkerThread<EngineCalls>;
  readonly traffic: TrafficControl;
  readonly timeline: Timeline;
  readonly spawner: Spawner;
  readonly notice: (text: string) => void;
  readonly changed: () => void;
  readonly inflict: (run: LabRun, fault: OriginFault) => void;
}

/** One lab file while it runs, from its start until it ends or another takes its place. */
export class LabRun {
  readonly startedAt = Date.now();
  readonly roster: Roster;
  readonly origins: OriginKeeper;
  readonly faults: FaultSchedule;
  readonly #parts: LabRunParts;
  #definition: LabDefinition;
  #balancer: BalancerState = { queued: 0, panic: false };
  #port = 0;
  #ended = false;

  constructor(definition: LabDefinition, parts: LabRunParts) {
    this.#definition = definition;
    this.#parts = parts;
    this.roster = new Roster(parts.timeline);
    this.origins = new OriginKeeper({
      ...parts,
      roster: this.roster,
      seed: definition.seed,
      balancerPort: () => this.#port,
    });
    this.faults = new FaultSchedule({
      script: definition.faults,
      inflict: ({ origin, fault, length }) =>
        parts.inflict(this, { ...fault, origin, ...(length !== undefined && { for: length }) }),
      changed: parts.changed,
    });
  }

  /** The definition with every change made since. */
  get definition(): LabDefinition {
    return { ...this.#definition, origins: this.origins.definitions(), faults: this.faults.script };
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Where the balancer listens; the port is 0 until it does. */
  get proxy(): { readonly url: string; readonly host: string; readonly port: number } {
    const { host, tls } = this.#definition.listen;
    const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return {
      url: `${tls ? 'https' : 'http'}://${shown.includes(':') ? `[${shown}]` : shown}:${this.#port}`,
      host: shown,
      port: this.#port,
    };
  }

  /**
   * Starts the balancer, without origins. A taken port is replaced by the next free one.
   * @param usual the port that the lab before had in place of a taken one: the first to try then
   * @throws EvenkeelError when it cannot listen
   */
  async open(usual?: number): Promise<void> {
    const { seed, strategy, trustForwarded, requestHeaders, forwarder, threads, sticky, responseHeaders } =
      this.#definition;
    const policies = policiesOf(this.#definition);
    await this.#parts.engine.peer.request('start', {
      seed,
      strategy,
      policies,
      trustForwarded,
      requestHeaders,
      forwarder,
      threads,
      answers: { sticky, responseHeaders },
    });
    await this.#listen(usual);
  }

  /** Starts what stands around the balancer; each origin is then ready or has said why not. */
  async fill(): Promise<void> {
    const { name, seed, origins, traffic, clients, faults } = this.#definition;
    const { timeline } = this.#parts;
    await this.origins.startAll(origins);
    const { host } = this.proxy;
    const target = { host, port: this.#port, tls: this.#definition.listen.tls !== undefined };
    await this.#parts.traffic.start(target, seed);
    await this.setTraffic(traffic, clients);
    timeline.add('lab', `Lab: ${name}`, { label: name });
    if (faults.length > 0) this.faults.run();
  }

  /** Takes over what the balancer believes now. */
  update({ origins, refused, ...balancer }: EngineReport): void {
    if (this.#ended) return;
    this.#tellPanic(balancer.panic);
    this.#tellBreaker(balancer.breaker);
    this.#balancer = balancer;
    this.roster.update(origins, refused);
  }

  #tellPanic(panic: boolean): void {
    if (panic === this.#balancer.panic) return;
    const { timeline } = this.#parts;
    if (!panic) timeline.add('returned', 'The panic is over: enough origins are healthy', { label: 'Panic over' });
    else timeline.add('outage', 'Panic: too few origins are healthy, so all are used', { label: 'Panic' });
  }

  #tellBreaker(breaker: BalancerState['breaker']): void {
    const before = this.#balancer.breaker;
    // One that was only just switched on or off changed by command.
    if (!breaker || !before || breaker.state === before.state) return;
    const { kind, text, label } = breakerWords(breaker);
    this.#parts.timeline.add(kind, text, { label });
  }

  /** What the balancer reported of itself, its origins aside. */
  get balancer(): BalancerState {
    return this.#balancer;
  }

  async setStrategy(strategy: StrategySpec): Promise<void> {
    await this.#parts.engine.peer.request('set-strategy', strategy);
    this.#definition = { ...this.#definition, strategy };
  }

  /** What the balancer adds to answers; parts that are not named stay. */
  async setAnswers(change: Partial<AnswersDefinition>): Promise<void> {
    const { sticky, responseHeaders } = { ...this.#definition, ...change };
    await this.#parts.engine.peer.request('set-answers', { sticky, responseHeaders });
    this.#definition = { ...this.#definition, sticky, responseHeaders };
  }

  async setForwarder(forwarder: ForwarderName): Promise<void> {
    await this.#parts.engine.peer.request('set-forwarder', { name: forwarder });
    this.#definition = { ...this.#definition, forwarder };
  }

  async setPolicies(policies: Policies): Promise<void> {
    await this.#parts.engine.peer.request('set-policies', policies);
    this.#definition = { ...this.#definition, ...policies };
  }

  /** Has the balancer be as it was said to be, whatever it has done meanwhile. */
  async tellAgain(): Promise<void> {
    const { strategy, origins, ...rest } = this.definition;
    await this.setStrategy(strategy);
    await this.setPolicies(policiesOf(rest));
    await this.setAnswers({});
    for (const { name, weight } of origins) await this.origins.setWeight(name, weight);
  }

  async setTraffic(traffic: TrafficDefinition, clients: ClientsDefinition): Promise<void> {
    await this.#parts.traffic.set(traffic, clients);
    this.#definition = { ...this.#definition, traffic, clients };
  }

  /** Ends everything of it but the threads: no process is left, nothing more happens. */
  async end(): Promise<void> {
    this.#ended = true;
    this.faults.end();
    await Promise.all([this.#parts.traffic.halt(), this.origins.stopAll()]);
  }

  async #listen(usual: number | undefined): Promise<void> {
    const { host, port: wanted } = this.#definition.listen;
    const tls = await serverCertificate(this.#definition.listen);
    // Also where others run an origin that is down now: a balancer there would be its own origin.
    const taken = new Set(this.#definition.origins.flatMap((origin) => localPortOf(origin) ?? []));
    let next = usual === undefined || taken.has(usual) ? undefined : usual;
    let port = wanted;
    let searched = wanted;
    for (;;) {
      try {
        const { port: bound } = await this.#parts.engine.peer.request('listen', {
          host,
          port,
          ...(tls && { tls }),
        });
        this.#port = bound;
        if (wanted !== 0 && bound !== wanted) {
          this.#parts.notice(`Port ${wanted} is in use by another program, so the balancer listens on port ${bound}.`);
        }
        return;
      } catch (error) {
        if (!(error instanceof EvenkeelError) || error.code !== 'port-in-use') throw error;
        if (next === undefined) {
          const free = await nextFreePort(host, searched + 1, taken);
          if (free === undefined) throw error;
          searched = free;
          port = free;
        } else {
          port = next;
          next = undefined;
        }
      }
    }
  }
}

/**
 * Finds out whether a balancer may listen there at all, without taking anything from the one that does.
 * @throws EvenkeelError `port-forbidden` | `bad-argument`; a taken port is none
 */
export function checkListen({ host, port }: LabDefinition['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve();
      else reject(listenError(error, host, port));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
