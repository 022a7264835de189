import { afterEach, describe, expect, it } from 'vitest';
import type { Lab } from '../../src/host/lab.ts';
import { ask, askMany } from '../support/http-client.ts';
import { alive, startLab, until } from '../support/lab-fixture.ts';

let lab: Lab;
afterEach(() => lab?.stop());

const undo = () => lab.command({ command: 'undo' });
const label = () => lab.state.undo?.label;
const labels = () => lab.state.timeline.map((entry) => entry.label);
const statusOf = (name: string) => lab.state.origins.find((origin) => origin.name === name)?.process?.status;

describe('undo', () => {
  it('takes back one change after the other, until there is none', async () => {
    lab = await startLab({ count: 2 });
    await expect(undo()).rejects.toThrow('There is nothing to undo.');
    await lab.command({ command: 'set-strategy', strategy: 'random' });
    await lab.command({ command: 'set-weight', origin: 'B', weight: 3 });
    await lab.command({ command: 'add-origin', origin: {} });
    expect(label()).toBe('adding C');
    await undo();
    expect(lab.state.origins.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(label()).toBe('weight of B → 1');
    await undo();
    expect(lab.state.origins[1]?.weight).toBe(1);
    await lab.command({ command: 'marker', text: 'A note is no change' });
    expect(label()).toBe('strategy → round robin');
    await undo();
    expect(lab.state.strategy.use).toBe('round-robin');
    expect(label()).toBeUndefined();
  });

  it('restarts what was killed, thaws what was frozen, and brings back what was removed', async () => {
    lab = await startLab({ count: 2 });
    const definition = lab.state.lab.origins[1];
    await lab.command({ command: 'fault', origin: 'B', do: 'slow', factor: 3 });
    await lab.command({ command: 'fault', origin: 'B', do: 'kill' });
    await until(() => statusOf('B') === 'exited', 'its end');
    expect(label()).toBe('killing B');
    await undo();
    expect(statusOf('B')).toBe('running');
    expect(lab.state.origins[1]?.process?.faults.slow).toBe(3);
    await lab.command({ command: 'remove-origin', origin: 'B' });
    await undo();
    expect(lab.state.lab.origins[1]).toEqual(definition);
    expect(lab.state.origins[1]?.process?.faults.slow).toBe(3);
    await lab.command({ command: 'fault', origin: 'B', do: 'freeze' });
    await undo();
    expect(statusOf('B')).toBe('running');
    expect(label()).toBe('slowing B');
  });

  it('brings an origin back to its place, on the screen and in the balancer', async () => {
    lab = await startLab({ count: 3, strategy: { use: 'first-available' } });
    const answeredBy = async () => {
      const before = lab.state.origins.map(({ process }) => process?.received ?? 0);
      await fetch(lab.state.proxy.url);
      await lab.refresh();
      return lab.state.origins.find(({ process }, index) => (process?.received ?? 0) > (before[index] ?? 0))?.name;
    };
    await lab.command({ command: 'remove-origin', origin: 'A' });
    await undo();
    expect(lab.state.origins.map(({ name }) => name)).toEqual(['A', 'B', 'C']);
    await until(() => lab.state.origins[0]?.available === true, 'A');
    expect(await answeredBy()).toBe('A');
  });

  it('makes the end of a fault that lasts a while needless', async () => {
    lab = await startLab({ count: 2 });
    await lab.command({ command: 'fault', origin: 'B', do: 'slow', factor: 3, for: 1000 });
    await undo();
    await lab.command({ command: 'fault', origin: 'B', do: 'slow', factor: 5 });
    await lab.command({ command: 'fault', origin: 'A', do: 'drain', for: 1500 });
    await until(() => labels().includes('A resumes'), 'the later end of another fault');
    expect(lab.state.origins[1]?.process?.faults.slow).toBe(5);
  });
});

describe('a burst', () => {
  it('comes on top of the traffic, is counted with it and is told', async () => {
    lab = await startLab({ count: 2 });
    await lab.command({ command: 'burst', requests: 120, over: 300 });
    await until(() => lab.state.traffic.completed === 120, 'all its answers');
    await lab.refresh();
    expect(lab.state.traffic).toMatchObject({ sent: 120, completed: 120, failed: 0 });
    expect(lab.state.timeline.at(-1)).toMatchObject({ kind: 'traffic', text: 'Burst: 120 requests within 300 ms' });
    await lab.command({ command: 'pause' });
    await expect(lab.command({ command: 'burst', requests: 1, over: 0 })).rejects.toThrow('The traffic is paused');
  });
});

describe('the fault script of a running lab', () => {
  it('is written, run, stopped and run again while it runs', async () => {
    lab = await startLab({ count: 2 });
    await expect(lab.command({ command: 'run-faults' })).rejects.toThrow('There is nothing in the fault script');
    await expect(lab.command({ command: 'set-faults', faults: [{ at: 0, origin: 'X', do: 'kill' }] })).rejects.toThrow(
      'There is no origin "X".',
    );
    const faults = [
      { at: 0, origin: 'B', do: 'slow', factor: 3 },
      { at: 3_600_000, origin: 'A', do: 'kill' },
    ];
    await lab.command({ command: 'set-faults', faults });
    expect(lab.state).toMatchObject({ lab: { faults }, faultScript: { running: false, done: 0 } });
    await lab.command({ command: 'run-faults' });
    await until(() => lab.state.origins[1]?.process?.faults.slow === 3, 'its first line');
    expect(lab.state.faultScript).toMatchObject({ running: true, done: 1, startedAt: expect.any(Number) });
    await lab.command({ command: 'stop-faults' });
    expect(lab.state.faultScript).toMatchObject({ running: false, done: 1 });
    await lab.command({ command: 'remove-origin', origin: 'B' });
    expect(lab.state.lab.faults).toEqual([faults[1]]);
    await undo();
    expect(lab.state.lab.faults).toEqual(faults);
  });
});

describe('while requests flow', () => {
  it('an origin that is removed answers what it has before its process ends', async () => {
    lab = await startLab({ count: 1, service: { time: { constant: 700 } } as never });
    const { port } = lab.state.proxy;
    const pid = lab.state.origins[0]?.process?.pid ?? 0;
    const answers = Array.from({ length: 10 }, () => ask(port));
    await until(async () => {
      await lab.refresh();
      return lab.state.origins[0]?.process?.received === 10;
    }, 'all are there');
    await lab.command({ command: 'remove-origin', origin: 'A' });
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(alive(pid)).toBe(false);
  });

  it('clients with connections that stay open do not notice another forwarder', async () => {
    lab = await startLab({ count: 2 });
    const { port } = lab.state.proxy;
    let on = true;
    const clients = Array.from({ length: 8 }, async () => {
      const failed: string[] = [];
      while (on) for (const { status, body } of await askMany(port, 20, 1)) if (status !== 200) failed.push(body);
      return failed;
    });
    for (let change = 0; change < 8; change++) {
      await lab.command({ command: 'set-forwarder', forwarder: change % 2 === 0 ? 'http-proxy' : 'native' });
    }
    on = false;
    expect((await Promise.all(clients)).flat()).toEqual([]);
  });
});
