import type { BreakerStatus } from '../core/balancer.ts';
import type { OriginSight } from '../protocol/failovers.ts';
import { addressOf, isSpawned, type OriginDefinition } from '../protocol/lab.ts';
import type { Recorder } from '../protocol/recorder.ts';
import type { LabState, OriginState, ProcessState, SimulationState } from '../protocol/state.ts';
import type { VirtualLab } from './virtual-lab.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

const OVERFLOWED =
  'A million requests are in the lab at once, far more than it can serve: the simulation ends here. Restart it with less load.';

/** A simulated lab in the words of the live one, without what was done in it. @param host what of the live lab stays as it is */
export function stateOf(
  lab: VirtualLab,
  host: LabState,
  pace: SimulationState,
  running: boolean,
): Omit<LabState, 'timeline' | 'undo'> {
  const { definition, simulation, recorder, startedAt } = lab;
  const { balancer, script } = simulation;
  const { requests } = recorder;
  const { undo: _undo, timeline: _timeline, ...kept } = host;
  const breaker = breakerOf(balancer.breaker.status, startedAt);
  return {
    ...kept,
    clock: 'virtual',
    simulation: pace,
    startedAt,
    lab: definition,
    balancer: { queued: balancer.waiting, panic: balancer.panic, ...(breaker && { breaker }) },
    strategy: balancer.strategy,
    traffic: {
      paused: !running,
      sent: requests.started,
      completed: requests.completed,
      failed: requests.failed,
      inFlight: requests.inFlight,
      ...(simulation.overflowed && { problem: OVERFLOWED }),
    },
    origins: originsOf(lab),
    notices: [],
    faultScript: { ...script, ...(script.startedAt !== undefined && { startedAt: startedAt + script.startedAt }) },
  };
}

/** Its origins in the lab's order. */
export function originsOf(lab: VirtualLab): OriginState[] {
  return lab.definition.origins.map((origin) => originOf(lab, origin));
}

/** An origin as the balancer sees it, and as it is; undefined for one that is not there. */
export function sightOf({ simulation, recorder, startedAt }: VirtualLab, name: string): OriginSight | undefined {
  const view = simulation.balancer.origin(name);
  const origin = simulation.origin(name);
  if (!view || !origin) return undefined;
  const { status, reason, since } = view;
  const { state, faults } = origin;
  const working = state === 'running' && !faults.hang && !faults.reset;
  return { name, status, reason, since: startedAt + since, breakdowns: recorder.breakdowns(name), working };
}

function breakerOf(status: BreakerStatus | undefined, startedAt: number): BreakerStatus | undefined {
  if (!status) return undefined;
  const { until } = status;
  return { ...status, since: startedAt + status.since, ...(until !== undefined && { until: startedAt + until }) };
}

function originOf({ simulation, recorder, startedAt }: VirtualLab, definition: OriginDefinition): OriginState {
  const { balancer } = simulation;
  const view = balancer.origin(definition.name);
  const origin = simulation.origin(definition.name);
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
