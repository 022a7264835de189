import { afterEach, expect, it } from 'vitest';
import { DEFAULT_POLICIES } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { parseCommand } from '../../src/protocol/command-schema.ts';
import type { TimelineEntry } from '../../src/protocol/state.ts';
import { VirtualLab } from '../../src/simulation/virtual-lab.ts';
import { startLab, until } from '../support/lab-fixture.ts';

let lab: Lab;
afterEach(() => lab?.stop());

const at = (command: string, more: object) => ({ command, ...more });
const STORY = [
  at('set-strategy', { strategy: 'least-connections' }),
  at('set-traffic', { traffic: { open: { rate: 40, arrivals: 'constant' } } }),
  at('set-clients', { clients: { count: 7 } }),
  at('burst', { requests: 5, over: 100 }),
  at('set-weight', { origin: 'A', weight: 3 }),
  at('set-role', { origin: 'A', role: { maxInFlight: 9 } }),
  at('set-service', { origin: 'C', service: { time: { constant: 5 } } }),
  at('set-sticky', { sticky: 'on' }),
  at('set-policies', { policies: { retry: { attempts: 2 } } }),
  at('add-origin', { origin: { name: 'E' } }),
  at('remove-origin', { origin: 'E' }),
  at('fault', { origin: 'B', do: 'kill' }),
];
const RESTART = at('fault', { origin: 'B', do: 'restart' });

const isDown = ({ kind, origin }: TimelineEntry) => kind === 'noticed' && origin === 'B';
const isBack = ({ kind, origin }: TimelineEntry) => kind === 'returned' && origin === 'B';

/** What is said, without signals, ports, and how many checks it took. */
const said = (entries: readonly TimelineEntry[]) =>
  entries
    .filter(({ kind }) => kind !== 'lab')
    .map(({ kind, text, label, origin, failover }) => ({
      kind,
      text: text
        .replace(/ \(SIG\w+\)/, '')
        .replace(/:\d+$/, '')
        .replace(/^(B is down): .*/, '$1'),
      label,
      origin,
      figures: failover && Object.keys(failover).sort(),
    }));

it('a simulation tells the same story in the same words as the live lab, undo included', async () => {
  lab = await startLab({
    count: 3,
    service: { time: { constant: 20 } },
    traffic: { paths: ['/'], open: { rate: 30, arrivals: 'constant' } },
    health: {
      ...DEFAULT_POLICIES.health,
      active: { path: '/healthz', every: 300, timeout: 10_000, fall: 2, rise: 2 },
      passive: 'off',
    },
  });
  const definition = lab.run.definition;
  const virtual = new VirtualLab({ definition, seed: 1, startedAt: 0, firstId: 1 });
  const entries = () => virtual.state({} as never, { seed: 1, speed: 1, at: 0, reached: 0 }, true).timeline;
  const go = (until: number) => {
    while (!virtual.run(1_000_000, until));
  };
  const act = async (command: object) => {
    await lab.command(command);
    virtual.execute(parseCommand(command, virtual.definition), 0);
  };
  go(1000);
  for (const command of STORY) await act(command);
  expect(said(entries())).toEqual(said(lab.state.timeline));
  await until(() => lab.state.timeline.some(isDown), 'B is seen down');
  go(10_000);
  expect(entries().some(isDown)).toBe(true);
  await act(RESTART);
  await until(() => lab.state.timeline.some(isBack), 'B is back');
  go(20_000);
  expect(said(entries())).toEqual(said(lab.state.timeline));
  expect(said(entries()).at(-1)).toMatchObject({
    text: 'B is back in rotation',
    figures: ['lost', 'noticedAfter', 'recoveredAfter', 'retried'],
  });
  // Taken back one after the other, both are told the same.
  for (let left = 4; left > 0; left--) await act({ command: 'undo' });
  expect(virtual.state({} as never, { seed: 1, speed: 1, at: 0, reached: 0 }, true).undo).toEqual(lab.state.undo);
  const plain = ({ origins, ...rest }: typeof definition) => ({
    ...rest,
    origins: origins.map((origin) => ({ ...origin, port: 0 })),
  });
  expect(plain(virtual.definition)).toEqual(plain(lab.run.definition));
});
