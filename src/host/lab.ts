import { MessageChannel } from 'node:worker_threads';
import { EvenkeelError } from '../core/errors.ts';
import type { Policies } from '../core/policies.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { EngineOriginState } from '../engine/engine-calls.ts';
import { portTransport } from '../engine/port-transport.ts';
import type { CommandResult, Settings } from '../protocol/command.ts';
import { parseCommand } from '../protocol/command-schema.ts';
import type { ClientsDefinition, ForwarderName, LabDefinition, TrafficDefinition } from '../protocol/lab.ts';
import { printLabFile } from '../protocol/lab-file.ts';
import { Peer } from '../protocol/peer.ts';
import type { LabState } from '../protocol/state.ts';
import type { Transport } from '../protocol/transport.ts';
import { nextFreePort } from './free-port.ts';
import { execute } from './lab-commands.ts';
import { serveLab } from './lab-session.ts';
import { OriginKeeper } from './origin-keeper.ts';
import { Roster } from './roster.ts';
import { loadSettings, saveSettings } from './settings-file.ts';
import type { Spawner } from './spawner.ts';
import { Timeline } from './timeline.ts';
import { TrafficControl } from './traffic-control.ts';
import { WorkerThread } from './worker-thread.ts';

/** What a host provides. */
export interface LabPorts {
  readonly host: 'desktop' | 'browser' | 'headless';
  readonly spawner: Spawner;
  /** The built entry of the engine's thread, and of the traffic generator's. */
  readonly engineFile: string;
  readonly trafficFile: string;
  /** Undefined: settings last as long as the lab. */
  readonly settingsFile: string | undefined;
  readonly version: string;
}

export interface TelemetrySubscription {
  acknowledge(sequence: number): void;
  close(): void;
}

const STATE_EVERY_MS = 100;

/** A running lab: the balancer, its origins and its traffic, on real sockets and processes. Any host can hold one. */
export class Lab {
  readonly timeline = new Timeline();
  readonly engine: WorkerThread;
  readonly roster = new Roster(this.timeline);
  readonly origins: OriginKeeper;
  definition: LabDefinition;
  readonly #ports: LabPorts;
  readonly #traffic: TrafficControl;
  readonly #startedAt = Date.now();
  readonly #notices: string[] = [];
  readonly #listeners = new Set<(state: LabState) => void>();
  readonly #faultTimers = new Set<NodeJS.Timeout>();
  #settings: Settings;
  #port = 0;
  #stateTimer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  /**
   * Starts everything and answers when the balancer listens and each origin is ready or has said why not. A taken port is
   * replaced by the next free one and noted in `state.notices`.
   * @throws EvenkeelError when the balancer itself cannot start
   */
  static async start(definition: LabDefinition, ports: LabPorts): Promise<Lab> {
    const { settings, notice } = await loadSettings(ports.settingsFile);
    const lab = new Lab(definition, ports, settings);
    if (notice) lab.notice(notice);
    try {
      await lab.#start();
    } catch (error) {
      await lab.stop();
      throw error;
    }
    return lab;
  }

