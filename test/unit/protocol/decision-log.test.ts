import { describe, expect, it } from 'vitest';
import type { OriginView } from '../../../src/core/balancer.ts';
import { DecisionLog } from '../../../src/protocol/decision-log.ts';
import { Recorder, SilentRecorder } from '../../../src/protocol/recorder.ts';
import { isSampled } from '../../../src/protocol/sampling.ts';
import { lab, request } from '../core/support.ts';

const AT = 1_700_000_000_000;

/** A recorder that has just seen `rate` requests in this second. */
function busy(rate: number): Recorder {
  const recorder = new Recorder();
  for (let index = 0; index < rate; index++) recorder.requestStarted(AT);
  return recorder;
}

describe('DecisionLog', () => {
  it('remembers what was compared before the choice was made', () => {
    const { balancer } = lab([1, 1, 1], { strategy: { use: 'round-robin' } });
    const decisions = new DecisionLog(balancer, new Recorder());
    expect(decisions.choose(1, 1, request(), AT)?.origin.name).toBe('A');
    expect(decisions.choose(2, 1, request(), AT + 5)?.origin.name).toBe('B');
    const [decision] = decisions.detail(2).decisions;
    expect(decision).toMatchObject({
      attempt: 1,
      at: AT + 5,
      strategy: 'round-robin',
      reason: 'strategy',
      chosen: 'B',
    });
    const turns = decision?.candidates.map(({ origin, figures }) => [origin, figures[0]?.value]);
    expect(turns).toEqual([
      ['A', 2],
      ['B', 0],
      ['C', 1],
    ]);
  });

  it('tells what others would have chosen in the lab as it was when the choice was made', () => {
    const { balancer } = lab([1, 1], { strategy: { use: 'first-available' } });
    const decisions = new DecisionLog(balancer, new Recorder());
    for (const id of [1, 2]) {
      const origin = decisions.choose(id, 1, request(), AT)?.origin as OriginView;
      decisions.keep();
      balancer.started(origin, AT);
    }
    balancer.started(balancer.origin('B') as OriginView, AT);
    const least = [1, 2].map((id) =>
      decisions.detail(id).decisions[0]?.others?.find(({ strategy }) => strategy === 'least-connections'),
    );
    expect(least.map((choice) => choice?.origin)).toEqual(['A', 'B']);
  });

  it('chooses exactly as the balancer would alone', () => {
    const spec = { strategy: { use: 'weighted-round-robin' } };
    const alone = lab([5, 1, 1], spec).balancer;
    const { balancer } = lab([5, 1, 1], spec);
    const decisions = new DecisionLog(balancer, new Recorder());
    for (let index = 1; index <= 50; index++) {
      const expected = alone.choose(request(), AT)?.origin.name;
      expect(decisions.choose(index, 1, request(), AT)?.origin.name).toBe(expected);
    }
  });

  it('keeps the tries of a request together, with what had been tried', () => {
    const { balancer } = lab([1, 1], { strategy: { use: 'least-connections' } });
    const decisions = new DecisionLog(balancer, new Recorder());
    decisions.choose(7, 1, request(), AT);
    decisions.choose(7, 2, request(), AT + 1, new Set(['A']));
    const { decisions: both } = decisions.detail(7);
    expect(both.map(({ attempt, reason, chosen }) => [attempt, reason, chosen])).toEqual([
      [1, 'strategy', 'A'],
      [2, 'retry', 'B'],
    ]);
    expect(both[1]?.candidates.map(({ origin, tried }) => [origin, tried])).toEqual([
      ['A', true],
      ['B', false],
    ]);
    expect(both[0]?.candidates[0]?.figures.map(({ label }) => label)).toContain('in flight');
  });

  it('shows the origins as they were, whatever happens to them later', () => {
    const { balancer } = lab([1, 1]);
    const decisions = new DecisionLog(balancer, new Recorder());
    decisions.choose(1, 1, request(), AT);
    balancer.drain('B', AT);
    decisions.choose(2, 1, request(), AT);
    balancer.drain('A', AT);
    expect(decisions.choose(3, 1, request(), AT)).toBeUndefined();
    const seen = [1, 2, 3].map((id) => decisions.detail(id).decisions[0]);
    expect(seen.map((each) => each?.candidates.map(({ available }) => available))).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ]);
    expect(seen[1]?.candidates[1]).toMatchObject({ status: 'drained', figures: [] });
    expect(seen[2]).toMatchObject({ chosen: '', reason: 'none' });
  });

  it('forgets the oldest requests and says so', () => {
    const { balancer } = lab([1, 1]);
    const decisions = new DecisionLog(balancer, new Recorder(), 3);
    for (let id = 1; id <= 5; id++) decisions.choose(id, 1, request(), AT);
    expect(decisions.detail(2)).toEqual({ request: 2, decisions: [], missing: 'overwritten' });
    expect(decisions.detail(3).decisions).toHaveLength(1);
    expect(decisions.detail(Number.NaN)).toMatchObject({ decisions: [], missing: 'sampled' });
  });

  it('explains the sample of a busy lab, and every further try', () => {
    const { balancer } = lab([1, 1]);
    const decisions = new DecisionLog(balancer, busy(4500));
    for (let id = 1; id <= 250; id++) expect(decisions.choose(id, 1, request(), AT)).toBeDefined();
    const ids = Array.from({ length: 250 }, (_, index) => index + 1);
    const kept = ids.filter((id) => decisions.detail(id).missing === undefined);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(ids.filter((id) => isSampled(id, 100)));
    decisions.choose(11, 2, request(), AT, new Set(['A']));
    expect(decisions.detail(11).decisions.map(({ attempt }) => attempt)).toEqual([2]);
    expect(decisions.detail(12).missing).toBe('sampled');
  });

  it('explains no more than two hundred in a second, and goes on in the next', () => {
    const { balancer } = lab([1, 1]);
    const decisions = new DecisionLog(balancer, new Recorder());
    for (let id = 1; id <= 1500; id++) decisions.choose(id, 2, request(), AT, new Set(['A']));
    expect(decisions.detail(200).decisions).toHaveLength(1);
    expect(decisions.detail(201).decisions).toHaveLength(0);
    decisions.choose(1501, 1, request(), AT + 1000);
    expect(decisions.detail(1501).decisions).toHaveLength(1);
  });

  it('explains nothing where nothing is counted', () => {
    const { balancer } = lab([1, 1]);
    const decisions = new DecisionLog(balancer, new SilentRecorder());
    expect(decisions.choose(1000, 1, request(), AT)).toBeDefined();
    expect(decisions.detail(1000).decisions).toEqual([]);
  });
});
