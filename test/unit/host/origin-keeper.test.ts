import { describe, expect, it } from 'vitest';
import type { EngineCalls } from '../../../src/engine/engine-calls.ts';
import type { FromOrigin, OriginArguments } from '../../../src/engine/origin-messages.ts';
import { OriginKeeper } from '../../../src/host/origin-keeper.ts';
import { Roster } from '../../../src/host/roster.ts';
import type { OriginProcess } from '../../../src/host/spawner.ts';
import type { WorkerThread } from '../../../src/host/worker-thread.ts';
import { Timeline } from '../../../src/protocol/timeline.ts';
import { freePort } from '../../support/ports.ts';

/** Processes in memory, of which two cannot have one port. */
class Processes {
  readonly alive: OriginArguments[] = [];

  spawn(origin: OriginArguments): OriginProcess {
    const exits: ((reason: string) => void)[] = [];
    let tell: (message: FromOrigin) => void = () => undefined;
    const end = (reason: string): void => {
      const place = this.alive.indexOf(origin);
      if (place >= 0) this.alive.splice(place, 1);
      for (const exit of exits) exit(reason);
    };
    setImmediate(() => {
      const taken = this.alive.some(({ port }) => port === origin.port);
      if (taken) tell({ type: 'failed', code: 'EADDRINUSE', message: 'taken' });
      else {
        this.alive.push(origin);
        tell({ type: 'ready', port: origin.port });
      }
    });
    return {
      pid: 1,
      send: () => undefined,
      onMessage: (listener) => {
        tell = listener;
      },
      onOutput: () => undefined,
      onExit: (listener) => void exits.push(listener),
      kill: () => void setImmediate(() => end('SIGKILL')),
    };
  }
}

function keeperOf(processes: Processes): { keeper: OriginKeeper; roster: Roster; introduced: string[] } {
  const timeline = new Timeline(() => 0);
  const roster = new Roster(timeline);
  const introduced: string[] = [];
  const request = async (call: string, { name = '' }: { name?: string } = {}): Promise<unknown> => {
    if (call === 'add-origin') introduced.push(name);
    return { origins: [] };
  };
  const keeper = new OriginKeeper({
    engine: { peer: { request } } as unknown as WorkerThread<EngineCalls>,
    roster,
    timeline,
    spawner: processes,
    seed: 1,
    balancerPort: () => BALANCER,
    notice: () => undefined,
    changed: () => undefined,
  });
  return { keeper, roster, introduced };
}

const BALANCER = 65_535;

describe('the keeper of origins', () => {
  it('restarts one once, however many ask for it meanwhile', async () => {
    const processes = new Processes();
    const { keeper, roster, introduced } = keeperOf(processes);
    const { name, ...added } = await keeper.add({ port: await freePort() });
    await Promise.all([keeper.restart(name), keeper.restart(name), keeper.restart(name)]);
    expect(processes.alive).toMatchObject([{ name, port: 'port' in added ? added.port : 0, cold: true }]);
    expect(roster.supervised(name).state.status).toBe('running');
    await keeper.restart(name);
    expect(processes.alive).toHaveLength(1);
    expect(new Set(introduced)).toEqual(new Set([name]));
    await keeper.stopAll();
    expect(processes.alive).toEqual([]);
  });

  it('gives origins that are added at once names and ports of their own', async () => {
    const processes = new Processes();
    const { keeper, roster, introduced } = keeperOf(processes);
    const added = await Promise.all([keeper.add({}), keeper.add({}), keeper.add({})]);
    const ports = added.map((origin) => ('port' in origin ? origin.port : 0));
    expect(added.map(({ name }) => name)).toEqual(['A', 'B', 'C']);
    expect(new Set(ports).size).toBe(3);
    expect(roster.all).toHaveLength(3);
    expect(introduced.sort()).toEqual(['A', 'B', 'C']);
    expect(processes.alive).toHaveLength(3);
  });

  it.each([{ url: `http://localhost:${BALANCER}` }, { url: `http://0.0.0.0:${BALANCER}` }, { port: BALANCER }])(
    'refuses the balancer itself as an origin: %j',
    async (wanted) => {
      const { keeper, roster } = keeperOf(new Processes());
      await expect(keeper.add(wanted)).rejects.toThrow("is the balancer's own");
      expect(roster.all).toEqual([]);
    },
  );

  it('adds the next one when one could not be added', async () => {
    const { keeper } = keeperOf(new Processes());
    const [first, second, third] = await Promise.allSettled([
      keeper.add({ name: 'X' }),
      keeper.add({ name: 'X' }),
      keeper.add({ name: 'Y' }),
    ]);
    expect([first.status, second.status, third.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
