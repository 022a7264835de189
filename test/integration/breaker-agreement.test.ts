import { afterEach, expect, it } from 'vitest';
import { failureOf } from '../../src/core/failure.ts';
import { BREAKER, DEFAULT_POLICIES, NO_HEALTH } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { decodeFrame } from '../../src/protocol/frame.ts';
import type { LabDefinition } from '../../src/protocol/lab.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { startLab, until } from '../support/lab-fixture.ts';

let lab: Lab;
afterEach(() => lab?.stop());

/** How often it has to open before the two are compared. */
const OPENINGS = 4;
/** Both see the same arrivals, but not the same lots for errors, and the live one is as late as its timers. */
const TOLERANCE = 0.08;

interface Run {
  /** When (ms since the start) the breaker opened. */
  readonly opened: readonly number[];
  /**
   * Of the requests that arrived between the first time and the last: how many it refused. When the first one is, says how soon the
   * first answers come, which on a busy machine takes origins seconds.
   */
  readonly refused: number;
}

it('opens and refuses live as it does in simulation', async () => {
  lab = await startLab({
    ...DEFAULT_POLICIES,
    count: 2,
    service: { time: { constant: 5 }, errorRate: 0.5 },
    health: NO_HEALTH,
    breaker: { ...BREAKER, open: 600, recover: 1500 },
    traffic: { paths: ['/'], open: { rate: 60, arrivals: 'constant' } },
  });
  const live = await measured(lab);
  const simulated = simulate(lab.state.lab);
  for (const { opened, refused } of [live, simulated]) {
    expect(opened).toHaveLength(OPENINGS);
    expect(refused).toBeGreaterThan(0.5);
    // What is let in while it recovers opens it again before it could close.
    const gaps = opened.slice(1).map((at, index) => at - (opened[index] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThan(600);
  }
  expect(Math.abs(live.refused - simulated.refused), JSON.stringify({ live, simulated })).toBeLessThan(TOLERANCE);
});

async function measured({ state: { startedAt } }: Lab): Promise<Run> {
  const requests: { readonly at: number; readonly refused: boolean }[] = [];
  const subscription = lab.subscribe(
    (bytes) => {
      const { attempts, sequence } = decodeFrame(bytes);
      for (let row = 0; row < attempts.rows; row++) {
        const refused = failureOf(attempts.columns.failure[row] ?? 0)?.kind === 'circuit-open';
        requests.push({ at: attempts.columns.at[row] ?? 0, refused });
      }
      subscription.acknowledge(sequence);
    },
    { everything: true },
  );
  const openings = () => lab.state.timeline.filter(({ label }) => label === 'Circuit open').map(({ at }) => at);
  await until(() => openings().length >= OPENINGS, 'it has opened several times');
  const opened = openings().slice(0, OPENINGS);
  const end = opened.at(-1) ?? 0;
  await until(() => (requests.at(-1)?.at ?? 0) > end, 'the requests until then are told of');
  subscription.close();
  const between = requests.filter(({ at }) => at >= (opened[0] ?? 0) && at < end);
  return {
    opened: opened.map((at) => at - startedAt),
    refused: between.filter(({ refused }) => refused).length / between.length,
  };
}

function simulate(definition: LabDefinition): Run {
  const opened: number[] = [];
  let first = { rejected: 0, offered: 0 };
  const simulation: Simulation = new Simulation(definition, {
    strategy: definition.strategy,
    seed: definition.seed,
    duration: 600_000,
    warmup: 0,
    onBreaker: ({ state, since }) => {
      if (state !== 'open') return;
      if (opened.length === 0) first = { ...simulation.measures };
      opened.push(since);
    },
  });
  while (opened.length < OPENINGS && !simulation.done) simulation.run(1);
  const { rejected, offered } = simulation.measures;
  return { opened, refused: (rejected - first.rejected) / (offered - first.offered) };
}
