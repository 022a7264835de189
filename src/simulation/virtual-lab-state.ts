import type { BreakerStatus } from '../core/balancer.ts';
import { addressOf, isSpawned, type LabDefinition, type OriginDefinition } from '../protocol/lab.ts';
import type { Recorder } from '../protocol/recorder.ts';
import type { LabState, OriginState, ProcessState, SimulationState, TimelineEntry } from '../protocol/state.ts';
import type { Simulation } from './simulation.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

export interface VirtualLabParts {
  /** The live lab's: its address, its settings and the like are the simulation's, too. */
  readonly host: LabState;
  readonly definition: LabDefinition;
  readonly simulation: Simulation;
  readonly recorder: Recorder;
  readonly timeline: readonly TimelineEntry[];
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly pace: SimulationState;
  readonly running: boolean;
}

const OVERFLOWED =
  'A million requests are in the lab at once, far more than it can serve: the simulation ends here. Restart it with less load.';

/** A simulated lab in the words of the live one. */
export function stateOf(parts: VirtualLabParts): LabState {
  const { host, definition, simulation, recorder, timeline, startedAt, pace } = parts;
  const { balancer } = simulation;
  const { requests } = recorder;
  const { undo: _undo, ...kept } = host;
  const breaker = breakerOf(balancer.breaker.status, startedAt);
  const faults = [...definition.faults].sort((a, b) => a.at - b.at);
  const done = faults.filter((fault) => fault.at <= pace.at).length;
  return {
    ...kept,
    clock: 'virtual',
    simulation: pace,
    startedAt,
    lab: definition,
    balancer: { queued: balancer.waiting, panic: balancer.panic, ...(breaker && { breaker }) },
    strategy: balancer.strategy,
    traffic: {
      paused: !parts.running,
      sent: requests.started,
      completed: requests.completed,
      failed: requests.failed,
      inFlight: requests.inFlight,
      ...(simulation.overflowed && { problem: OVERFLOWED }),
    },
    origins: definition.origins.map((origin, index) => originOf(parts, origin, index)),
    timeline: [...timeline],
    notices: [],
    faultScript: { running: done < faults.length, startedAt, done },
  };
}

function breakerOf(status: BreakerStatus | undefined, startedAt: number): BreakerStatus | undefined {
  if (!status) return undefined;
  const { until } = status;
  return { ...status, since: startedAt + status.since, ...(until !== undefined && { until: startedAt + until }) };
}

function originOf(
  { simulation: { balancer, origins }, recorder, startedAt }: VirtualLabParts,
  definition: OriginDefinition,
  index: number,
): OriginState {
  const view = balancer.origin(definition.name);
  const origin = origins[index];
  const expected = balancer.insight.expectedShares();
  const { name } = definition;
  const process = origin && isSpawned(definition) ? processOf(origin, recorder) : undefined;
  return {
    name,
    definition,
    address: addressOf(definition),
    weight: view?.configuredWeight ?? definition.weight,
    status: view?.status ?? 'down',
    available: view?.inRotation ?? false,
    ...(view?.inRotation && !view.healthy && { panic: true }),
    ...(view && view.levelLoad < 1 && { levelLoad: view.levelLoad }),
    ...(expected && { expectedShare: expected.get(name) ?? 0 }),
    ...(view?.full && balancer.waiting > 0 && { full: true }),
    ...(view && view.warmth < 1 && { warmth: view.warmth }),
    ...(view && view.queued > 0 && { queued: view.queued }),
    reason: view?.reason ?? '',
    since: startedAt + (view?.since ?? 0),
    ...(view?.ejectedUntil !== undefined && { ejectedUntil: startedAt + view.ejectedUntil }),
    ...(process && { process }),
  };
}

function processOf(origin: VirtualOrigin, recorder: Recorder): ProcessState {
  const { state, faults, serving, waiting } = origin;
  const received = recorder.origins.get(origin.name)?.started ?? 0;
  return {
    status: state === 'dead' ? 'exited' : state,
    ...(state === 'dead' && { detail: 'killed' }),
    faults,
    received,
    serving,
    waiting,
  };
}
