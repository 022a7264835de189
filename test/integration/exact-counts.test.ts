import { Agent, request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { Lab } from '../../src/host/lab.ts';
import { isSampled } from '../../src/protocol/sampling.ts';
import { readFrames, startLab, until } from '../support/lab-fixture.ts';

let lab: Lab | undefined;
afterEach(async () => {
  await lab?.stop();
  lab = undefined;
});

/** Sends `total` GETs over `connections` keep-alive connections as fast as they go; counts the answers by body. */
async function flood(port: number, total: number, connections: number): Promise<Map<string, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers = new Map<string, number>();
  let left = total;
  const get = (): Promise<void> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, agent }, (answer) => {
        let body = '';
        answer.on('data', (chunk) => {
          body += chunk;
        });
        answer.on('end', () => {
          const key = answer.statusCode === 200 ? body : String(answer.statusCode);
          answers.set(key, (answers.get(key) ?? 0) + 1);
          resolve();
        });
      })
        .on('error', reject)
        .end();
    });
  const client = async (): Promise<void> => {
    while (left-- > 0) await get();
  };
  await Promise.all(Array.from({ length: connections }, client));
  agent.destroy();
  return answers;
}

test('10,000 requests at full speed: client, engine, origins and the wire to the screen count the same', async () => {
  lab = await startLab({ count: 4 });
  const running = lab;
  const screen = readFrames(running);
  const answers = await flood(running.state.proxy.port, 10_000, 32);
  await until(
    () => screen.last()?.totals.columns.requests[0] === 10_000 && screen.last()?.totals.columns.inFlight[0] === 0,
    '10,000 on the screen',
  );
  await running.refresh();

  const client = [...answers.values()].sort();
  expect(client).toEqual([2500, 2500, 2500, 2500]);
  expect(running.state.origins.map(({ process }) => process?.received)).toEqual([2500, 2500, 2500, 2500]);

  const frame = screen.last();
  const totals = frame?.totals.columns;
  expect([
    totals?.requests[0],
    totals?.completed[0],
    totals?.failed[0],
    totals?.attempts[0],
    totals?.retries[0],
  ]).toEqual([10_000, 10_000, 0, 10_000, 0]);
  expect([...(frame?.origins.columns.started ?? [])]).toEqual([2500, 2500, 2500, 2500]);
  expect([...(frame?.origins.columns.completed ?? [])]).toEqual([2500, 2500, 2500, 2500]);

  // Every attempt is accounted for frame by frame, whether its row was sampled or not.
  expect(screen.frames.reduce((sum, { ended }) => sum + ended, 0)).toBe(10_000);
  // Each second's row is absolute: the last one of each second is that second's truth.
  const seconds = new Map<string, { started: number; ended: number }>();
  for (const { seconds: table, strings } of screen.frames) {
    for (let row = 0; row < table.rows; row++) {
      const { second, origin, started, ended } = table.columns;
      seconds.set(`${second[row]} ${strings[origin[row] ?? 0]}`, {
        started: started[row] ?? 0,
        ended: ended[row] ?? 0,
      });
    }
  }
  const perOrigin = [...seconds].filter(([key]) => !key.endsWith(' '));
  expect(perOrigin.reduce((sum, [, row]) => sum + row.started, 0)).toBe(10_000);
  const whole = [...seconds].filter(([key]) => key.endsWith(' '));
  expect(whole.reduce((sum, [, row]) => sum + row.ended, 0)).toBe(10_000);

  // At this speed, which only a very slow machine does not reach, the rows must have been thinned, and the frames must say so.
  const sampled = screen.frames.filter(({ sampling }) => sampling > 1);
  const busiest = Math.max(...whole.map(([, { ended }]) => ended));
  if (busiest > 2000) expect(sampled.length).toBeGreaterThan(0);
  for (const { attempts, sampling } of sampled) {
    for (let row = 0; row < attempts.rows; row++)
      expect(isSampled(attempts.columns.request[row] ?? 0, sampling)).toBe(true);
  }
  screen.close();
});
