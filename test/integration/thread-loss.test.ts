import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { askMany } from '../support/http-client.ts';
import { until } from '../support/lab-fixture.ts';
import { Clients } from '../support/raw-clients.ts';
import { command, serveLab, state, tally, threadedNode, watch } from '../support/threaded-lab.ts';

const killer = ['--require', fileURLToPath(new URL('../support/thread-killer.cjs', import.meta.url))];
const left: Clients[] = [];
afterEach(() => {
  for (const clients of left.splice(0)) clients.close();
});

const suite = 'skipped' in threadedNode ? describe.skip : describe;
suite(`a thread that dies${'skipped' in threadedNode ? `: skipped: ${threadedNode.skipped}` : ''}`, () => {
  it('gives back what it held, its requests are cut off and counted, and the others go on', async () => {
    const policies = 'limits: { maxInFlight: 6, queueTimeout: 1m }\nhealth: { active: off }\n';
    const lab = await serveLab(3, policies, '{ time: { constant: 100ms } }', killer);
    const all = async (fault: 'freeze' | 'thaw'): Promise<void> => {
      for (const origin of 'ABCD')
        expect((await command(lab, { command: 'fault', origin, do: fault })).status).toBe(200);
    };
    // As long as they are, nothing is answered, and so all of it is seen.
    await all('freeze');
    const screen = await watch(lab);
    const totals = () => screen.last()?.totals.columns;
    // 24 are at the origins, the others wait.
    const clients = new Clients(lab.proxy, 60);
    left.push(clients);
    await until(() => totals()?.inFlight[0] === 60 && totals()?.queued[0] === 36, 'all are there');
    lab.serve.child.kill('SIGUSR2');
    await until(() => clients.cut() > 0, 'some are cut off');
    await all('thaw');
    await until(() => clients.cut() + clients.answered() === 60, 'the others are answered');
    const cut = clients.cut();
    expect(cut).toBeLessThan(60);
    await until(() => totals()?.inFlight[0] === 0 && totals()?.completed[0] === 60 - cut, 'all are counted');
    expect([totals()?.requests[0], totals()?.failed[0], totals()?.queued[0]]).toEqual([60, cut, 0]);
    const { notices, origins, balancer } = await state(lab);
    expect(balancer.lostThreads).toBe(1);
    const sentence =
      /^The balancer had a problem: thread \d of 3 came to an end \(code 1\): (\d+) requests? w.* cut off, and the other threads go on without it; load the lab anew to have it back\.$/;
    expect(notices).toHaveLength(1);
    expect(Number(sentence.exec(notices[0] ?? '')?.[1])).toBe(cut);
    expect(origins.map(({ status }) => status)).toEqual(['up', 'up', 'up', 'up']);
    // Nothing of it is taken for in flight: all places are free, and turns go on exactly.
    expect((await command(lab, { command: 'set-strategy', strategy: 'round-robin' })).status).toBe(200);
    expect(tally(await askMany(lab.proxy, 24, 24), lab.bodies)).toEqual([6, 6, 6, 6, 0]);
  });

  it('the last one that leads is left when all others are gone; changes still take hold', async () => {
    const lab = await serveLab(3, '', undefined, killer);
    for (let killed = 1; killed <= 2; killed++) {
      lab.serve.child.kill('SIGUSR2');
      await until(async () => (await state(lab)).notices.length === killed, 'it is said');
    }
    expect((await state(lab)).notices[1]).toContain('no request was there');
    expect((await command(lab, { command: 'set-weight', origin: 'A', weight: 2 })).status).toBe(200);
    expect((await command(lab, { command: 'set-strategy', strategy: 'weighted-round-robin' })).status).toBe(200);
    expect(tally(await askMany(lab.proxy, 500, 20), lab.bodies)).toEqual([200, 100, 100, 100, 0]);
    lab.serve.child.kill('SIGINT');
    expect(await lab.serve.ended).toBe(0);
  });
});
