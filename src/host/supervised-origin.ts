import { EvenkeelError } from '../core/errors.ts';
import type { FromOrigin, PlayedFaults } from '../engine/origin-messages.ts';
import { type OriginRole, type ServiceDefinition, type SpawnedOrigin, withRole } from '../protocol/lab.ts';
import type { ProcessState } from '../protocol/state.ts';
import { guardFrozen } from './freeze-guard.ts';
import type { OriginProcess, Spawner } from './spawner.ts';

const START_TIMEOUT_MS = 10_000;
/** ms within which an origin that can answers. */
const ANSWER_TIMEOUT_MS = 500;
const MAX_LOG_LINES = 500;
const NO_FAULTS: PlayedFaults = { slow: 1, errors: 0, hang: false, reset: false };

interface SupervisedOriginOptions {
  readonly definition: SpawnedOrigin;
  readonly host: string;
  readonly seed: number;
  /** Its number: origins are counted as they are added. */
  readonly number: number;
  readonly spawner: Spawner;
  /** Its state changed. */
  readonly onChange: () => void;
  /** It ended without being asked to start again. */
  readonly onExit: (reason: string) => void;
}

/** One spawned origin over its lives: started, killed, frozen, restarted on the same port. */
export class SupervisedOrigin {
  readonly #options: SupervisedOriginOptions;
  #definition: SpawnedOrigin;
  #process: OriginProcess | undefined;
  #guard: { release(): void } | undefined;
  #status: ProcessState['status'] = 'starting';
  #detail: string | undefined;
  #faults = NO_FAULTS;
  /** Processes started so far. */
  #lives = 0;
  #report = { received: 0, serving: 0, waiting: 0 };
  /** Requests counted by earlier lives. */
  #receivedBefore = 0;
  readonly #log: string[] = [];
  /** By the number of the question. */
  readonly #asked = new Map<number, () => void>();
  #questions = 0;

  constructor(options: SupervisedOriginOptions) {
    this.#options = options;
    this.#definition = options.definition;
  }

  get definition(): SpawnedOrigin {
    return this.#definition;
  }

  get log(): readonly string[] {
    return this.#log;
  }

  get state(): ProcessState {
    const pid = this.#process?.pid;
    return {
      status: this.#status,
      ...(pid !== undefined && this.#status !== 'exited' && this.#status !== 'failed' && { pid }),
      ...(this.#detail !== undefined && { detail: this.#detail }),
      faults: this.#faults,
      received: this.#receivedBefore + this.#report.received,
      serving: this.#report.serving,
      waiting: this.#report.waiting,
    };
  }

  /**
   * Starts its process and waits until it listens.
   * @throws EvenkeelError `port-in-use` | `port-forbidden` | `origin-failed`
   */
  async start(): Promise<void> {
    this.#status = 'starting';
    this.#detail = undefined;
    this.#options.onChange();
    const { name, port, service } = this.#definition;
    const process = this.#options.spawner.spawn({
      name,
      port,
      service,
      host: this.#options.host,
      // Each life draws other numbers. A simulated origin goes on in its stream; how far this one has come died with its process.
      seed: this.#options.seed + this.#lives,
      number: this.#options.number,
      cold: this.#lives > 0,
    });
    this.#lives++;
    this.#process = process;
    process.onOutput((line) => this.#print(line));
    try {
      await this.#untilReady(process);
    } catch (error) {
      this.#process = undefined;
      this.#status = 'failed';
      this.#detail = (error as Error).message;
      process.kill();
      this.#options.onChange();
      throw error;
    }
    this.#status = 'running';
    if (this.#faults !== NO_FAULTS) process.send({ type: 'faults', faults: this.#faults });
    this.#options.onChange();
  }

  /** Moves to another port before the next start. */
  setPort(port: number): void {
    this.#definition = { ...this.#definition, port };
  }

  setWeight(weight: number): void {
    this.#definition = { ...this.#definition, weight };
  }

  setRole(role: OriginRole): void {
    this.#definition = withRole(this.#definition, role);
  }

  /** From when this is done on, what comes is served so. */
  async setService(service: ServiceDefinition): Promise<void> {
    this.#definition = { ...this.#definition, service };
    this.#process?.send({ type: 'service', service });
    this.#options.onChange();
    await this.report();
  }

  /** From when this is done on, what comes meets them. */
  async setFaults(change: Partial<PlayedFaults>): Promise<void> {
    this.#faults = { ...this.#faults, ...change };
    this.#process?.send({ type: 'faults', faults: this.#faults });
    this.#options.onChange();
    await this.report();
  }

  /** SIGKILL. @throws EvenkeelError `not-allowed` when it is not running */
  kill(): void {
    this.#running('killed').kill();
  }

  /** SIGSTOP: it keeps its connections and answers nothing. @throws EvenkeelError `not-allowed` */
  freeze(): void {
    if (this.#status === 'frozen') return;
    const { pid } = this.#running('frozen');
    if (process.platform === 'win32') {
      throw new EvenkeelError(
        'not-allowed',
        'Windows cannot freeze a process; use "hang", which also accepts and never answers.',
      );
    }
    if (pid === undefined) return;
    this.#guard = guardFrozen(pid);
    process.kill(pid, 'SIGSTOP');
    this.#status = 'frozen';
    this.#options.onChange();
  }

  thaw(): void {
    const pid = this.#process?.pid;
    if (this.#status !== 'frozen' || pid === undefined) return;
    process.kill(pid, 'SIGCONT');
    this.#guard?.release();
    this.#guard = undefined;
    this.#status = 'running';
    this.#options.onChange();
  }

  async heal(): Promise<void> {
    this.thaw();
    await this.setFaults(NO_FAULTS);
  }

  /** Kills what runs, waits for its end and starts again. @throws EvenkeelError as `start` */
  async restart(): Promise<void> {
    await this.stop();
    this.#faults = NO_FAULTS;
    await this.start();
  }

  /** Kills it and waits until it has ended. */
  async stop(): Promise<void> {
    const process = this.#process;
    if (!process) return;
    const ended = new Promise<void>((resolve) => process.onExit(() => resolve()));
    process.kill();
    await ended;
  }

  /** The newest counts from the origin itself, which by then has done all it was told; what it last said when it does not answer in time. */
  async report(): Promise<void> {
    const process = this.#process;
    if (!process || this.#status !== 'running') return;
    const ask = ++this.#questions;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_TIMEOUT_MS);
      this.#asked.set(ask, () => {
        clearTimeout(timer);
        resolve();
      });
      process.send({ type: 'report', ask });
    });
    this.#asked.delete(ask);
  }

  #running(what: string): OriginProcess {
    if (!this.#process || (this.#status !== 'running' && this.#status !== 'frozen')) {
      throw new EvenkeelError(
        'not-allowed',
        `${this.#definition.name} is not running, so it cannot be ${what}; restart it first.`,
      );
    }
    return this.#process;
  }

