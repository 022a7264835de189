import { normaliseSpec } from '../core/strategies/registry.ts';
import type { Fault, LabDefinition } from '../protocol/lab.ts';
import { Recorder } from '../protocol/recorder.ts';
import type { LabState, TimelineEntry } from '../protocol/state.ts';
import { RequestJournal } from './request-journal.ts';
import { Simulation } from './simulation.ts';
import { stateOf } from './virtual-lab-state.ts';

/** ms after which nobody arrives any more: a day, longer than anyone watches. */
const LONGEST = 86_400_000;
const MAX_ENTRIES = 200;

/** One run of a lab in virtual time from 0 on, kept like the live lab keeps its own: counted, and told in a timeline. */
export class VirtualLab {
  readonly recorder = new Recorder();
  readonly simulation: Simulation;
  readonly seed: number;
  /** Where virtual 0 lies, ms since the epoch. */
  readonly startedAt: number;
  readonly #definition: LabDefinition;
  readonly #timeline: TimelineEntry[] = [];
  /** Counted over all runs of a session: what one tells is new to a screen that saw another. */
  readonly #nextId: () => number;

  constructor(definition: LabDefinition, seed: number, startedAt: number, nextId: () => number) {
    this.#definition = definition;
    this.seed = seed;
    this.startedAt = startedAt;
    this.#nextId = nextId;
    const journal = new RequestJournal({
      lab: definition,
      recorder: this.recorder,
      now: () => startedAt + this.simulation.now,
      strategy: () => this.simulation.balancer.strategy.use,
      refusal: (waited) => {
        if (!this.simulation.balancer.origins.some(({ inRotation }) => inRotation)) return 'none-available';
        return waited ? 'queue-timeout' : 'queue-full';
      },
    });
    this.simulation = new Simulation(definition, {
      strategy: normaliseSpec(definition.strategy),
      seed,
      duration: LONGEST,
      warmup: 0,
      watcher: journal,
      onTransition: ({ origin, from, to, reason }) => {
        const tell = (kind: TimelineEntry['kind'], text: string, gist: string) =>
          this.tell(kind, `${origin} ${text}`, { origin, label: `${origin} ${gist}` });
        if (to === 'down') tell('noticed', `is down: ${reason}`, 'seen down');
        else if (to === 'ejected') tell('ejected', `is ejected: ${reason}`, 'ejected');
        else if (to === 'drained') tell('fault', 'is drained: nothing is in flight any more', 'drained');
        else if (to === 'up' && from !== 'going-down') tell('returned', 'is back in rotation', 'back');
      },
      onFault: (origin, fault) => {
        const words = wordsOf(fault);
        this.tell('fault', `${origin}: ${words}`, { origin, label: `${origin} ${words}` });
      },
    });
    this.tell('lab', `The simulation begins, with seed ${seed}`);
  }

  /** ms since the epoch, in virtual time: that of the newest event. */
  get now(): number {
    return this.startedAt + this.simulation.now;
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

  /** Until one request more has arrived. */
  step(): void {
    const { started } = this.recorder.requests;
    while (this.recorder.requests.started === started && this.simulation.nextAt < LONGEST) this.simulation.run(1);
    this.recorder.queued = this.simulation.balancer.waiting;
  }

  tell(kind: TimelineEntry['kind'], text: string, more: Pick<TimelineEntry, 'origin' | 'label'> = {}): void {
    const label = more.label?.slice(0, 22);
    this.#timeline.push({
      id: this.#nextId(),
      at: this.now,
      kind,
      text,
      ...more,
      ...(label !== undefined && { label }),
    });
    if (this.#timeline.length > MAX_ENTRIES) this.#timeline.shift();
  }

  /** As the live lab would tell of it. @param host what of the live lab stays as it is @param at ms since the start */
  state(host: LabState, at: number, pace: { readonly speed: number; readonly running: boolean }): LabState {
    return stateOf({
      host,
      definition: this.#definition,
      simulation: this.simulation,
      recorder: this.recorder,
      timeline: this.#timeline,
      startedAt: this.startedAt,
      seed: this.seed,
      at,
      speed: pace.speed,
      running: pace.running,
    });
  }
}

function wordsOf(fault: Fault): string {
  if (fault.do === 'slow') return `${fault.factor}× slower`;
  if (fault.do === 'errors') return `${Math.round(fault.share * 100)} % errors`;
  return WORDS[fault.do];
}

const WORDS: Readonly<Record<Exclude<Fault['do'], 'slow' | 'errors'>, string>> = {
  kill: 'killed',
  restart: 'restarted',
  freeze: 'frozen',
  thaw: 'thawed',
  hang: 'hangs',
  reset: 'resets connections',
  drain: 'draining',
  resume: 'takes requests again',
  heal: 'healed',
};
