import { EvenkeelError } from '../core/errors.ts';
import type { Command, CommandResult } from '../protocol/command.ts';
import { parseCommand } from '../protocol/command-schema.ts';
import { Feed } from '../protocol/feed.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import type { Acknowledgement, LabCalls, SimulationCalls } from '../protocol/lab-calls.ts';
import { printLabFile } from '../protocol/lab-file-print.ts';
import { type Keeping, Peer } from '../protocol/peer.ts';
import type { LabState } from '../protocol/state.ts';
import type { Transport } from '../protocol/transport.ts';
import { Pace } from './pace.ts';
import { VirtualLab } from './virtual-lab.ts';

/** Events in one tick at most: some 40 ms of work. A lab that needs more runs slower than it was asked to. */
const MOST_EVENTS = 40_000;
/** Ticks that one moment of a lab may take: some 4 s of work. */
const MOST_TICKS = 100;
/** Real ms between two states. */
const STATE_EVERY = 200;
const DAY = 86_400_000;
/** Seeds as lab files have them. */
const MAX_SEED = 4_294_967_295;

/** What somebody did, and when (ms since the start): done again when the run is repeated. */
interface Deed {
  readonly at: number;
  /** Real ms when it was done first: what people do in a row is taken back as one. */
  readonly madeAt: number;
  readonly command: Command;
}

/**
 * A simulation at the other end of a transport, with the words of the live lab (`LabCalls`), so that a screen needs no others. Beside
 * those: `step` (one request more), `set-speed { speed }` (virtual ms per real ms), `seek { to }` (ms since the start; back is the
 * same run from 0 on, with what was done in it) and `restart { seed? }` (from 0, with the lab as it is set by then).
 */
export class SimulationSession {
  readonly #host: LabState;
  readonly #peer: Peer;
  readonly #pace = new Pace();
  /** The lab at the run's start. */
  #definition: LabDefinition;
  #firstId = 1;
  #lab: VirtualLab;
  #deeds: Deed[] = [];
  /** How many of them have been done by now. */
  #done = 0;
  #reached = 0;
  /** ms since the start, where it is to get to as fast as it can. */
  #target: number | undefined;
  #behind = false;
  /** ms, as it was told last. */
  #real = 0;
  readonly #midnight: number;
  #runs = 0;
  #feed: Feed | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  /**
   * @param host the state of the live lab, whose definition is simulated
   * @param midnight where virtual 0 lies, ms since the epoch: one that nobody takes for now, so that times of day read as time since
   * the start; each further run begins a day later
   */
  constructor(host: LabState, transport: Transport, midnight: number) {
    this.#host = host;
    this.#midnight = midnight;
    this.#definition = host.lab;
    this.#lab = this.#begin(host.lab.seed);
    this.#peer = new Peer(transport, {
      state: (): LabState => this.#state(),
      command: (command: unknown) => this.#command(parseCommand(command, this.#lab.definition)),
      subscribe: () => {
        this.#feed = new Feed(this.#lab.recorder, false);
      },
      unsubscribe: () => {
        this.#feed = undefined;
      },
      'origin-log': () => [],
      'request-detail': ({ request }: { request: number }) => this.#lab.detail(request),
      'origin-checks': ({ origin }: { origin: string }) =>
        this.#lab.simulation.balancer
          .origin(origin)
          ?.checks.map((check) => ({ ...check, at: check.at + this.#lab.startedAt })) ?? [],
      'lab-file': () => printLabFile(this.#lab.definition),
      step: () => this.#step(),
      'set-speed': ({ speed }: { speed: number }) => {
        this.#pace.speed = Number(speed);
        this.#tell();
      },
      seek: ({ to }: { to: number }) => this.#seek(Math.max(0, Number(to))),
      restart: ({ seed }: { seed?: number } = {}) => this.#restart(seed ?? this.#lab.seed),
    } satisfies Keeping<Omit<LabCalls, 'labs' | 'ping'> & SimulationCalls>);
    this.#peer.on<Acknowledgement>('ack', ({ sequence }) => this.#feed?.acknowledge(sequence));
  }

  /** Lets virtual time follow the real one. @param real ms on a clock that never goes back */
  tick(real: number): void {
    this.#real = real;
    const paced = this.#pace.advance(real);
    const there = this.#go(this.#target ?? paced);
    if (there && this.#target !== undefined) this.#arrive();
    this.#behind = !there && this.#target === undefined;
    // What is on the way to another time is nothing to look at.
    const frame = this.#target === undefined ? this.#feed?.poll(this.#lab.startedAt + this.#pace.now) : undefined;
    if (frame) this.#peer.sendFrame(frame);
    if (real - this.#toldAt >= STATE_EVERY && (this.#pace.running || this.#target !== undefined)) {
      this.#toldAt = real;
      this.#tell();
    }
  }

  /** Lets what is due by `until` (ms since the start) happen, what was done before included. @returns whether it got there */
  #go(until: number): boolean {
    let there = true;
    for (let deed = this.#deeds[this.#done]; there && deed && deed.at <= until; deed = this.#deeds[this.#done]) {
      there = this.#lab.run(MOST_EVENTS, deed.at);
      if (!there) break;
      this.#done++;
      this.#lab.execute(deed.command, deed.madeAt);
    }
    there &&= this.#lab.run(MOST_EVENTS, until);
    this.#pace.set(there ? until : this.#lab.simulation.now);
    this.#reached = Math.max(this.#reached, this.#pace.now);
    return there;
  }

  /** Done again, a deed comes after all that happens at its time; so it has to the first time, even in a lab that is behind. */
  #arriveAtNow(): void {
    for (let ticks = 0; ticks < MOST_TICKS; ticks++) if (this.#go(this.#pace.now)) return;
  }

  /** Until one request more has arrived. */
  #step(): void {
    this.#pace.running = false;
    this.#target = undefined;
    this.#sample();
    const { requests } = this.#lab.recorder;
    const { started } = requests;
    while (requests.started === started && Number.isFinite(this.#lab.nextAt)) this.#go(this.#lab.nextAt);
    this.#tell();
  }

  #seek(to: number): void {
    if (!Number.isFinite(to)) throw new EvenkeelError('bad-argument', 'A time is wanted, in ms since the start.');
    if (to < this.#pace.now) {
      this.#done = 0;
      this.#replace(this.#lab.seed);
    }
    this.#target = to;
    this.#tell();
  }

  #arrive(): void {
    this.#target = undefined;
    // A snapshot: all that happened on the way as one.
    if (this.#feed) this.#feed = new Feed(this.#lab.recorder, false);
    this.#tell();
  }

  #restart(seed: number): void {
    if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED) {
      throw new EvenkeelError('bad-argument', `A seed is a whole number from 0 to ${MAX_SEED}.`);
    }
    this.#definition = this.#lab.definition;
    this.#firstId = this.#lab.nextId;
    this.#deeds = [];
    this.#done = 0;
    this.#reached = 0;
    this.#target = undefined;
    this.#replace(seed);
    this.#tell();
  }

