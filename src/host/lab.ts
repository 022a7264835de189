import { EvenkeelError } from '../core/errors.ts';
import type { EngineCalls, EngineReport } from '../engine/engine-calls.ts';
import type { CommandResult, Settings } from '../protocol/command.ts';
import { parseCommand } from '../protocol/command-schema.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { printLabFile } from '../protocol/lab-file.ts';
import type { EngineMetrics } from '../protocol/metrics.ts';
import type { LabState } from '../protocol/state.ts';
import { Timeline } from '../protocol/timeline.ts';
import type { Transport } from '../protocol/transport.ts';
import { UndoStack, undoOf } from '../protocol/undo.ts';
import { BuiltInLabs } from './built-in-labs.ts';
import { doFault, type OriginFault } from './faults.ts';
import { execute } from './lab-commands.ts';
import { checkListen, LabRun } from './lab-run.ts';
import { serveLab } from './lab-session.ts';
import { requireRunnable } from './runnable.ts';
import { loadSettings, saveSettings } from './settings-file.ts';
import type { Spawner } from './spawner.ts';
import { subscribe, type TelemetrySubscription } from './telemetry-subscription.ts';
import { TrafficControl } from './traffic-control.ts';
import { Turns } from './turns.ts';
import { WorkerThread } from './worker-thread.ts';

/** What a host provides. */
export interface LabPorts {
  readonly host: 'desktop' | 'browser' | 'headless';
  readonly spawner: Spawner;
  /** The built entry of the engine's thread, and of the traffic generator's. */
  readonly engineFile: string;
  readonly trafficFile: string;
  /** The labs that come with Evenkeel. */
  readonly labsFolder: string;
  /** Undefined: settings last as long as the lab. */
  readonly settingsFile: string | undefined;
  readonly version: string;
}

const STATE_EVERY_MS = 100;

/**
 * A lab on real sockets and processes: the balancer, its origins and its traffic. Any host can hold one. It lasts as long as the
 * program; the lab file that runs in it may change.
 */
export class Lab {
  readonly timeline = new Timeline(() => Date.now());
  readonly engine: WorkerThread<EngineCalls>;
  readonly traffic: TrafficControl;
  readonly builtIn: BuiltInLabs;
  readonly changes = new UndoStack();
  readonly #ports: LabPorts;
  readonly #listeners = new Set<(state: LabState) => void>();
  readonly #turns = new Turns();
  #run: LabRun;
  #settings: Settings;
  #notices: string[] = [];
  /** While one lab takes another's place there is nothing worth showing. */
  #between = false;
  #stateTimer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  /**
   * Starts everything and answers when the balancer listens and each origin is ready or has said why not. A taken port is
   * replaced by the next free one and noted in `state.notices`.
   * @throws EvenkeelError when the balancer itself cannot start
   */
  static async start(definition: LabDefinition, ports: LabPorts): Promise<Lab> {
    requireRunnable(definition);
    const { settings, notice } = await loadSettings(ports.settingsFile);
    const lab = new Lab(definition, ports, settings);
    if (notice) lab.notice(notice);
    try {
      await lab.#run.open();
      await lab.#run.fill();
    } catch (error) {
      await lab.stop();
      throw error;
    }
    return lab;
  }

  private constructor(definition: LabDefinition, ports: LabPorts, settings: Settings) {
    this.#ports = ports;
    this.#settings = settings;
    this.builtIn = new BuiltInLabs(ports.labsFolder);
    this.engine = new WorkerThread(
      'The balancer',
      ports.engineFile,
      (problem) => this.notice(`The balancer had a problem: ${problem}.`),
      () => this.#tellAgain(),
    );
    this.traffic = new TrafficControl({
      file: ports.trafficFile,
      onProblem: (problem) => this.notice(`The traffic generator had a problem: ${problem}.`),
      onChange: () => this.changed(),
    });
    this.#run = this.#made(definition);
    this.engine.peer.on<EngineReport>('report', (report) => {
      this.#run.update(report);
      this.changed();
    });
  }

  /** The lab file that runs now. */
  get run(): LabRun {
    return this.#run;
  }

  get state(): LabState {
    const { startedAt, definition, proxy, balancer, roster, faults } = this.#run;
    const undo = this.changes.next;
    return {
      version: this.#ports.version,
      host: this.#ports.host,
      clock: 'live',
      startedAt,
      lab: definition,
      proxy,
      balancer,
      strategy: definition.strategy,
      traffic: this.traffic.state,
      origins: roster.states(),
      timeline: this.timeline.entries,
      notices: this.#notices,
      faultScript: faults.state,
      ...(undo && { undo: { label: undo.label } }),
      settings: this.#settings,
    };
  }

