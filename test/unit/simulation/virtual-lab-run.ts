import type { Command } from '../../../src/protocol/command.ts';
import { parseCommand } from '../../../src/protocol/command-schema.ts';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import type { LabState } from '../../../src/protocol/state.ts';
import { VirtualLab } from '../../../src/simulation/virtual-lab.ts';
import { endedAttempts } from '../../support/records.ts';
import { labOf } from './support.ts';

export const START = 946_684_800_000;

/** Three origins that serve 20 requests/s each, and 20 requests/s that come evenly. */
export const THREE = [
  'strategy: round-robin',
  'seed: 5',
  'origins:',
  '  - { name: A, port: 8081, service: { time: { exponential: 50ms }, workers: 1 } }',
  '  - { name: B, port: 8082, service: { time: { exponential: 50ms }, workers: 1 } }',
  '  - { name: C, port: 8083, service: { time: { exponential: 50ms }, workers: 1 } }',
  'traffic: { open: { rate: 20/s, arrivals: constant } }',
];

/** A simulated lab that is told what to do, and when. */
export class Drill {
  readonly lab: VirtualLab;

  constructor(definition: LabDefinition = labOf(...THREE)) {
    this.lab = new VirtualLab({ definition, seed: definition.seed, startedAt: START, firstId: 1 });
  }

  /** @param step ms that are gone through at a time. @param most events at a time */
  to(until: number, step = until, most = 1_000_000): this {
    const { simulation } = this.lab;
    for (let at = simulation.now; at < until; ) {
      at = Math.min(until, at + step);
      while (!this.lab.run(most, at));
    }
    return this;
  }

  do(command: unknown, madeAt = 0): this {
    this.lab.execute(parseCommand(command, this.lab.definition), madeAt);
    return this;
  }

  /** Ends the traffic and lets all that is under way come to its end. */
  end(): this {
    this.do({ command: 'set-traffic', traffic: { off: true } } satisfies Command | object);
    return this.to(this.lab.simulation.now + 120_000);
  }

  get state(): LabState {
    const host = { settings: {}, proxy: {} } as unknown as LabState;
    return this.lab.state(host, { seed: 5, speed: 1, at: this.lab.simulation.now, reached: 0 }, true);
  }

  /** Every attempt that is kept, in the order of their ends. */
  get rows() {
    return endedAttempts(this.lab.recorder);
  }

  /** Everything there is to know of the run. */
  get bytes(): string {
    const { recorder } = this.lab;
    const { requests } = recorder;
    const counts = [requests.started, requests.completed, requests.failed, requests.inFlight, requests.retries];
    return JSON.stringify([this.state, this.rows, counts]);
  }

  get texts(): string[] {
    return this.state.timeline.map(({ text }) => text);
  }
}

/** Where two runs differ first, and how; empty where they are the same. */
export function difference(a: Drill, b: Drill): string {
  const [one, other] = [a.bytes, b.bytes];
  if (one === other) return '';
  let at = 0;
  while (one[at] === other[at]) at++;
  return `${one.slice(Math.max(0, at - 200), at + 60)}\n${other.slice(at, at + 60)}`;
}