  /** A run from 0 in the place of the one there is. */
  #replace(seed: number): void {
    this.#lab = this.#begin(seed);
    this.#pace.set(0);
    if (this.#feed) this.#feed = new Feed(this.#lab.recorder, false);
  }

  #begin(seed: number): VirtualLab {
    // Another start is how a screen knows to forget; whole days later, so that the seconds that are counted are the same.
    const startedAt = this.#midnight + DAY * this.#runs++;
    return new VirtualLab({ definition: this.#definition, seed, startedAt, firstId: this.#firstId });
  }

  #state(): LabState {
    const { now: at, speed, running } = this.#pace;
    const pace = {
      seed: this.#lab.seed,
      speed,
      at,
      reached: this.#reached,
      ...(this.#target !== undefined && { seeking: true as const }),
      ...(this.#behind && { behind: true as const }),
    };
    return this.#lab.state(this.#host, pace, running);
  }

  #tell(): void {
    this.#sample();
    this.#peer.emit('state', this.#state());
  }

  /** Who looks at a run that stands still wants to see every single request; at high speed that would be more than can be seen. */
  #sample(): void {
    const { recorder, startedAt } = this.#lab;
    const now = startedAt + this.#pace.now;
    const before = recorder.sampling(now);
    recorder.pace = this.#pace.running ? this.#pace.speed : 1;
    // A frame that began with a coarser sampling would end with it.
    if (recorder.sampling(now) < before && this.#feed) this.#feed = new Feed(recorder, false);
  }

  #command(command: Command): CommandResult {
    let result: CommandResult = {};
    if (command.command === 'pause' || command.command === 'run') {
      this.#pace.running = command.command === 'run';
    } else {
      if (this.#target !== undefined) throw new EvenkeelError('not-allowed', 'Wait until the simulation is there.');
      this.#arriveAtNow();
      const madeAt = this.#real;
      result = this.#lab.execute(command, madeAt);
      // What was done later in an earlier run of this time is another story now.
      this.#deeds = [...this.#deeds.slice(0, this.#done), { at: this.#pace.now, madeAt, command }];
      this.#done++;
      this.#reached = this.#pace.now;
    }
    this.#tell();
    return result;
  }
}
