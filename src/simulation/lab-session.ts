import { EvenkeelError } from '../core/errors.ts';
import { normaliseSpec } from '../core/strategies/registry.ts';
import type { Command, CommandResult } from '../protocol/command.ts';
import { parseCommand } from '../protocol/command-schema.ts';
import { Feed } from '../protocol/feed.ts';
import type { Acknowledgement } from '../protocol/lab-calls.ts';
import { Peer } from '../protocol/peer.ts';
import type { LabState } from '../protocol/state.ts';
import type { Transport } from '../protocol/transport.ts';
import { Pace } from './pace.ts';
import { VirtualLab } from './virtual-lab.ts';

/** Events in one tick at most: some 40 ms of work. A lab that needs more runs slower than it was asked to. */
const MOST_EVENTS = 40_000;
/** Virtual time begins at a midnight that nobody takes for now: times of day read as time since the start. */
const START = new Date(2000, 0, 1).getTime();
/** Real ms between two states. */
const STATE_EVERY = 200;

/**
 * A simulation at the other end of a transport, with the words of the live lab (`LabCalls`), so that a screen needs no others. Beside
 * those: `step` (one request more), `set-speed { speed }` (virtual ms per real ms) and `restart { seed? }` (from 0).
 */
export class LabSession {
  readonly #host: LabState;
  readonly #peer: Peer;
  readonly #pace = new Pace();
  #lab: VirtualLab;
  #feed: Feed | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #entries = 1;

  /** @param host the state of the live lab, whose definition is simulated */
  constructor(host: LabState, transport: Transport) {
    this.#host = host;
    this.#lab = this.#begin(host.lab.seed, START);
    this.#peer = new Peer(transport, {
      state: (): LabState => this.#state(),
      command: (command: unknown) => this.#command(parseCommand(command, host.lab)),
      subscribe: () => {
        this.#feed = new Feed(this.#lab.recorder, false);
      },
      unsubscribe: () => {
        this.#feed = undefined;
      },
      'origin-log': () => [],
      'request-detail': ({ request }: { request: number }) => ({ request, decisions: [], missing: 'sampled' }),
      'origin-checks': ({ origin }: { origin: string }) =>
        this.#lab.simulation.balancer
          .origin(origin)
          ?.checks.map((check) => ({ ...check, at: check.at + this.#lab.startedAt })) ?? [],
      step: () => {
        this.#pace.running = false;
        this.#lab.step();
        this.#pace.set(this.#lab.simulation.now);
        this.#tell();
      },
      'set-speed': ({ speed }: { speed: number }) => {
        this.#pace.speed = Number(speed);
        this.#tell();
      },
      restart: ({ seed }: { seed?: number } = {}) => this.#restart(seed ?? this.#lab.seed),
    });
    this.#peer.on<Acknowledgement>('ack', ({ sequence }) => this.#feed?.acknowledge(sequence));
  }

  /** Lets virtual time follow the real one. @param real ms on a clock that never goes back */
  tick(real: number): void {
    const until = this.#pace.advance(real);
    if (!this.#lab.run(MOST_EVENTS, until)) this.#pace.set(this.#lab.simulation.now);
    const frame = this.#feed?.poll(this.#lab.startedAt + this.#pace.now);
    if (frame) this.#peer.sendFrame(frame);
    if (this.#pace.running && real - this.#toldAt >= STATE_EVERY) {
      this.#toldAt = real;
      this.#tell();
    }
  }

  #begin(seed: number, startedAt: number): VirtualLab {
    return new VirtualLab(this.#host.lab, seed, startedAt, () => this.#entries++);
  }

  #restart(seed: number): void {
    // Another start: that is how a screen knows to forget.
    this.#lab = this.#begin(seed, this.#lab.startedAt + 1);
    this.#pace.set(0);
    this.#tell();
    if (this.#feed) this.#feed = new Feed(this.#lab.recorder, false);
  }

  #state(): LabState {
    return this.#lab.state(this.#host, this.#pace.now, this.#pace);
  }

  #tell(): void {
    this.#peer.emit('state', this.#state());
  }

  #command(command: Command): CommandResult {
    const { simulation } = this.#lab;
    const now = this.#pace.now;
    switch (command.command) {
      case 'pause':
      case 'run':
        this.#pace.running = command.command === 'run';
        break;
      case 'set-strategy': {
        const spec = normaliseSpec(command.strategy);
        simulation.balancer.setStrategy(spec, now);
        this.#lab.tell('strategy', `Strategy: ${spec.use}`, { label: spec.use });
        break;
      }
      case 'fault': {
        const { command: _command, origin, for: length, ...fault } = command;
        if (length !== undefined) throw refused('A fault for a while');
        if (!simulation.origins.some(({ name }) => name === origin)) {
          throw new EvenkeelError(
            'unknown-origin',
            `There is no origin named ${JSON.stringify(origin)} in this simulation.`,
          );
        }
        simulation.inflict(origin, fault);
        break;
      }
      case 'marker':
        this.#lab.tell('marker', command.text, { label: command.text });
        break;
      default:
        throw refused('This change');
    }
    this.#tell();
    return {};
  }
}

function refused(what: string): EvenkeelError {
  return new EvenkeelError(
    'bad-command',
    `${what} is not possible in a simulation that runs: switch to LIVE, make it there, and simulate again.`,
  );
}