  private constructor(definition: LabDefinition, ports: LabPorts, settings: Settings) {
    this.definition = definition;
    this.#ports = ports;
    this.#settings = settings;
    this.engine = new WorkerThread(ports.engineFile, (problem) =>
      this.notice(`The balancer had a problem: ${problem}.`),
    );
    this.#traffic = new TrafficControl({
      file: ports.trafficFile,
      onProblem: (problem) => this.notice(`The traffic generator had a problem: ${problem}.`),
      onChange: () => this.changed(),
    });
    this.origins = new OriginKeeper({
      engine: this.engine,
      roster: this.roster,
      timeline: this.timeline,
      spawner: ports.spawner,
      seed: definition.seed,
      balancerPort: () => this.#port,
      notice: (text) => this.notice(text),
      changed: () => this.changed(),
    });
  }

  get state(): LabState {
    const { host } = this.definition.listen;
    const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return {
      version: this.#ports.version,
      host: this.#ports.host,
      clock: 'live',
      startedAt: this.#startedAt,
      lab: this.#current(),
      proxy: {
        url: `http://${shown.includes(':') ? `[${shown}]` : shown}:${this.#port}`,
        host: shown,
        port: this.#port,
      },
      strategy: this.definition.strategy,
      traffic: this.#traffic.state,
      origins: this.roster.states(),
      timeline: this.timeline.entries,
      notices: this.#notices,
      settings: this.#settings,
    };
  }

  /**
   * Does what a screen or a script asks, checked against the schema first.
   * @throws EvenkeelError with a sentence for people
   */
  async command(value: unknown): Promise<CommandResult> {
    const command = parseCommand(value, this.#current());
    const result = await execute(this, command);
    // The engine reports changes soon; whoever asked wants to see this one now.
    this.roster.update(await this.engine.peer.request<EngineOriginState[]>('origins'));
    this.changed();
    return result;
  }

  /** Serves a screen over a transport until that closes: calls, the event `state` now and on change, frames. */
  connect(transport: Transport): void {
    serveLab(this, transport);
  }

  /** Called on each change, at most ten times a second. */
  onState(listener: (state: LabState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Telemetry frames straight from the engine's thread, beginning with a snapshot. */
  subscribe(sink: (frame: Uint8Array) => void, { everything = false } = {}): TelemetrySubscription {
    const { port1, port2 } = new MessageChannel();
    const peer = new Peer(portTransport(port1));
    peer.onFrame(sink);
    this.engine.sendPort({ subscribe: { everything } }, port2);
    return {
      acknowledge: (sequence) => peer.emit('ack', { sequence }),
      close: () => peer.close(),
    };
  }

  async setStrategy(strategy: StrategySpec): Promise<void> {
    await this.engine.peer.request('set-strategy', strategy);
    this.definition = { ...this.definition, strategy };
  }

  async setPolicies(policies: Policies): Promise<void> {
    await this.engine.peer.request('set-policies', policies);
    this.definition = { ...this.definition, ...policies };
  }

  async setForwarder(forwarder: ForwarderName): Promise<void> {
    await this.engine.peer.request('set-forwarder', { name: forwarder });
    this.definition = { ...this.definition, forwarder };
  }

  async setTraffic(traffic: TrafficDefinition, clients: ClientsDefinition): Promise<void> {
    await this.#traffic.set(traffic, clients);
    this.definition = { ...this.definition, traffic, clients };
  }

  async setPaused(paused: boolean): Promise<void> {
    await this.#traffic.setPaused(paused);
  }

  async saveSettings(settings: Settings): Promise<void> {
    this.#settings = settings;
    await saveSettings(this.#ports.settingsFile, settings);
  }

  /** The lab as it is now, as the text of a lab file. */
  labFile(): string {
    return printLabFile(this.#current());
  }

  /** Something people should read; the same sentence only once. */
  notice(text: string): void {
    if (!this.#notices.includes(text)) this.#notices.push(text);
    this.changed();
  }

  /** Tells the listeners soon. */
  changed(): void {
    if (this.#stopped || this.#listeners.size === 0) return;
    this.#stateTimer ??= setTimeout(() => {
      this.#stateTimer = undefined;
      const { state } = this;
      for (const listener of this.#listeners) listener(state);
    }, STATE_EVERY_MS);
  }

  /** Brings the counts of the generator and of the origins up to date (they report four times a second by themselves). */
  async refresh(): Promise<void> {
    await Promise.all([this.#traffic.refresh(), ...this.roster.all.map(({ supervised }) => supervised?.report())]);
  }

  /** Ends everything: traffic, balancer, origins. Nothing of the lab is left when it answers. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** The definition with the origins as they are now. */
  #current(): LabDefinition {
    return { ...this.definition, origins: this.origins.definitions() };
  }

  async #start(): Promise<void> {
    const { definition } = this;
    this.engine.peer.on<EngineOriginState[]>('origins', (states) => {
      this.roster.update(states);
      this.changed();
    });
    await this.engine.peer.request('start', {
      seed: definition.seed,
      strategy: definition.strategy,
      policies: { health: definition.health, retry: definition.retry, timeouts: definition.timeouts },
      trustForwarded: definition.trustForwarded,
      forwarder: definition.forwarder,
    });
    // One after the other: both may have to look for another port, and must not find the same one.
    await this.#listen();
    await this.origins.startAll(definition.origins);
    await this.#traffic.start({ host: this.state.proxy.host, port: this.#port }, definition.seed);
    await this.setTraffic(definition.traffic, definition.clients);
    this.timeline.add('lab', `${definition.name}: started`, { label: 'Started' });
    for (const fault of definition.faults) {
      const timer = setTimeout(() => {
        this.#faultTimers.delete(timer);
        const { at: _, ...rest } = fault;
        this.command({ command: 'fault', ...rest }).catch((error: Error) => this.notice(error.message));
      }, fault.at);
      this.#faultTimers.add(timer);
    }
  }

  /** Runs `undo` after `ms`, unless the lab has stopped. */
  later(ms: number, undo: () => Promise<unknown>): void {
    const timer = setTimeout(() => {
      this.#faultTimers.delete(timer);
      undo().catch((error: Error) => this.notice(error.message));
    }, ms);
    this.#faultTimers.add(timer);
  }

  async #listen(): Promise<void> {
    const { host, port: wanted } = this.definition.listen;
    const taken = new Set(this.definition.origins.map((origin) => ('port' in origin ? origin.port : 0)));
    let port: number | undefined = wanted;
    for (;;) {
      try {
        const { port: bound } = await this.engine.peer.request<{ port: number }>('listen', { host, port });
        this.#port = bound;
        if (wanted !== 0 && bound !== wanted) {
          this.notice(`Port ${wanted} is in use by another program, so the balancer listens on port ${bound}.`);
        }
        return;
      } catch (error) {
        if (!(error instanceof EvenkeelError) || error.code !== 'port-in-use') throw error;
        port = await nextFreePort(host, (port ?? wanted) + 1, taken);
        if (port === undefined) throw error;
      }
    }
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#stateTimer);
    for (const timer of this.#faultTimers) clearTimeout(timer);
    await this.#traffic.stop();
    // The origins go first: what is still in flight then ends at once instead of when it likes.
    await Promise.all([this.origins.stopAll(), this.engine.stop()]);
  }
}
