import { EvenkeelError } from '../core/errors.ts';
import { normaliseSpec, strategyDefinition } from '../core/strategies/registry.ts';
import { breakerWords } from '../protocol/breaker-words.ts';
import type { Command } from '../protocol/command.ts';
import { faultWords } from '../protocol/fault-words.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { Recorder } from '../protocol/recorder.ts';
import type { RequestDetail } from '../protocol/request-detail.ts';
import type { LabState, SimulationState, TimelineEntry } from '../protocol/state.ts';
import { RequestJournal } from './request-journal.ts';
import { Simulation } from './simulation.ts';
import { stateOf } from './virtual-lab-state.ts';

/** ms after which nobody arrives any more: a day, longer than anyone watches. */
const LONGEST = 86_400_000;
const MAX_ENTRIES = 200;
const MAX_LABEL = 22;

export interface VirtualLabOptions {
  readonly definition: LabDefinition;
  readonly seed: number;
  /** Where virtual 0 lies, ms since the epoch. */
  readonly startedAt: number;
  /** Of its first entry in the timeline; the others follow. */
  readonly firstId: number;
}

/** One run of a lab in virtual time from 0 on, kept like the live lab keeps its own: counted, and told in a timeline. */
export class VirtualLab {
  readonly recorder = new Recorder();
  readonly simulation: Simulation;
  readonly seed: number;
  /** Where virtual 0 lies, ms since the epoch. */
  readonly startedAt: number;
  readonly #journal: RequestJournal;
  readonly #timeline: TimelineEntry[] = [];
  #definition: LabDefinition;
  #nextId: number;

  constructor({ definition, seed, startedAt, firstId }: VirtualLabOptions) {
    this.#definition = definition;
    this.#nextId = firstId;
    this.seed = seed;
    this.startedAt = startedAt;
    this.#journal = new RequestJournal({
      lab: definition,
      recorder: this.recorder,
      startedAt,
      run: () => this.simulation,
    });
    this.simulation = new Simulation(definition, {
      strategy: normaliseSpec(definition.strategy),
      seed,
      duration: LONGEST,
      warmup: 0,
      watcher: this.#journal,
      onTransition: ({ origin, from, to, reason }) => {
        const tell = (kind: TimelineEntry['kind'], text: string, gist: string) =>
          this.#tell(kind, `${origin} ${text}`, { origin, label: `${origin} ${gist}` });
        if (to === 'down') tell('noticed', `is down: ${reason}`, 'seen down');
        else if (to === 'ejected') tell('ejected', `is ejected: ${reason}`, 'ejected');
        else if (to === 'drained') tell('fault', 'is drained: nothing is in flight any more', 'drained');
        else if (to === 'up' && from !== 'going-down') tell('returned', 'is back in rotation', 'back');
      },
      onBreaker: (status) => {
        const { kind, text, label } = breakerWords(status);
        this.#tell(kind, text, { label });
      },
      onFault: (origin, fault) => {
        const { text, gist } = faultWords(fault, false);
        this.#tell('fault', `${origin} ${text}`, { origin, label: `${origin} ${gist}` });
      },
    });
    this.#tell('lab', `The simulation begins, with seed ${seed}`);
  }

  /** With every change that was made since its start. */
  get definition(): LabDefinition {
    return this.#definition;
  }

  /** What the next entry of the timeline is going to have. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Lets at most `most` events happen, none after `until` (ms since the start). @returns whether it got there */
  run(most: number, until: number): boolean {
    const { simulation } = this;
    simulation.run(most, until);
    this.recorder.queued = simulation.balancer.waiting;
    if (!simulation.done && simulation.nextAt <= until) return false;
    simulation.wait(until);
    return true;
  }

  /** When (ms since the start) the next request arrives, or something else happens. */
  get nextAt(): number {
    return this.simulation.nextAt;
  }

  /** Does what a screen asks of it, now. @throws EvenkeelError with a sentence for people */
  execute(command: Command): void {
    const { simulation } = this;
    switch (command.command) {
      case 'set-strategy': {
        const strategy = normaliseSpec(command.strategy);
        simulation.adjust((balancer, now) => balancer.setStrategy(strategy, now));
        this.#definition = { ...this.#definition, strategy };
        const { title } = strategyDefinition(strategy.use);
        this.#tell('strategy', `Strategy: ${title}`, { label: title });
        return;
      }
      case 'fault': {
        const { command: _command, origin, for: length, ...fault } = command;
        this.#check(origin);
        simulation.interfere(origin, fault, length);
        return;
      }
      case 'marker':
        this.#tell('marker', command.text, { label: command.text });
        return;
      default:
        throw new EvenkeelError(
          'bad-command',
          'This cannot be changed in a simulation: go back to LIVE, change it there, and simulate again.',
        );
    }
  }

  /** What was compared for a request, by its number. */
  detail(request: number): RequestDetail {
    return this.#journal.detail(request);
  }

  /** As the live lab would tell of it. @param host what of the live lab stays as it is */
  state(host: LabState, pace: SimulationState, running: boolean): LabState {
    return stateOf({
      host,
      definition: this.#definition,
      simulation: this.simulation,
      recorder: this.recorder,
      timeline: this.#timeline,
      startedAt: this.startedAt,
      pace,
      running,
    });
  }

  #check(name: string): void {
    if (this.simulation.origins.some((origin) => origin.name === name)) return;
    throw new EvenkeelError('unknown-origin', `There is no origin named ${JSON.stringify(name)} in this simulation.`);
  }

  #tell(kind: TimelineEntry['kind'], text: string, more: Pick<TimelineEntry, 'origin' | 'label'> = {}): void {
    const label = more.label?.slice(0, MAX_LABEL);
    this.#timeline.push({
      id: this.#nextId++,
      at: this.startedAt + this.simulation.now,
      kind,
      text,
      ...more,
      ...(label !== undefined && { label }),
    });
    if (this.#timeline.length > MAX_ENTRIES) this.#timeline.shift();
  }
}
