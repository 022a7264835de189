import type { Balancer } from '../core/balancer.ts';
import { BreakdownRecorder } from '../protocol/breakdown-recorder.ts';
import type { Recorder } from '../protocol/recorder.ts';
import type { EngineOriginState, EngineReport } from './engine-calls.ts';

/** What the balancer believes now, with what its failures have cost. */
export function engineReport(balancer: Balancer, recorder: Recorder): EngineReport {
  const { waiting, panic, breaker } = balancer;
  const { status } = breaker;
  const refused = recorder instanceof BreakdownRecorder ? (recorder.refusals['none-available'] ?? 0) : undefined;
  return {
    queued: waiting,
    panic,
    ...(status && { breaker: status }),
    ...(refused !== undefined && { refused }),
    origins: originStates(balancer, recorder),
  };
}

function originStates(balancer: Balancer, recorder: Recorder): EngineOriginState[] {
  const waiting = balancer.waiting > 0;
  const expected = balancer.insight.expectedShares();
  return balancer.origins.map((origin) => ({
    name: origin.name,
    weight: origin.configuredWeight,
    warmth: origin.warmth,
    status: origin.status,
    inRotation: origin.inRotation,
    panic: origin.inRotation && !origin.healthy,
    levelLoad: origin.levelLoad,
    ...(expected && { expectedShare: expected.get(origin.name) ?? 0 }),
    full: waiting && origin.full,
    queued: origin.queued,
    reason: origin.reason,
    since: origin.since,
    breakdowns: recorder instanceof BreakdownRecorder ? recorder.breakdowns(origin.name) : { retried: 0, lost: 0 },
    ...(origin.ejectedUntil !== undefined && { ejectedUntil: origin.ejectedUntil }),
    ...(origin.load && { load: origin.load }),
  }));
}
