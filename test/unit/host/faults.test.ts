import { describe, expect, it } from 'vitest';
import { doFault, type OriginFault } from '../../../src/host/faults.ts';
import type { Lab } from '../../../src/host/lab.ts';
import { type Member, Roster } from '../../../src/host/roster.ts';
import { Timeline } from '../../../src/protocol/timeline.ts';

/** A lab with one origin, which says that a fault is done when the test lets it. */
function labOf(told: Promise<void>) {
  const timeline = new Timeline(() => 0);
  const roster = new Roster(timeline);
  const act = (): Promise<void> => told;
  const member = {
    definition: { name: 'A' },
    supervised: { kill: act, freeze: act, thaw: act, setFaults: act, heal: act },
    failedAt: undefined,
  } as unknown as Member;
  roster.add(member);
  const run = { roster, faults: { begun: () => undefined } };
  return { lab: { timeline, run } as unknown as Lab, member };
}

const FAULTS: readonly OriginFault[] = [
  { origin: 'A', do: 'kill' },
  { origin: 'A', do: 'freeze' },
  { origin: 'A', do: 'hang' },
  { origin: 'A', do: 'reset' },
];

describe.each(FAULTS)('an origin that is to $do', (fault) => {
  it('counts as failing before it says that it does: the balancer may notice it first', async () => {
    let say: () => void = () => undefined;
    const { lab, member } = labOf(
      new Promise((resolve) => {
        say = resolve;
      }),
    );
    const done = doFault(lab, fault);
    await Promise.resolve();
    expect(member.failedAt).toBeTypeOf('number');
    expect(lab.timeline.entries).toEqual([]);
    say();
    await done;
    expect(member.failedAt).toBeTypeOf('number');
    expect(lab.timeline.entries).toHaveLength(1);
  });

  it('and cannot does not count as failing', async () => {
    const { lab, member } = labOf(Promise.reject(new Error('not running')));
    await expect(doFault(lab, fault)).rejects.toThrow('not running');
    expect(member.failedAt).toBeUndefined();
  });
});

describe('an origin that is to be slow', () => {
  it('does not count as failing', async () => {
    const { lab, member } = labOf(Promise.resolve());
    await doFault(lab, { origin: 'A', do: 'slow', factor: 10 });
    expect(member.failedAt).toBeUndefined();
  });
});
