import { describe, expect, it } from 'vitest';
import { statusWords } from '../../../renderer/features/origins/status.ts';
import { QueueTrend } from '../../../renderer/features/verdict/queue-trend.ts';
import { type Situation, verdictOf } from '../../../renderer/features/verdict/verdict.ts';
import { originOf, RUNNING } from './origins.ts';

function situation(change: Partial<Situation>): Situation {
  const origins = change.origins ?? ['A', 'B', 'C', 'D'].map((name) => originOf(name));
  return {
    origins,
    paused: false,
    strategy: 'round-robin',
    title: 'Round robin',
    shares: new Map(origins.map(({ name }) => [name, 1 / origins.length])),
    expected: new Map(origins.map(({ name }) => [name, 1 / origins.length])),
    growth: new Map(),
    now: 10_000,
    ...change,
  };
}

const slowB = (waiting: number) => [
  originOf('A'),
  originOf('B', { process: { ...RUNNING, waiting, serving: 1, faults: { ...RUNNING.faults, slow: 10 } } }),
];

describe('verdictOf', () => {
  it('is calm when all is well, and says how well', () => {
    expect(verdictOf(situation({}))).toMatchObject({
      tone: 'calm',
      news: 'All 4 origins are up.',
      more: 'Round robin gives each its expected share, to within 0.0 % of all requests.',
    });
  });

  it('says which origin is slow, what it still gets and what would help', () => {
    const verdict = verdictOf(situation({ origins: slowB(12), growth: new Map([['B', 3.2]]) }));
    expect(verdict).toEqual({
      tone: 'warn',
      news: 'B is 10× slower, and round robin still sends it 50.0 % of the requests.',
      more: 'Its queue grows by 3 a second.',
      suggestion: 'least-connections',
    });
  });

  it('gives credit to a strategy that spares it', () => {
    const shares = new Map([
      ['A', 0.9],
      ['B', 0.1],
    ]);
    const verdict = verdictOf(
      situation({ origins: slowB(0), shares, strategy: 'least-connections', title: 'Least connections' }),
    );
    expect(verdict.tone).toBe('calm');
    expect(verdict.news).toBe('B is 10× slower, and least connections spares it.');
  });

  it('knows what the balancer does not', () => {
    const dead = originOf('B', { process: { ...RUNNING, status: 'exited', detail: 'killed (SIGKILL)' } });
    const verdict = verdictOf(situation({ origins: [originOf('A'), dead] }));
    expect(verdict).toMatchObject({ tone: 'bad', news: 'B is dead, and the balancer has not noticed yet.' });
  });

  it('puts a total outage first, but not while everything starts', () => {
    const down = originOf('A', { status: 'down', available: false });
    expect(verdictOf(situation({ origins: [down] })).news).toBe('No origin is available.');
    const starting = originOf('A', { status: 'starting', available: false });
    expect(verdictOf(situation({ origins: [starting] })).news).toBe('1 origin starting.');
    expect(verdictOf(situation({ origins: [] })).tone).toBe('bad');
  });

  it('knows too much load from one slow origin', () => {
    const origins = ['A', 'B'].map((name) => originOf(name, { process: { ...RUNNING, serving: 1, waiting: 30 } }));
    const verdict = verdictOf(
      situation({
        origins,
        growth: new Map([
          ['A', 2.2],
          ['B', 3.1],
        ]),
      }),
    );
    expect(verdict.news).toBe('More requests come than the origins can answer.');
    expect(verdict.more).toBe('Together their queues grow by 5 a second.');
    expect(verdictOf(situation({ origins })).tone).toBe('calm');
  });

  it('counts an ejection down', () => {
    const ejected = originOf('B', { status: 'ejected', available: false, ejectedUntil: 18_200 });
    expect(verdictOf(situation({ origins: [originOf('A'), ejected] })).more).toContain('tried again in 9 s');
  });
});

describe('statusWords', () => {
  it('puts the truth beside what the balancer believes', () => {
    const dead = originOf('B', { process: { ...RUNNING, status: 'exited', detail: 'killed (SIGKILL)' } });
    expect(statusWords(dead, 0)).toMatchObject({
      word: 'Up',
      detail: 'Process killed (SIGKILL), not noticed yet',
      short: 'Killed, unnoticed',
      unnoticed: true,
    });
    expect(statusWords({ ...dead, status: 'down' }, 0)).toMatchObject({
      word: 'Down',
      tone: 'bad',
      detail: 'Process killed (SIGKILL)',
      unnoticed: false,
    });
  });

  it('names faults, queues and countdowns', () => {
    expect(statusWords(originOf('A'), 0)).toMatchObject({ word: 'Up', tone: 'up', detail: '50 ms · 1 worker' });
    expect(statusWords(slowB(0)[1] ?? originOf('B'), 0)).toMatchObject({
      word: 'Degraded',
      shortWord: 'Slow 10×',
      detail: 'slow 10×',
      tone: 'warn',
    });
    const queue = originOf('A', { process: { ...RUNNING, serving: 1, waiting: 9 } });
    expect(statusWords(queue, 0).word).toBe('Up · queueing');
    const ejected = originOf('A', { status: 'ejected', available: false, ejectedUntil: 4100 });
    expect(statusWords(ejected, 1000).word).toBe('Ejected · 4 s');
  });
});

describe('QueueTrend', () => {
  it('answers requests per second over the last seconds', () => {
    const trend = new QueueTrend();
    for (let second = 0; second <= 20; second++) {
      trend.push(second * 1000, [
        originOf('A', { process: { ...RUNNING, waiting: second < 10 ? 0 : (second - 10) * 4 } }),
      ]);
    }
    expect(trend.growth().get('A')).toBe(4);
    expect(new QueueTrend().growth().size).toBe(0);
  });
});
