import type { OriginState, ProcessState } from '../../../src/protocol/state.ts';

export const RUNNING: ProcessState = {
  status: 'running',
  faults: { slow: 1, errors: 0, hang: false, reset: false },
  received: 0,
  serving: 0,
  waiting: 0,
};

/** A healthy origin of ours, with what a test wants different. */
export function originOf(name: string, change: Partial<OriginState> = {}): OriginState {
  return {
    name,
    definition: {
      name,
      port: 8081,
      weight: 1,
      service: { time: { constant: 50 }, workers: 1, queue: 'unlimited', errorRate: 0 },
    },
    address: '127.0.0.1:8081',
    weight: 1,
    status: 'up',
    available: true,
    reason: '',
    since: 0,
    process: RUNNING,
    ...change,
  };
}
