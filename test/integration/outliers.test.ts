import { afterEach, expect, it } from 'vitest';
import { DEFAULT_POLICIES } from '../../src/core/policies.ts';
import type { Lab } from '../../src/host/lab.ts';
import { askMany, tally } from '../support/http-client.ts';
import { startLab, until } from '../support/lab-fixture.ts';

let lab: Lab;
afterEach(() => lab?.stop());

const ORIGINS = 6;
const ERRING = 'C';
const origin = (name: string) => lab.state.origins.find((each) => each.name === name);
const named = (status: string) => lab.state.origins.filter((each) => each.status === status).map(({ name }) => name);

it('ejects the one of six origins that answers with errors now and then, for a while, and none of the others', async () => {
  lab = await startLab({
    ...DEFAULT_POLICIES,
    count: ORIGINS,
    health: {
      active: 'off',
      // Never five failures in a row: only the comparison can tell.
      passive: 'off',
      outliers: { every: 400, minOrigins: 5, minRequests: 10, deviations: 1.9, base: 1500, max: 1500, maxShare: 0.5 },
      panic: 'off',
    },
  });
  const { port } = lab.state.proxy;
  const load = () => askMany(port, ORIGINS * 20);
  const before = await until(async () => {
    await load();
    return lab.state.origins.every(({ process }) => (process?.received ?? 0) >= 60) && named('up');
  }, 'several comparisons of origins that are all well');
  expect(before).toHaveLength(ORIGINS);

  await lab.command({ command: 'fault', origin: ERRING, do: 'errors', share: 0.4 });
  const statuses = new Set<number>();
  await until(async () => {
    for (const { status } of await load()) statuses.add(status);
    return named('ejected').length > 0;
  }, 'one is ejected');
  expect(named('ejected')).toEqual([ERRING]);
  expect(named('up')).toHaveLength(ORIGINS - 1);
  expect([...statuses].sort()).toEqual([200, 500]);
  const { reason = '', available } = origin(ERRING) ?? {};
  expect(available).toBe(false);
  const [, own, mean] = /([\d.]+) % of its requests succeeded, ([\d.]+) % on average/.exec(reason) ?? [];
  expect(Number(own)).toBeLessThan(95);
  expect(Number(mean)).toBeGreaterThan(Number(own));

  // What it had under way is over by now: as long as it is ejected it gets nothing.
  await lab.refresh();
  const received = origin(ERRING)?.process?.received;
  const answers = await load();
  await lab.refresh();
  if (named('ejected').includes(ERRING)) {
    expect(origin(ERRING)?.process?.received).toBe(received);
    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: ORIGINS * 20 });
  }

  await lab.command({ command: 'fault', origin: ERRING, do: 'heal' });
  await until(() => named('up').length === ORIGINS, 'it is back');
  expect(tally((await load()).map(({ body }) => body))).toHaveProperty(
    `origin server response :${origin(ERRING)?.address.split(':')[1]}`,
  );
  const told = lab.state.timeline.filter(({ text }) => /% on average/.test(text)).map((entry) => entry.origin);
  expect(new Set(told)).toEqual(new Set([ERRING]));
});
