import { EvenkeelError } from '../core/errors.ts';
import { normaliseSpec } from '../core/strategies/registry.ts';
import { BreakdownRecorder } from '../protocol/breakdown-recorder.ts';
import { breakerWords } from '../protocol/breaker-words.ts';
import { changeWords } from '../protocol/change-words.ts';
import type { Command, CommandResult } from '../protocol/command.ts';
import { Failovers, isFailure } from '../protocol/failovers.ts';
import { faultWords } from '../protocol/fault-words.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import type { RequestDetail } from '../protocol/request-detail.ts';
import type { LabState, SimulationState } from '../protocol/state.ts';
import { Timeline } from '../protocol/timeline.ts';
import { UndoStack, undoOf } from '../protocol/undo.ts';
import { RequestJournal } from './request-journal.ts';
import { Simulation } from './simulation.ts';
import { carryOut } from './virtual-commands.ts';
import { originsOf, sightOf, stateOf } from './virtual-lab-state.ts';

/** ms after which nobody arrives any more: a day, longer than anyone watches. */
const LONGEST = 86_400_000;

interface VirtualLabOptions {
  readonly definition: LabDefinition;
  readonly seed: number;
  /** Where virtual 0 lies, ms since the epoch. */
  readonly startedAt: number;
  /** Of its first entry in the timeline; the others follow. */
  readonly firstId: number;
}

/** One run of a lab in virtual time from 0 on, kept like the live lab keeps its own: counted, told in a timeline, and changed. */
export class VirtualLab {
  readonly recorder = new BreakdownRecorder();
  readonly simulation: Simulation;
  readonly seed: number;
  /** Where virtual 0 lies, ms since the epoch. */
  readonly startedAt: number;
  /** The lab with every change that was made since its start. */
  definition: LabDefinition;
  readonly #journal: RequestJournal;
  readonly #timeline: Timeline;
  readonly #failovers: Failovers;
  readonly #changes = new UndoStack();

  constructor({ definition, seed, startedAt, firstId }: VirtualLabOptions) {
    this.definition = definition;
    this.seed = seed;
    this.startedAt = startedAt;
    const now = (): number => startedAt + this.simulation.now;
    this.#timeline = new Timeline(now, firstId);
    this.#failovers = new Failovers(this.#timeline, now);
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
      onTransition: ({ origin, from }) => {
        const sight = sightOf(this, origin);
        if (!sight) return;
        this.#failovers.changed(from, sight);
        this.#failovers.follow(sight);
        this.#tellOutage();
      },
      onBreaker: (status) => {
        const { kind, text, label } = breakerWords(status);
        this.#timeline.add(kind, text, { label });
      },
      onFault: (origin, fault) => {
        const { text, gist } = faultWords(fault, false);
        if (isFailure(fault)) this.#fails(origin);
        this.#timeline.add('fault', `${origin} ${text}`, { origin, label: `${origin} ${gist}` });
      },
      afterFault: (origin) => this.#follow(origin),
      onCrash: (origin, waiting) => {
        this.#fails(origin);
        const sight = sightOf(this, origin);
        if (sight) this.#failovers.follow({ ...sight, working: false });
        const text = `${origin} ended by itself: ${waiting} requests waiting are more than it can hold`;
        this.#timeline.add('exited', text, { origin, label: `${origin} died` });
      },
    });
    this.#timeline.add('lab', `The simulation begins, with seed ${seed}`);
  }

  /** What the next entry of the timeline is going to have. */
  get nextId(): number {
    return this.#timeline.nextId;
  }

  /** Lets at most `most` events happen, none after `until` (ms since the start). @returns whether it got there */
  run(most: number, until: number): boolean {
    const { simulation } = this;
    const there = simulation.run(most, until);
    this.recorder.queued = simulation.balancer.waiting;
    if (there) simulation.wait(until);
    for (const origin of [...this.#failovers.open]) this.#follow(origin);
    return there;
  }

  /** When (ms) since the start the next request arrives, or something else happens. */
  get nextAt(): number {
    return this.simulation.nextAt;
  }

  /**
   * Does what a screen asks of it, now.
   * @param madeAt ms on a clock of people's: what they do in a row is taken back as one
   * @throws EvenkeelError with a sentence for people
   */
  execute(command: Command, madeAt: number): CommandResult {
    if (command.command === 'undo') {
      this.#undo();
      return {};
    }
    const before = { lab: this.definition, strategy: this.definition.strategy, origins: originsOf(this) };
    const result = this.#do(command);
    const undo = undoOf(command, before, result);
    if (undo) this.#changes.push(undo, madeAt);
    return result;
  }

  /** What was compared for a request, by its number. */
  detail(request: number): RequestDetail {
    return this.#journal.detail(request);
  }

  /** As the live lab would tell of it. @param host what of the live lab stays as it is */
  state(host: LabState, pace: SimulationState, running: boolean): LabState {
    const { next } = this.#changes;
    return {
      ...stateOf(this, host, pace, running),
      timeline: [...this.#timeline.entries],
      ...(next && { undo: { label: next.label } }),
    };
  }

  #undo(): void {
    const last = this.#changes.take();
    if (!last) throw new EvenkeelError('not-allowed', 'There is nothing to undo.');
    for (const step of last.steps) {
      if (step.command !== 'restore-lab') this.#do(step);
    }
  }

  #do(command: Command): CommandResult {
    const { definition } = this;
    const result = carryOut(this, command);
    const words = changeWords(command, definition, result);
    if (words) {
      const { kind, text, ...more } = words;
      this.#timeline.add(kind, text, more);
    }
    if (command.command === 'remove-origin') this.#failovers.forget(command.origin);
    this.#tellOutage();
    return result;
  }

  /** A failure begins, with what was counted before it. */
  #fails(origin: string): void {
    const at = this.startedAt + this.simulation.now;
    this.#failovers.begin(origin, at, this.recorder.breakdowns(origin));
  }

  #follow(origin: string): void {
    const sight = sightOf(this, origin);
    if (sight) this.#failovers.follow(sight);
  }

  #tellOutage(): void {
    const inRotation = this.simulation.balancer.origins.map((origin) => origin.inRotation);
    this.#failovers.rotation(inRotation, this.recorder.refusals['none-available'] ?? 0);
  }
}
