import { EvenkeelError } from '../../src/core/errors.ts';
import type { CommandResult } from '../../src/protocol/command.ts';
import { DEFAULT_SETTINGS } from '../../src/protocol/command.ts';
import { encodeFrame, type Frame } from '../../src/protocol/frame.ts';
import { MAX_UNACKNOWLEDGED } from '../../src/protocol/lab-calls.ts';
import type { EngineMetrics } from '../../src/protocol/metrics.ts';
import { Peer } from '../../src/protocol/peer.ts';
import type { LabState } from '../../src/protocol/state.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import type { ControlledLab, FrameSubscription } from '../../src/web/controlled-lab.ts';
import { emptyFrame } from './empty-frame.ts';
import { PLAIN_LAB } from './plain-lab.ts';

const service = { time: { constant: 5 }, workers: 1, queue: 'unlimited', errorRate: 0 } as const;

export const STUB_STATE: LabState = {
  version: '0.0.0',
  host: 'browser',
  clock: 'live',
  startedAt: 1_700_000_000_000,
  lab: {
    ...PLAIN_LAB,
    name: 'A "quoted"\nlab \\ with newline',
    origins: [{ name: 'A', port: 8081, weight: 2, service }],
  },
  proxy: { url: 'http://127.0.0.1:8080', host: '127.0.0.1', port: 8080 },
  balancer: { queued: 0, panic: false },
  strategy: { use: 'round-robin' },
  traffic: { paused: false, sent: 0, completed: 0, failed: 0, inFlight: 0 },
  origins: [
    {
      name: 'A',
      definition: { name: 'A', port: 8081, weight: 2, service },
      address: '127.0.0.1:8081',
      weight: 2,
      status: 'up',
      available: true,
      reason: 'healthy',
      since: 1_700_000_000_000,
    },
  ],
  timeline: [],
  notices: [],
  faultScript: { running: false, done: 0 },
  settings: DEFAULT_SETTINGS,
};

const series = { started: 0, completed: 0, failed: 0, retries: 0, inFlight: 0 };
const health = { ejections: 0, checks: { passed: 0, failed: 0 } };

const STUB_METRICS: EngineMetrics = {
  requests: {
    started: 100,
    completed: 90,
    failed: 7,
    retries: 5,
    inFlight: 3,
    durations: { counts: [0, 0, 0, 50, 0, 40, 0, 0, 0, 0, 0, 0, 0, 7], sum: 123_450 },
  },
  attempts: 107,
  queued: 1,
  refused: { 'circuit-open': 4 },
  origins: [
    {
      ...series,
      ...health,
      name: 'A',
      started: 60,
      completed: 58,
      failed: 1,
      inFlight: 1,
      durations: { counts: [58, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], sum: 20_058 },
      received: 1000,
      sent: 20,
      failures: { reset: 1 },
      breakdowns: { retried: 1, lost: 0 },
      ejections: 2,
    },
    {
      ...series,
      ...health,
      name: 'legacy "x"\\\n',
      started: 45,
      durations: { counts: new Array(14).fill(0), sum: 0 },
      received: 0,
      sent: 0,
      failures: {},
      breakdowns: { retried: 0, lost: 0 },
    },
  ],
};

/** A lab without processes: it answers, and sends the frames a test gives it to every subscriber who has room. */
export class StubLab implements ControlledLab {
  state = STUB_STATE;
  /** Commands it was given, in order. */
  readonly commands: unknown[] = [];
  /** Pages connected now. */
  pages = 0;
  /** The first frame of each subscription. */
  snapshot = emptyFrame({ sequence: 1, now: 0, snapshot: true, sampling: 1, ended: 0 });
  readonly subscriptions = new Set<StubSubscription>();

  async command(command: unknown): Promise<CommandResult> {
    const { command: name, text } = (command ?? {}) as { command?: unknown; text?: unknown };
    if (name !== 'marker') throw new EvenkeelError('bad-command', 'This lab only knows markers.');
    if (text === 'nowhere') throw new EvenkeelError('unknown-origin', 'There is no origin nowhere.');
    if (text === 'foreign') throw new EvenkeelError('not-ours', 'That origin is not ours.');
    if (text === 'crash') throw new TypeError('secret detail');
    this.commands.push(command);
    return {};
  }

  async metrics(): Promise<EngineMetrics> {
    return STUB_METRICS;
  }

  connect(transport: Transport): void {
    this.pages++;
    const peer = new Peer(transport, { command: (command: unknown) => this.command(command) });
    peer.onClose(() => this.pages--);
    peer.emit('state', this.state);
  }

  subscribe(sink: (frame: Uint8Array) => void, options?: { readonly everything?: boolean }): FrameSubscription {
    const subscription = new StubSubscription(sink, options?.everything ?? false, () =>
      this.subscriptions.delete(subscription),
    );
    this.subscriptions.add(subscription);
    queueMicrotask(() => subscription.push(this.snapshot));
    return subscription;
  }
}

export class StubSubscription implements FrameSubscription {
  readonly everything: boolean;
  /** Frames sent and not yet acknowledged. */
  unacknowledged = 0;
  #sink: (frame: Uint8Array) => void;
  #queue: Frame[] = [];
  #onClose: () => void;

  constructor(sink: (frame: Uint8Array) => void, everything: boolean, onClose: () => void) {
    this.#sink = sink;
    this.everything = everything;
    this.#onClose = onClose;
  }

  push(frame: Frame): void {
    this.#queue.push(frame);
    this.flush();
  }

  acknowledge(): void {
    this.unacknowledged--;
    this.flush();
  }

  close(): void {
    this.#onClose();
  }

  flush(): void {
    while (this.unacknowledged < MAX_UNACKNOWLEDGED) {
      const frame = this.#queue.shift();
      if (!frame) return;
      this.unacknowledged++;
      this.#sink(encodeFrame(frame));
    }
  }
}
