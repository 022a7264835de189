import { afterEach, describe, expect, it } from 'vitest';
import { NO_HEALTH } from '../../src/core/policies.ts';
import { isFree } from '../../src/host/free-port.ts';
import type { Lab } from '../../src/host/lab.ts';
import { isSpawned, type LabDefinition } from '../../src/protocol/lab.ts';
import { printLabFile } from '../../src/protocol/lab-file.ts';
import { alive, labDefinition, readFrames, startLab, until } from '../support/lab-fixture.ts';

let lab: Lab;
afterEach(() => lab?.stop());

const pids = (): number[] => lab.state.origins.flatMap(({ process }) => process?.pid ?? []);
const ports = (): number[] => lab.state.lab.origins.flatMap((origin) => (isSpawned(origin) ? origin.port : []));
const load = (definition: LabDefinition) => lab.command({ command: 'load-lab', lab: printLabFile(definition) });
const get = async (path = '/'): Promise<number> => (await fetch(`${lab.state.proxy.url}${path}`)).status;

describe('loading another lab', () => {
  it('replaces everything in place and leaves nothing of the lab before', async () => {
    lab = await startLab({ count: 3, traffic: { paths: ['/'], open: { rate: 100, arrivals: 'constant' } } });
    const { frames, last, close } = readFrames(lab);
    await until(() => (last()?.totals.columns.requests[0] ?? 0) > 20, 'requests of the first lab');
    const before = lab.state;
    const [oldPids, oldPorts] = [pids(), ports()];
    const next = await labDefinition({
      count: 2,
      name: 'Second',
      look: 'Look here.',
      strategy: { use: 'least-connections' },
      listen: before.lab.listen,
      traffic: { paths: ['/new'], off: true },
      clients: { count: 7, popularity: { zipf: 1 } },
    });
    const seen = frames.length;
    expect(await load(next)).toEqual({});

    const { state } = lab;
    // With every parameter filled in.
    expect(state.lab).toEqual({ ...next, strategy: { use: 'least-connections', as: 'nginx' } });
    expect(state.origins.map(({ name, process }) => [name, process?.status])).toEqual([
      ['A', 'running'],
      ['B', 'running'],
    ]);
    expect(state.proxy.url).toBe(before.proxy.url);
    expect(state.startedAt).toBeGreaterThan(before.startedAt);
    expect(state.timeline.map(({ text }) => text)).toEqual(['Lab: Second']);
    expect(state.timeline[0]?.id).toBeGreaterThan(1);
    expect(state.traffic).toMatchObject({ sent: 0, paused: false });
    expect(oldPids.filter(alive)).toEqual([]);
    for (const port of oldPorts) expect(await isFree('127.0.0.1', port), `port ${port}`).toBe(true);

    expect(await get()).toBe(200);
    // The subscriber is the same, and its counters begin anew with a snapshot.
    await until(() => last()?.totals.columns.requests[0] === 1, 'counters that begin anew');
    expect(frames.slice(seen).some(({ snapshot }) => snapshot)).toBe(true);
    close();
  });

  it('that is wrong says where, and the lab before goes on untouched', async () => {
    // Each check would change what is known of an origin.
    lab = await startLab({ count: 2, health: NO_HEALTH });
    const before = lab.state;
    const text = 'evenkeel: 1\nstrategy: round-robbin\norigins: [{ name: A, port: 99 }]\n';
    await expect(lab.command({ command: 'load-lab', lab: text, file: 'mine.yaml' })).rejects.toMatchObject({
      code: 'bad-lab',
      message: expect.stringMatching(/^mine\.yaml, line 2, column 11: .*\nmine\.yaml, line 3, column \d+: .*1024/),
    });
    await expect(lab.command({ command: 'load-lab', lab: 'slow-sever' })).rejects.toThrow(/Did you mean "slow-server"/);
    const nowhere = await labDefinition({ listen: { host: '203.0.113.7', port: 8080 } });
    await expect(load(nowhere)).rejects.toThrow('203.0.113.7 is not an address of this machine');
    expect(lab.state).toEqual(before);
    expect(pids().every(alive)).toBe(true);
    expect(await get()).toBe(200);
  });

  it('answers every request and every command that comes meanwhile', async () => {
    lab = await startLab({ count: 2 });
    const next = await labDefinition({ count: 3, name: 'Next' });
    const outcomes: Promise<string>[] = [];
    const knock = setInterval(() => {
      outcomes.push(get().then(String, () => 'refused'));
    }, 5);
    const loading = load(next);
    const strategy = lab.command({ command: 'set-strategy', strategy: 'random' });
    const again = load({ ...next, name: 'Last' });
    await Promise.all([loading, strategy, again]);
    clearInterval(knock);
    // Each has an end: an answer, or a connection that was cut or refused while the balancer moved.
    expect((await Promise.all(outcomes)).length).toBeGreaterThan(0);
    expect(lab.state.lab.name).toBe('Last');
    expect(lab.state.strategy.use).toBe('round-robin');
    expect(pids()).toHaveLength(3);
    await lab.command({ command: 'undo' });
    expect(lab.state).toMatchObject({ strategy: { use: 'random' }, lab: { name: 'Next' } });
  });

  it('forgets the fault script of the lab before, and runs its own', async () => {
    const dead: LabDefinition['faults'] = [{ at: 0, origin: 'A', do: 'kill', for: 200 }];
    lab = await startLab({ count: 1, faults: dead });
    await until(() => lab.state.timeline.some(({ label }) => label === 'A killed'), 'the kill');
    await load(await labDefinition({ count: 1, name: 'Calm', faults: [{ at: 0, origin: 'A', do: 'drain' }] }));
    await until(() => lab.state.faultScript.done === 1, 'its own script');
    await until(() => lab.state.timeline.some(({ label }) => label === 'A drains'), 'the drain');
    expect(lab.state.timeline.map(({ label }) => label)).not.toContain('A restarts');
  });

  it('stopped in the middle of a load leaves no process', async () => {
    lab = await startLab({ count: 2 });
    const [old, seen] = [pids(), new Set<number>()];
    lab.onState(() => {
      for (const pid of pids()) seen.add(pid);
    });
    const loading = load(await labDefinition({ count: 4 }));
    const late = expect(load(await labDefinition())).rejects.toThrow('The lab is stopping');
    await lab.stop();
    await Promise.all([loading, late]);
    expect([...old, ...pids(), ...seen].filter(alive)).toEqual([]);
  });

  it('lists the labs that come with Evenkeel, and loads each by its id', async () => {
    lab = await startLab({ count: 1 });
    const list = await lab.builtIn.list();
    expect(list[0]).toEqual({ id: 'default', name: 'Four healthy origins', look: expect.stringMatching(/\.$/) });
    await lab.command({ command: 'load-lab', lab: 'canary' });
    expect(lab.state.lab).toMatchObject({ name: 'Canary 9 to 1', strategy: { use: 'weighted-round-robin' } });
    await lab.command({ command: 'undo' });
    expect(lab.state.lab.name).toBe('Test');
  });
});
