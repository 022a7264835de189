import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OriginView } from '../../../src/core/balancer.ts';
import type { Origin, OriginRole } from '../../../src/core/origin.ts';
import { STRATEGIES } from '../../../src/core/strategies/registry.ts';
import { choices, fail, loads, rolesLab, shares } from './roles-lab.ts';
import { attempt, letter, policies, request, runChecks, tally } from './support.ts';
import { VirtualLab } from './virtual-lab.ts';

const backup: OriginRole = { backup: true };
const second: OriginRole = { priority: 1 };

describe('levels of priority', () => {
  it.each([
    [100, [100, 0]],
    [72, [100, 0]],
    [71, [99, 1]],
    [50, [70, 30]],
    [25, [35, 65]],
    [0, [0, 100]],
  ])('share as in Envoy’s documentation: %i %% of the first level healthy', (healthy, expected) => {
    expect(
      shares([
        [100, healthy],
        [10, 10],
      ]),
    ).toEqual(expected);
  });

  it('share what there is when it is not enough for all', () => {
    // Envoy: health 25 % and 25 % are 35 and 35 of 70, so half each.
    expect(
      shares([
        [100, 25],
        [100, 25],
      ]),
    ).toEqual([50, 50]);
    expect(
      shares([
        [4, 1],
        [2, 0],
        [4, 0],
      ]),
    ).toEqual([100, 0, 0]);
    expect(
      shares([
        [4, 0],
        [2, 0],
      ]),
    ).toEqual([0, 0]);
    expect(
      shares([
        [6, 1],
        [6, 1],
        [6, 1],
      ]),
    ).toEqual([34, 33, 33]);
  });

  it('spill over earlier with a smaller factor, later with a larger one', () => {
    expect(
      shares(
        [
          [4, 3],
          [4, 4],
        ],
        1,
      ),
    ).toEqual([75, 25]);
    expect(
      shares(
        [
          [4, 1],
          [4, 4],
        ],
        4,
      ),
    ).toEqual([100, 0]);
  });

  it('send the requests where they say', () => {
    const balancer = rolesLab([{}, {}, second, second]);
    expect(choices(balancer, 6)).toBe('ABABAB');
    fail(balancer, 'A');
    expect(loads(balancer)).toEqual([0.7, 0.7, expect.closeTo(0.3), expect.closeTo(0.3)]);
    const counts = tally(choices(balancer, 10_000));
    expect((counts.get('B') ?? 0) / 10_000).toBeCloseTo(0.7, 1);
    expect(Math.abs((counts.get('C') ?? 0) - (counts.get('D') ?? 0))).toBeLessThanOrEqual(1);
    expect(balancer.insight.expectedShares()).toEqual(
      new Map([
        ['A', 0],
        ['B', 0.7],
        ['C', expect.closeTo(0.15)],
        ['D', expect.closeTo(0.15)],
      ]),
    );
  });

  it('keep their turns apart: requests that spill over do not skew the others', () => {
    const balancer = rolesLab([{}, {}, {}, {}, second]);
    fail(balancer, 'D', 'C');
    const counts = tally(choices(balancer, 10_000));
    expect(Math.abs((counts.get('A') ?? 0) - (counts.get('B') ?? 0))).toBeLessThanOrEqual(1);
  });
});

describe('backups', () => {
  it('get nothing while another origin is available, and everything when none is', () => {
    const balancer = rolesLab([{}, {}, backup, backup]);
    expect(choices(balancer, 4)).toBe('ABAB');
    fail(balancer, 'A');
    expect(choices(balancer, 4)).toBe('BBBB');
    fail(balancer, 'B');
    expect(choices(balancer, 4)).toBe('CDCD');
    balancer.advance(10_000);
    expect(choices(balancer, 4)).toMatch(/^[AB]{4}$/);
  });

  it('come after the last priority', () => {
    const balancer = rolesLab([{}, backup, second]);
    fail(balancer, 'A');
    expect(choices(balancer, 2)).toBe('CC');
    fail(balancer, 'C');
    expect(choices(balancer, 2)).toBe('BB');
  });

  it('help out when the others are full, before anyone has to wait', () => {
    const balancer = rolesLab([{}, backup], { limits: { maxInFlight: 1 } });
    const [a, b] = balancer.origins as [OriginView, OriginView];
    balancer.started(a, 0);
    expect(balancer.choose(request(), 0)).toMatchObject({ origin: { name: 'B' }, reason: 'only-one' });
    balancer.started(b, 0);
    expect(balancer.choose(request(), 0)).toBeUndefined();
    balancer.finished(a, { duration: 1 }, 1);
    expect(choices(balancer, 1)).toBe('A');
  });

  it('are another origin for a request that is tried again', () => {
    const balancer = rolesLab([{}, backup]);
    expect(choices(balancer, 1, new Set(['A']))).toBe('B');
    expect(choices(balancer, 1, new Set(['A', 'B']))).toBe('A');
  });

  it('serve the path rules of their own', () => {
    const balancer = rolesLab([{}, { backup: true }]);
    balancer.setStrategy({ use: 'path-rules', rules: [{ prefix: '/b', origins: ['B'] }] }, 0);
    expect(balancer.choose(request({ path: '/b' }), 0)?.origin.name).toBe('B');
    expect(balancer.choose(request({ path: '/' }), 0)?.origin.name).toBe('A');
  });
});

