import { describe, expect, it } from 'vitest';
import { choices, fail, rolesLab, shares } from './roles-lab.ts';
import { policies } from './support.ts';
import { VirtualLab } from './virtual-lab.ts';

describe('panic', () => {
  it('uses every origin when fewer than the threshold are healthy, but none that drains', () => {
    const balancer = rolesLab([{}, {}, {}, {}], { panic: 0.5 });
    fail(balancer, 'A', 'B');
    expect([balancer.panic, choices(balancer, 4)]).toEqual([false, 'CDCD']);
    balancer.drain('D', 0);
    expect(balancer.panic).toBe(true);
    expect(choices(balancer, 6)).toBe('ABCABC');
    expect(balancer.origin('A')).toMatchObject({
      status: 'ejected',
      healthy: false,
      inRotation: true,
      available: true,
    });
    balancer.resume('D', 0);
    expect([balancer.panic, new Set(choices(balancer, 4))]).toEqual([false, new Set('CD')]);
  });

  it('never is, unless it is switched on', () => {
    const balancer = rolesLab([{}, {}]);
    fail(balancer, 'A', 'B');
    expect(choices(balancer, 1)).toBe('-');
    balancer.setPolicies(policies({ panic: 0.5 }), 0);
    expect(choices(balancer, 2)).toBe('AB');
    balancer.setPolicies(policies({}), 0);
    expect(choices(balancer, 1)).toBe('-');
  });

  it('ejects no one once more for what is known', () => {
    const balancer = rolesLab([{}, {}], { panic: 1 });
    fail(balancer, 'A');
    const until = balancer.origin('A')?.ejectedUntil;
    fail(balancer, 'A', 'A');
    expect(balancer.origin('A')?.ejectedUntil).toBe(until);
  });

  it('is not needed where other levels carry the load', () => {
    expect(
      shares(
        [
          [4, 0],
          [1, 1, true],
        ],
        1.4,
        0.5,
      ),
    ).toEqual([0, 100]);
    expect(
      shares(
        [
          [4, 1],
          [4, 3],
        ],
        1.4,
        0.5,
      ),
    ).toEqual([35, 65]);
    // 35 % and 35 % do not make it: both levels panic, and the first has all.
    expect(
      shares(
        [
          [4, 1],
          [4, 1],
        ],
        1.4,
        0.5,
      ),
    ).toEqual([-100, -0]);
    expect(
      shares(
        [
          [4, 1],
          [2, 2, true],
        ],
        1.4,
        0.5,
      ),
    ).toEqual([-100, 0]);
    expect(
      shares(
        [
          [4, 0],
          [2, 0, true],
        ],
        1.4,
        0.5,
      ),
    ).toEqual([-100, -0]);
  });

  it('lets those wait go on whom nobody else could serve', () => {
    const balancer = rolesLab([{}, {}], { panic: 0.5, active: { fall: 1 }, limits: { maxInFlight: 1 } });
    const virtualLab = new VirtualLab(
      balancer,
      () => ({ ms: 5000 }),
      () => false,
    );
    for (const at of [100, 101, 102]) virtualLab.arrive(at);
    virtualLab.run(20_000);
    expect(virtualLab.tally()).toEqual({ ok: 3 });
    expect(balancer.origins.map(({ status }) => status)).toEqual(['down', 'down']);
  });
});