  #untilReady(process: OriginProcess): Promise<void> {
    const { name, port } = this.#definition;
    return new Promise((resolve, reject) => {
      let ready = false;
      const timer = setTimeout(() => {
        reject(
          new EvenkeelError('origin-failed', `${name} did not start within ${START_TIMEOUT_MS / 1000} s; restart it.`),
        );
      }, START_TIMEOUT_MS);
      process.onMessage((message) => {
        if (message.type === 'ready') {
          clearTimeout(timer);
          ready = true;
          resolve();
        } else if (message.type === 'failed') {
          clearTimeout(timer);
          reject(startError(name, port, message));
        } else {
          this.#onReport(process, message);
        }
      });
      process.onExit((reason) => {
        clearTimeout(timer);
        if (ready) {
          this.#onExit(process, reason);
          return;
        }
        const last = this.#log.at(-1);
        reject(
          new EvenkeelError(
            'origin-failed',
            `${name} ended while starting (${reason})${last ? `: ${last}` : ''}. Its log says more; restart it to try again.`,
          ),
        );
      });
    });
  }

  #onReport(process: OriginProcess, report: Extract<FromOrigin, { type: 'report' }>): void {
    if (process !== this.#process) return;
    this.#report = report;
    if (report.ask !== undefined) this.#asked.get(report.ask)?.();
    this.#options.onChange();
  }

  #onExit(process: OriginProcess, reason: string): void {
    if (process !== this.#process) return;
    this.#guard?.release();
    this.#guard = undefined;
    this.#process = undefined;
    this.#status = 'exited';
    this.#detail = reason === 'SIGKILL' ? 'killed (SIGKILL)' : reason;
    this.#receivedBefore += this.#report.received;
    this.#report = { received: 0, serving: 0, waiting: 0 };
    this.#print(`[evenkeel] process ended: ${reason}`);
    this.#options.onChange();
    this.#options.onExit(reason);
  }

  #print(line: string): void {
    this.#log.push(line);
    if (this.#log.length > MAX_LOG_LINES) this.#log.splice(0, this.#log.length - MAX_LOG_LINES);
  }
}

function startError(name: string, port: number, { code, message }: { code: string; message: string }): EvenkeelError {
  if (code === 'EADDRINUSE') {
    return new EvenkeelError(
      'port-in-use',
      `${name} cannot listen on port ${port}: another program does. End that program and restart ${name}, or choose another port.`,
    );
  }
  if (code === 'EACCES') {
    return new EvenkeelError(
      'port-forbidden',
      `${name} may not listen on port ${port}; choose a port from 1024 to 65535.`,
    );
  }
  return new EvenkeelError('origin-failed', `${name} could not start: ${message}.`);
}
