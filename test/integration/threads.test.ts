import { readdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { describe, expect, it } from 'vitest';
import { file, run } from '../support/cli-fixture.ts';
import { ask, askMany } from '../support/http-client.ts';
import { alive, until } from '../support/lab-fixture.ts';
import { freePort } from '../support/ports.ts';
import { command, metrics, serveLab, state, tally, threadedNode, watch } from '../support/threaded-lab.ts';

const node = threadedNode;

it.skipIf('path' in node && node.path === process.execPath)(
  'a Node or system that cannot have several threads says so in one sentence',
  async () => {
    const lab = file('threads-here.yaml', 'evenkeel: 1\nthreads: 4\norigins: [{}]\n');
    const { code, stderr } = await run(['serve', lab, '--no-ui']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^threads: 4 needs Node 22\.12 or newer on Linux; this is Node \S+ on \w+\. .*\n$/);
  },
);

const suite = 'skipped' in node ? describe.skip : describe;
suite(`several threads${'skipped' in node ? `: skipped: ${node.skipped}` : ''}`, () => {
  it.each([2, 4])('%i: 10,000 requests count the same at the client, the origins and the screen', async (threads) => {
    const lab = await serveLab(threads);
    const screen = await watch(lab);
    const tasks = readdirSync(`/proc/${lab.serve.child.pid}/task`).length;
    const answers = await askMany(lab.proxy, 10_000, 40);
    expect(tally(answers, lab.bodies)).toEqual([2500, 2500, 2500, 2500, 0]);
    const told = await until(() => {
      const totals = screen.last()?.totals.columns;
      return totals?.completed[0] === 10_000 && totals.inFlight[0] === 0 ? totals : undefined;
    }, '10,000 on the screen');
    expect([told?.requests[0], told?.failed[0], told?.attempts[0], told?.retries[0]]).toEqual([10_000, 0, 10_000, 0]);
    const { columns } = screen.last()?.origins ?? {};
    expect([...(columns?.started ?? [])]).toEqual([2500, 2500, 2500, 2500]);
    expect([...(columns?.completed ?? [])]).toEqual([2500, 2500, 2500, 2500]);
    await until(
      async () => (await state(lab)).origins.every(({ process }) => process?.received === 2500),
      '2,500 at each origin',
    );
    // Each thread brings threads of its own; that the work is shared out is the system's business.
    expect(tasks).toBeGreaterThan(threads);
  });

  it('explains a request whichever thread decided it', async () => {
    const lab = await serveLab(4);
    const screen = await watch(lab);
    const answers = await askMany(lab.proxy, 20, 20);
    expect(tally(answers, lab.bodies)).toEqual([5, 5, 5, 5, 0]);
    const chosen: string[] = [];
    for (let request = 1; request <= 20; request++) {
      const detail = (await screen.detail(request)) as { decisions: { chosen: string }[] };
      expect(detail.decisions, String(request)).toHaveLength(1);
      chosen.push(detail.decisions[0]?.chosen ?? '');
    }
    expect(chosen.filter((name) => name === 'A')).toHaveLength(5);
  });

  it('an origin that is killed costs no GET, and all threads leave it alone and take it back', async () => {
    const lab = await serveLab(3, 'retry: { on: [connect-failure, reset], budget: off }\n');
    const flood = askMany(lab.proxy, 6000, 40);
    await until(
      async () => (await state(lab)).origins.some(({ process }) => (process?.received ?? 0) > 100),
      'traffic',
    );
    expect((await command(lab, { command: 'fault', origin: 'B', do: 'kill' })).status).toBe(200);
    const answers = await flood;
    expect(tally(answers, lab.bodies).at(-1)).toBe(0);
    const statusOf = async (): Promise<string | undefined> =>
      (await state(lab)).origins.find(({ name }) => name === 'B')?.status;
    await until(async () => /down|ejected/.test((await statusOf()) ?? ''), 'B is seen to be gone');
    const without = tally(await askMany(lab.proxy, 300, 40), lab.bodies);
    expect(without).toEqual([100, 0, 100, 100, 0]);
    expect((await command(lab, { command: 'fault', origin: 'B', do: 'restart' })).status).toBe(200);
    await until(async () => (await statusOf()) === 'up', 'B is back');
    const back = tally(await askMany(lab.proxy, 400, 40), lab.bodies);
    expect(back).toEqual([100, 100, 100, 100, 0]);
  });

  it('an outage is told of without what others refused, which is known a moment later', async () => {
    const lab = await serveLab(2);
    for (const origin of 'ABCD') await command(lab, { command: 'fault', origin, do: 'drain' });
    const texts = async (): Promise<string[]> => (await state(lab)).timeline.map(({ text }) => text);
    await until(async () => (await texts()).some((text) => text.startsWith('No origin is available')), 'the outage');
    expect(tally(await askMany(lab.proxy, 50, 10), lab.bodies)).toEqual([0, 0, 0, 0, 50]);
    await command(lab, { command: 'fault', origin: 'A', do: 'resume' });
    const over = async () => (await texts()).find((text) => text.startsWith('The outage is over'));
    expect(await until(over, 'its end')).toBe('The outage is over');
  });

  it('changes while requests flow take hold in all threads, and lose none', async () => {
    const lab = await serveLab(2);
    const agent = new Agent({ keepAlive: true, maxSockets: 40 });
    const flood = askMany(lab.proxy, 6000, 40, { agent });
    for (const strategy of ['random', 'least-connections', 'weighted-round-robin', 'ip-hash', 'round-robin']) {
      expect((await command(lab, { command: 'set-strategy', strategy })).status).toBe(200);
    }
    expect((await command(lab, { command: 'set-weight', origin: 'A', weight: 3 })).status).toBe(200);
    expect((await command(lab, { command: 'fault', origin: 'D', do: 'drain' })).status).toBe(200);
    expect(tally(await flood, lab.bodies).at(-1)).toBe(0);
    expect((await command(lab, { command: 'set-strategy', strategy: 'weighted-round-robin' })).status).toBe(200);
    expect(tally(await askMany(lab.proxy, 1000, 40), lab.bodies)).toEqual([600, 200, 200, 0, 0]);
    await until(async () => (await state(lab)).origins[3]?.status === 'drained', 'D is drained');

    const refused = await command(lab, { command: 'set-strategy', strategy: { use: 'least-time', inFlight: true } });
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('threads: 2 does not go with least-time');
    expect((await state(lab)).strategy.use).toBe('weighted-round-robin');
  });

  it('go by what origins report to any of them, and by turns that none of them has alone', async () => {
    const lab = await serveLab(
      3,
      'strategy: { use: weighted-round-robin, order: deadline }\nloadInfo: { every: 10s }\n',
    );
    expect((await command(lab, { command: 'set-weight', origin: 'A', weight: 3 })).status).toBe(200);
    expect(tally(await askMany(lab.proxy, 600, 20), lab.bodies)).toEqual([300, 100, 100, 100, 0]);
    const strategy = { use: 'least-load', method: 'weights', blackout: 0 };
    expect((await command(lab, { command: 'set-strategy', strategy })).status).toBe(200);
    expect(tally(await askMany(lab.proxy, 100, 20), lab.bodies).at(-1)).toBe(0);
    await until(async () => (await state(lab)).origins.every(({ load }) => load !== undefined), 'all have reported');
    expect((await command(lab, { command: 'set-strategy', strategy: 'least-time' })).status).toBe(200);
    expect(tally(await askMany(lab.proxy, 200, 20), lab.bodies).at(-1)).toBe(0);
  });

  it('path rules take turns in each group exactly, whichever thread decides', async () => {
    const rules = '{ prefix: /a, origins: [A, B] }, { prefix: /b, origins: [B, C, D], strategy: weighted-round-robin }';
    const lab = await serveLab(3, `strategy: { use: path-rules, rules: [${rules}] }\n`);
    const counts = async (path: string): Promise<number[]> => {
      return tally(await askMany(lab.proxy, 300, 20, { path }), lab.bodies);
    };
    expect(await Promise.all(['/a', '/b', '/other'].map(counts))).toEqual([
      [150, 150, 0, 0, 0],
      [0, 100, 100, 100, 0],
      [75, 75, 75, 75, 0],
    ]);
  });

  it('limits and their queue hold over all threads: never more at an origin, and nobody is refused', async () => {
    // An origin answers 503 to whatever comes beyond what it works on.
    const lab = await serveLab(3, 'limits: { maxInFlight: 2 }\n', '{ time: { constant: 5ms }, workers: 2, queue: 0 }');
    const screen = await watch(lab);
    const flood = askMany(lab.proxy, 2000, 60);
    await until(() => (screen.last()?.totals.columns.queued[0] ?? 0) > 10, 'a queue on the screen');
    expect(tally(await flood, lab.bodies).at(-1)).toBe(0);
    await until(() => {
      const totals = screen.last()?.totals.columns;
      return totals?.completed[0] === 2000 && totals.queued[0] === 0 && totals.inFlight[0] === 0;
    }, 'an empty queue');
  });

  it('a queue that is over is over in the figures, also while nobody watches', async () => {
    const lab = await serveLab(4, 'limits: { maxInFlight: 1 }\n', '{ time: { constant: 5ms } }');
    // Which thread has the last one to wait is chance.
    for (let round = 0; round < 4; round++) {
      await askMany(lab.proxy, 100, 40);
      await until(
        async () => (await metrics(lab)).includes('\nevenkeel_requests_queued 0\n'),
        'no queue in the metrics',
      );
      await until(async () => (await state(lab)).balancer.queued === 0, 'no queue in the state');
    }
  });

  it('the circuit breaker opens in all threads for what they have seen together', async () => {
    const lab = await serveLab(
      3,
      'breaker: { errors: 50%, minRequests: 200, open: 1m }\nhealth: { active: { timeout: 10s }, passive: off }\n',
    );
    for (const origin of ['A', 'B', 'C', 'D']) {
      expect((await command(lab, { command: 'fault', origin, do: 'errors', share: 1 })).status).toBe(200);
    }
    let sent = 0;
    await until(async () => {
      sent += (await askMany(lab.proxy, 30, 30)).length;
      return (await state(lab)).balancer.breaker?.state === 'open';
    }, 'the breaker opens');
    // No thread can have seen as many by itself.
    expect(sent).toBeLessThan(400);
    const answers = await askMany(lab.proxy, 200, 40);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 200 }, () => 503));
    expect(answers[0]?.body).toContain('circuit breaker');
  });

  it('clients stay with their origin, whichever thread they come to', async () => {
    const lab = await serveLab(4, 'sticky: on\n');
    const first = await ask(lab.proxy);
    const [cookie] = first.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^evenkeel_origin=/);
    const answers = await askMany(lab.proxy, 100, 40, { headers: { cookie: cookie?.split(';')[0] } });
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set([first.body]));
  });

  it('a port that another lab with threads listens on is not shared with it', async () => {
    const [one, other] = [await serveLab(2), await serveLab(2)];
    const text = `evenkeel: 1\nthreads: 2\nlisten: 127.0.0.1:${one.proxy}\ntraffic: off\norigins: [{ port: ${await freePort()} }]\n`;
    expect((await command(other, { command: 'load-lab', lab: text, file: 'other.yaml' })).status).toBe(200);
    const { proxy, notices } = await state(other);
    expect(proxy.port).not.toBe(one.proxy);
    expect(notices.join()).toContain(`Port ${one.proxy} is in use`);
    expect(tally(await askMany(one.proxy, 400, 40), one.bodies)).toEqual([100, 100, 100, 100, 0]);
  });

  it('nothing of them is left after the end', async () => {
    const lab = await serveLab(4);
    const { origins } = await state(lab);
    await askMany(lab.proxy, 500, 40);
    lab.serve.child.kill('SIGINT');
    expect(await lab.serve.ended).toBe(0);
    expect(lab.serve.output.stderr).toBe('');
    await expect(ask(lab.proxy)).rejects.toThrow();
    for (const { process: { pid } = {} } of origins) expect(pid !== undefined && alive(pid)).toBe(false);
  });
});
