import type { HealthPolicy } from '../../src/core/policies.ts';
import { Lab, type LabPorts } from '../../src/host/lab.ts';
import { nodePorts } from '../../src/host/node-ports.ts';
import { decodeFrame, type Frame } from '../../src/protocol/frame.ts';
import type { LabDefinition, SpawnedOrigin } from '../../src/protocol/lab.ts';
import type { TrafficState } from '../../src/protocol/state.ts';
import { PLAIN_LAB } from './plain-lab.ts';
import { freePorts } from './ports.ts';

/** What a lab does by default, but for checks that do not suspect an origin which has to wait for a processor. The first that fails would take it out. */
const PATIENT_HEALTH: HealthPolicy = {
  ...PLAIN_LAB.health,
  active: { path: '/healthz', every: 2000, timeout: 10_000, fall: 3, rise: 2 },
};

export interface LabOptions extends Partial<Omit<LabDefinition, 'origins'>> {
  /** How many origins, named A, B, C …; each answers at once unless `service` says otherwise. */
  readonly count?: number;
  readonly service?: Partial<SpawnedOrigin['service']>;
  readonly weights?: readonly number[];
}

/** A lab of real processes on free ports, without traffic of its own unless asked for. */
export async function startLab(options: LabOptions = {}, ports?: Partial<LabPorts>): Promise<Lab> {
  return Lab.start(await labDefinition(options), {
    ...nodePorts({ host: 'headless' }),
    settingsFile: undefined,
    ...ports,
  });
}

export async function labDefinition({ count = 4, service, weights, ...rest }: LabOptions = {}): Promise<LabDefinition> {
  const [listen, ...free] = await freePorts(count + 1);
  return {
    ...PLAIN_LAB,
    health: PATIENT_HEALTH,
    listen: { host: '127.0.0.1', port: listen ?? 0 },
    origins: free.map((port, i) => ({
      name: String.fromCharCode(65 + i),
      port,
      weight: weights?.[i] ?? 1,
      service: { time: { constant: 0 }, workers: 'unlimited', queue: 'unlimited', errorRate: 0, ...service },
    })),
    ...rest,
  };
}

/** Sends no more, and waits until everything is answered. @returns what its clients have seen */
export async function quiesce(lab: Lab): Promise<TrafficState> {
  await lab.command({ command: 'pause' });
  await until(async () => {
    await lab.refresh();
    return lab.state.traffic.inFlight === 0;
  }, 'everything is answered');
  return lab.state.traffic;
}

/** Whether a process of this number exists. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until `probe` answers something true; fails with what it last answered. */
export async function until<T>(probe: () => T | Promise<T>, what: string, timeout = 30_000): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`Waited ${timeout} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Reads a lab's frames as a screen does, acknowledging each. */
export function readFrames(lab: Lab): { readonly frames: Frame[]; last(): Frame | undefined; close(): void } {
  const frames: Frame[] = [];
  const subscription = lab.subscribe((bytes) => {
    const frame = decodeFrame(bytes);
    frames.push(frame);
    subscription.acknowledge(frame.sequence);
  });
  return { frames, last: () => frames.at(-1), close: () => subscription.close() };
}
