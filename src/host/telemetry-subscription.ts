import { MessageChannel } from 'node:worker_threads';
import type { EngineCalls } from '../engine/engine-calls.ts';
import { portTransport } from '../engine/port-transport.ts';
import { Peer } from '../protocol/peer.ts';
import type { WorkerThread } from './worker-thread.ts';

export interface TelemetrySubscription {
  /** Fulfilled after the last frame: when it was closed, or the lab has stopped. */
  readonly ended: Promise<void>;
  acknowledge(sequence: number): void;
  close(): void;
}

/** Frames straight from the engine's thread, over a port of their own. */
export function subscribe(
  engine: WorkerThread<EngineCalls>,
  sink: (frame: Uint8Array) => void,
  everything: boolean,
): TelemetrySubscription {
  const { port1, port2 } = new MessageChannel();
  const peer = new Peer(portTransport(port1));
  peer.onFrame(sink);
  const ended = new Promise<void>((resolve) => peer.onClose(resolve));
  engine.sendPort({ subscribe: { everything } }, port2);
  return {
    ended,
    acknowledge: (sequence) => peer.emit('ack', { sequence }),
    close: () => peer.close(),
  };
}
