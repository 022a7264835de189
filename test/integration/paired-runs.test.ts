import { afterEach, expect, test } from 'vitest';
import { DEFAULT_POLICIES, NO_HEALTH } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { type AttemptLine, attemptLines } from '../../src/protocol/attempt-line.ts';
import { labDefinition, quiesce, readFrames, startLab, until } from '../support/lab-fixture.ts';
import { simulatedRequests } from '../support/simulated-requests.ts';

let lab: Lab | undefined;
afterEach(() => lab?.stop());

test('a live lab meets the clients, and the fortunes of service, that its simulation meets', async () => {
  const definition = await labDefinition({
    count: 3,
    seed: 11,
    strategy: { use: 'ip-hash' },
    clients: { count: 40, popularity: { zipf: 1 } },
    // The lots for service times and for errors are drawn from one stream in turn: drawn otherwise, others would fail.
    service: { time: { exponential: 4 }, workers: 1, errorRate: 0.3 },
    traffic: { open: { rate: 150, arrivals: 'poisson' }, paths: ['/'] },
    health: NO_HEALTH,
    retry: { ...DEFAULT_POLICIES.retry, attempts: 1 },
  });
  lab = await startLab(definition);
  const { frames, close } = readFrames(lab);
  await until(() => (lab as Lab).state.traffic.sent > 300, 'requests');
  const { sent } = await quiesce(lab);
  const lines = (): AttemptLine[] => frames.flatMap((frame) => [...attemptLines(frame)]);
  await until(() => lines().length >= sent, 'all are told of');
  close();
  const live = lines();
  expect(live).toHaveLength(sent);

  const simulated = simulatedRequests(definition, 60_000).slice(0, sent);
  expect(counted(live.map(({ client }) => client))).toEqual(counted(simulated.map(({ client }) => client)));
  // How many failed, not which: answers that come in one breath may be told of in another order.
  const failed = (all: readonly { origin: string | null; failed: boolean }[]): number[] =>
    definition.origins.map(({ name }) => all.filter((one) => one.failed && one.origin === name).length);
  const told = live.map(({ origin, failure }) => ({ origin, failed: failure !== null }));
  expect(failed(told)).toEqual(failed(simulated));
});

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
