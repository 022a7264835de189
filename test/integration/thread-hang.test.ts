import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { askMany } from '../support/http-client.ts';
import { until } from '../support/lab-fixture.ts';
import { Clients } from '../support/raw-clients.ts';
import { command, serveLab, state, tally, threadedNode, watch } from '../support/threaded-lab.ts';

const hanger = ['--require', fileURLToPath(new URL('../support/thread-hanger.cjs', import.meta.url))];
const SENTENCE =
  /^The balancer had a problem: thread 2 of 3 had not answered for 8 s and was ended: (?:(\d+) requests? and )?whoever had come to it since (?:was|were) cut off, and the other threads go on without it; load the lab anew to have it back\.$/;

const all: Clients[] = [];
afterEach(() => {
  for (const clients of all.splice(0)) clients.close();
});

function clientsOf(port: number, count: number): Clients {
  const clients = new Clients(port, count);
  all.push(clients);
  return clients;
}

const suite = 'skipped' in threadedNode ? describe.skip : describe;
suite(`a thread that turns in a loop${'skipped' in threadedNode ? `: skipped: ${threadedNode.skipped}` : ''}`, () => {
  it('is noticed and ended; its requests are cut off and counted, and the others go on', async () => {
    const lab = await serveLab(3, '', '{ time: { constant: 60s } }', hanger);
    const screen = await watch(lab);
    const totals = () => screen.last()?.totals.columns;
    const clients = clientsOf(lab.proxy, 60);
    await until(() => totals()?.inFlight[0] === 60, 'all are there');
    lab.serve.child.kill('SIGUSR2');
    const notice = await until(async () => (await state(lab)).notices[0], 'it is said');
    const cut = Number(SENTENCE.exec(notice ?? '')?.[1]);
    expect(cut).toBeGreaterThan(0);
    await until(() => clients.cut() === cut, 'its clients know');
    await until(() => totals()?.inFlight[0] === 60 - cut && totals()?.failed[0] === cut, 'all are counted');
    lab.serve.child.kill('SIGINT');
    expect(await lab.serve.ended).toBe(0);
  });

  it('inside what all threads share keeps the others waiting for a moment only', async () => {
    const lab = await serveLab(3, '', undefined, hanger);
    const screen = await watch(lab);
    lab.serve.child.kill('SIGPIPE');
    // Whoever is given to that thread waits until it is ended; all others are answered before.
    const clients = clientsOf(lab.proxy, 60);
    await until(() => clients.answered() > 20, 'others are answered');
    expect((await state(lab)).notices).toEqual([]);
    const notice = await until(async () => (await state(lab)).notices[0], 'it is said');
    expect(notice).toMatch(SENTENCE);
    await until(() => clients.answered() + clients.cut() === 60, 'each client knows');
    await until(() => screen.last()?.totals.columns.inFlight[0] === 0, 'nothing is taken for in flight');
    expect((await command(lab, { command: 'set-strategy', strategy: 'round-robin' })).status).toBe(200);
    expect(tally(await askMany(lab.proxy, 400, 20), lab.bodies)).toEqual([100, 100, 100, 100, 0]);
  });

  it('and leads the others is said to be silent, and the lab can be ended', async () => {
    const lab = await serveLab(3, '', undefined, hanger);
    lab.serve.child.kill('SIGWINCH');
    const notice = await until(async () => (await state(lab)).notices[0], 'it is said');
    expect(notice).toBe(
      'The balancer had a problem: its thread has not answered for 8 s; if it does not come back, start Evenkeel anew.',
    );
    await until(() => lab.serve.output.stderr.includes(notice ?? ''), 'it is printed');
    lab.serve.child.kill('SIGINT');
    expect(await lab.serve.ended).toBe(0);
  });

  it('and leads the others keeps no command waiting for ever, and does as the screen says when it is back', async () => {
    // Shorter than it hangs.
    const lab = await serveLab(3, 'health: { active: { timeout: 3s } }\n', undefined, hanger);
    const waits = async (): Promise<unknown> => {
      const asked = command(lab, { command: 'set-strategy', strategy: 'first-available' });
      return Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 1000))]);
    };
    lab.serve.child.kill('SIGIO');
    await until(async () => (await waits()) === undefined, 'it hangs');
    const loaded = command(lab, { command: 'load-lab', lab: 'herd' });
    const asked = await command(lab, { command: 'set-strategy', strategy: 'first-available' });
    for (const { status, body } of [asked, await loaded]) {
      expect(status).toBe(503);
      expect(JSON.parse(body).error.message).toBe(
        'The balancer does not answer, so this may not have been done; if that lasts, start Evenkeel anew.',
      );
    }
    await until(async () => (await state(lab)).notices.length === 2, 'it is back');
    expect((await state(lab)).strategy).toEqual({ use: 'round-robin' });
    await until(async () => (await command(lab, { command: 'marker', text: 'back' })).status === 200, 'it answers');
    // What its checks were answered meanwhile counts, though it is read late.
    expect((await state(lab)).timeline.map(({ kind }) => kind)).toEqual(['lab', 'marker']);
    expect(tally(await askMany(lab.proxy, 400, 20), lab.bodies)).toEqual([100, 100, 100, 100, 0]);
  });
});