  /**
   * Does what a screen or a script asks, checked against the schema first. What comes while a lab is being loaded is done
   * when it runs.
   * @throws EvenkeelError with a sentence for people
   */
  command(value: unknown): Promise<CommandResult> {
    const name = typeof value === 'object' && value !== null && 'command' in value ? value.command : undefined;
    const task = (): Promise<CommandResult> => this.#do(value);
    return name === 'load-lab' || name === 'undo' ? this.#turns.alone(task) : this.#turns.together(task);
  }

  /** Does what the fault plan of `run` asks, unless another lab has taken its place by then. */
  inflict(run: LabRun, fault: OriginFault): void {
    const task = async (): Promise<void> => {
      if (run.ended) return;
      await doFault(this, fault);
      await this.#settle();
    };
    this.#turns.together(task).catch((error: Error) => {
      if (!run.ended) this.notice(error.message);
    });
  }

  /**
   * Runs another lab in place of this one: subscribers and screens stay, everything else begins anew. The caller sees to it
   * that nothing else is done meanwhile.
   * @throws EvenkeelError when its balancer cannot listen; what ran before runs (again) then
   */
  async load(definition: LabDefinition): Promise<void> {
    requireRunnable(definition);
    await checkListen(definition.listen);
    // What runs is not ended for a balancer that does not answer.
    await this.engine.peer.request('report');
    const { definition: before, proxy } = this.#run;
    this.#between = true;
    try {
      await this.#replace(definition, proxy.port);
    } catch (error) {
      await this.#replace(before, proxy.port);
      throw error;
    } finally {
      this.#between = false;
      this.changed();
    }
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
    return subscribe(this.engine, sink, everything);
  }

  /** What the balancer has counted since the start. @throws EvenkeelError `disconnected` when its thread is gone */
  metrics(): Promise<EngineMetrics> {
    return this.engine.peer.request('metrics');
  }

  async saveSettings(settings: Settings): Promise<void> {
    this.#settings = settings;
    await saveSettings(this.#ports.settingsFile, settings);
  }

  /** The lab as it is now, as the text of a lab file. */
  labFile(): string {
    return printLabFile(this.#run.definition);
  }

  /** Something people should read; the same sentence only once. */
  notice(text: string): void {
    if (!this.#notices.includes(text)) this.#notices.push(text);
    this.changed();
  }

  /** Tells the listeners soon. */
  changed(): void {
    if (this.#stopped || this.#between || this.#listeners.size === 0) return;
    this.#stateTimer ??= setTimeout(() => {
      this.#stateTimer = undefined;
      if (this.#between) return;
      const { state } = this;
      for (const listener of this.#listeners) listener(state);
    }, STATE_EVERY_MS);
  }

  /** Brings the counts of the generator and of the origins up to date (they report four times a second by themselves). */
  async refresh(): Promise<void> {
    await Promise.all([this.traffic.refresh(), ...this.#run.roster.all.map(({ supervised }) => supervised?.report())]);
  }

  /** Ends everything: traffic, balancer, origins. Nothing of the lab is left when it answers. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #do(value: unknown): Promise<CommandResult> {
    if (this.#stopped)
      throw new EvenkeelError('disconnected', 'The lab is stopping, so nothing more can be done in it.');
    const { state: before } = this;
    const command = parseCommand(value, this.#run.definition);
    const result = await execute(this, command);
    const undo = undoOf(command, before, result);
    if (undo) this.changes.push(undo, Date.now());
    await this.#settle();
    return result;
  }

  /** The balancer is back, and may have done what nobody waited for any more: it is to be as the screen says. */
  #tellAgain(): void {
    this.#run.tellAgain().catch((error: Error) => this.notice(error.message));
  }

  /** The engine reports changes soon; whoever asked for one wants to see it now. */
  async #settle(): Promise<void> {
    this.#run.update(await this.engine.peer.request('report'));
    this.changed();
  }

  /** @param usual the port to try first where the lab's own is taken */
  async #replace(definition: LabDefinition, usual: number): Promise<void> {
    await this.#run.end();
    this.timeline.clear();
    this.#notices = [];
    this.#run = this.#made(definition);
    await this.#run.open(usual);
    // From here on there is something to see: origins that start.
    this.#between = false;
    this.changed();
    await this.#run.fill();
  }

  #made(definition: LabDefinition): LabRun {
    return new LabRun(definition, {
      engine: this.engine,
      traffic: this.traffic,
      timeline: this.timeline,
      spawner: this.#ports.spawner,
      notice: (text) => this.notice(text),
      changed: () => this.changed(),
      inflict: (run, fault) => this.inflict(run, fault),
    });
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#stateTimer);
    await this.#turns.rest();
    const run = this.#run;
    await run.end();
    await Promise.all([this.traffic.stop(), this.engine.stop()]);
  }
}