describe('a role', () => {
  it('changes while requests flow', () => {
    const balancer = rolesLab([{}, {}]);
    balancer.setRole('A', backup, 0);
    expect(choices(balancer, 2)).toBe('BB');
    balancer.setRole('A', {}, 0);
    expect(new Set(choices(balancer, 4))).toEqual(new Set('AB'));
    balancer.setRole('B', { priority: 3 }, 0);
    expect(choices(balancer, 2)).toBe('AA');
    expect(() => balancer.setRole('X', {}, 0)).toThrow('There is no origin called "X"');
  });

  it('may hold a limit of its own', () => {
    const balancer = rolesLab([{ maxInFlight: 1 }, {}, { maxInFlight: 'unlimited' }], { limits: { maxInFlight: 2 } });
    for (let i = 0; i < 6; i++) balancer.started(balancer.choose(request(), 0)?.origin as OriginView, 0);
    expect(balancer.origins.map(({ inFlight }) => inFlight)).toEqual([1, 2, 3]);
    balancer.setRole('A', { maxInFlight: 2 }, 0);
    expect(balancer.origin('A')?.available).toBe(true);
    balancer.setRole('A', {}, 0);
    balancer.setPolicies(policies({ limits: { maxInFlight: 1 } }), 0);
    expect(balancer.origins.map(({ full }) => full)).toEqual([true, true, false]);
  });
});

describe.each(STRATEGIES.map(({ id }) => id))('levels with %s', (use) => {
  it('never send to an origin that is not available, and have someone as long as anyone is', () => {
    const event = fc.record({
      kind: fc.constantFrom('ask', 'ask', 'ask', 'fail', 'drain', 'resume', 'role', 'later'),
      pick: fc.nat(4),
      role: fc.record({ backup: fc.boolean(), priority: fc.nat(2) }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.boolean(), (events, panics) => {
        const balancer = rolesLab(
          [{}, {}, second, backup, {}],
          { limits: { maxInFlight: 2 }, ...(panics && { panic: 0.5 }) },
          use,
        );
        let now = 0;
        for (const { kind, pick, role } of events) {
          const name = letter(pick);
          if (kind === 'fail') attempt(balancer, name, 'reset', now);
          else if (kind === 'role') balancer.setRole(name, role, now);
          else if (kind === 'later') now += 3000;
          else if (kind !== 'ask') balancer[kind](name, now);
          const decision = balancer.choose(request({ client: `10.0.${pick}.1` }), now);
          const available = balancer.origins.filter((origin) => origin.available);
          expect(decision !== undefined).toBe(available.length > 0);
          if (!decision) continue;
          expect(decision.origin.available).toBe(true);
          expect(decision.origin.inFlight).toBeLessThan(2);
          balancer.started(decision.origin, now);
          if (pick !== 2) balancer.finished(decision.origin, { duration: 1 }, now);
          const total = new Map(balancer.origins.map((origin) => [(origin as Origin).level, origin.levelLoad]));
          const sum = [...total.values()].reduce((all, load) => all + load, 0);
          expect(sum).toBeCloseTo(balancer.origins.some(({ inRotation }) => inRotation) ? 1 : 0, 9);
        }
      }),
      { numRuns: 40 },
    );
  });
});

it('nobody starves, whatever the levels: over time every origin that is to get something does', () => {
  for (const { id } of STRATEGIES.filter(({ id: use }) => !['first-available'].includes(use))) {
    const balancer = rolesLab([{}, {}, {}, second, second], {}, id);
    fail(balancer, 'A', 'B');
    runChecks(balancer, 0, 0, () => true);
    const virtualLab = new VirtualLab(balancer, () => ({ ms: 30 }));
    for (let at = 0; at < 4000; at += 5) {
      virtualLab.arrive(at, { info: request({ client: `10.${at % 97}.${at % 89}.1`, path: `/${at}` }) });
    }
    virtualLab.run(5000);
    const got = virtualLab.shares();
    for (const name of ['C', 'D', 'E']) expect(got[name] ?? 0, `${id} ${name}`).toBeGreaterThan(20);
  }
});
