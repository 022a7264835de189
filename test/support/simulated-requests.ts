import type { LabDefinition } from '../../src/protocol/lab.ts';
import { Simulation } from '../../src/simulation/simulation.ts';

interface SimulatedRequest {
  /** ms since the run's start. */
  readonly arrivedAt: number;
  endedAt: number;
  client: string;
  /** Where it came at last. */
  origin: string;
  failed: boolean;
}

/** The requests of a simulated run of the lab in the order of their arrival, each of which came to an origin. */
export function simulatedRequests(lab: LabDefinition, duration: number): SimulatedRequest[] {
  const all: SimulatedRequest[] = [];
  const open = new Map<number, SimulatedRequest>();
  const simulation: Simulation = new Simulation(lab, {
    strategy: lab.strategy,
    seed: lab.seed,
    duration,
    warmup: 0,
    watcher: {
      requestBegan(number) {
        const request = { arrivedAt: simulation.now, endedAt: Number.NaN, client: '', origin: '', failed: false };
        all.push(request);
        open.set(number, request);
      },
      choose: (_number, _attempt, request, tried, own) =>
        simulation.balancer.choose(request, simulation.now, tried, own),
      attemptBegan(number, { client, origin }) {
        const request = open.get(number);
        if (request) Object.assign(request, { client, origin: simulation.origins[origin]?.name });
      },
      attemptEnded: () => undefined,
      queued: () => undefined,
      requestEnded(number, failure) {
        const request = open.get(number);
        if (request) Object.assign(request, { endedAt: simulation.now, failed: failure !== undefined });
        open.delete(number);
      },
      moved: () => undefined,
    },
  });
  while (!simulation.done) simulation.run(100_000);
  return all;
}
