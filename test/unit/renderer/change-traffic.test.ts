// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';
import { LabClient } from '../../../renderer/app/lab-client.ts';
import { changeTraffic } from '../../../renderer/features/load/change-traffic.ts';
import { stepTraffic } from '../../../renderer/features/load/load.ts';
import type { TrafficDefinition } from '../../../src/protocol/lab.ts';
import { Peer } from '../../../src/protocol/peer.ts';
import { createMemoryTransports } from '../../support/memory-transports.ts';
import { STUB_STATE } from '../../support/stub-lab.ts';

it('takes each press of a button for a step, though the lab has not confirmed the one before', async () => {
  const [here, there] = createMemoryTransports();
  const rates: number[] = [];
  const stateWith = (rate: number) => ({
    ...STUB_STATE,
    lab: { ...STUB_STATE.lab, traffic: { paths: ['/'], open: { rate, arrivals: 'poisson' } } },
  });
  const peer = new Peer(there, {
    state: () => stateWith(20),
    subscribe: () => undefined,
    command: ({ traffic }: { traffic: TrafficDefinition }) => {
      if ('open' in traffic) rates.push(traffic.open.rate);
      return {};
    },
  });
  const client = new LabClient(async () => ({ transport: here }));
  client.start();
  await vi.waitFor(() => expect(client.store.getState().connection).toBe('open'));
  for (let press = 0; press < 3; press++) changeTraffic(client, (now) => stepTraffic(now, 1));
  await vi.waitFor(() => expect(rates).toEqual([30, 40, 50]));
  // The lab has it, and then somebody takes it back.
  peer.emit('state', stateWith(50));
  peer.emit('state', stateWith(20));
  await vi.waitFor(() => expect(client.store.getState().lab?.lab.traffic).toMatchObject({ open: { rate: 20 } }));
  changeTraffic(client, (now) => stepTraffic(now, 1));
  await vi.waitFor(() => expect(rates.at(-1)).toBe(30));
});
