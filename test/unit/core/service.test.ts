import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/rng.ts';
import { meanTime, ServiceQueue, type TimeDistribution, timeSampler } from '../../../src/core/service.ts';

describe('service times', () => {
  const samples = (distribution: TimeDistribution, count = 200_000) => {
    const rng = createRng(3);
    return Array.from({ length: count }, timeSampler(distribution, rng));
  };

  it.each<[TimeDistribution, number]>([
    [{ constant: 50 }, 50],
    [{ exponential: 50 }, 50],
    [{ uniform: { min: 20, max: 80 } }, 50],
    [{ lognormal: { median: 40, sigma: 0.5 } }, 40 * Math.exp(0.125)],
    [{ pareto: { min: 20, alpha: 3 } }, 30],
  ])('%j have the mean they should', (distribution, mean) => {
    expect(meanTime(distribution)).toBeCloseTo(mean, 9);
    const drawn = samples(distribution);
    const measured = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    expect(Math.abs(measured - mean) / mean).toBeLessThan(0.02);
    expect(drawn.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
  });

  it('have the shapes they should', () => {
    const share = (distribution: TimeDistribution, below: number) =>
      samples(distribution).filter((value) => value < below).length / 200_000;
    expect(share({ exponential: 50 }, 50 * Math.LN2)).toBeCloseTo(0.5, 2);
    expect(share({ uniform: { min: 20, max: 80 } }, 35)).toBeCloseTo(0.25, 2);
    expect(share({ lognormal: { median: 40, sigma: 1 } }, 40)).toBeCloseTo(0.5, 2);
    expect(share({ lognormal: { median: 40, sigma: 1 } }, 40 * Math.E)).toBeCloseTo(0.8413, 2);
    expect(share({ pareto: { min: 20, alpha: 2 } }, 40)).toBeCloseTo(0.75, 2);
    expect(share({ pareto: { min: 20, alpha: 2 } }, 20)).toBe(0);
  });

  it('have no mean when the tail is too heavy', () => {
    expect(meanTime({ pareto: { min: 20, alpha: 1 } })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('an origin’s queue', () => {
  it('serves as many as it has workers, lets others wait and turns away the rest', () => {
    const queue = new ServiceQueue<string>({ workers: 2, queue: 1 });
    expect(['a', 'b', 'c', 'd'].map((job) => queue.arrive(job, 0))).toEqual(['serve', 'serve', 'wait', 'reject']);
    expect([queue.serving, queue.waiting, queue.load]).toEqual([2, 1, 1.5]);
    expect(queue.finish(10)).toBe('c');
    expect([queue.serving, queue.waiting, queue.load]).toEqual([2, 0, 1]);
    expect([queue.finish(20), queue.finish(20)]).toEqual([undefined, undefined]);
    expect([queue.serving, queue.load]).toEqual([0, 0]);
  });

  it('never makes anyone wait with unlimited workers, and then is never loaded', () => {
    const queue = new ServiceQueue<number>({ workers: 'unlimited', queue: 0 });
    for (let job = 0; job < 1000; job++) expect(queue.arrive(job, 0)).toBe('serve');
    expect([queue.serving, queue.load]).toEqual([1000, 0]);
  });

  it('forgets a waiting job whose client left, but not one being served', () => {
    const queue = new ServiceQueue<string>({ workers: 1, queue: 'unlimited' });
    const tickets = ['a', 'b', 'c', 'd'].map((job) => {
      const ticket = queue.nextTicket;
      queue.arrive(job, 0);
      return ticket;
    });
    const abandon = (job: string) => queue.abandon(job, tickets['abcd'.indexOf(job)] as number);
    expect([abandon('c'), abandon('a'), abandon('c')]).toEqual(['gone', 'stays', 'stays']);
    expect([queue.waiting, queue.serving]).toEqual([2, 1]);
    expect([queue.finish(1), queue.finish(2), queue.finish(3)]).toEqual(['b', 'd', undefined]);
  });

  it('hands over everything that waits, in order', () => {
    const queue = new ServiceQueue<number>({ workers: 1, queue: 'unlimited' });
    for (let job = 0; job < 5; job++) queue.arrive(job, 0);
    queue.finish(0);
    expect(queue.drain()).toEqual([2, 3, 4]);
    expect([queue.waiting, queue.finish(0), queue.serving]).toEqual([0, undefined, 0]);
  });

  it('adds up the time its workers were busy, whatever the clock does', () => {
    const queue = new ServiceQueue<string>({ workers: 2, queue: 'unlimited' });
    queue.arrive('a', 100);
    queue.arrive('b', 110);
    queue.arrive('c', 110);
    queue.finish(120);
    expect(queue.busyTime(130)).toBe(10 + 2 * 20);
    expect(queue.busyTime(50)).toBe(50);
    queue.finish(130);
    queue.finish(140);
    expect(queue.busyTime(1000)).toBe(60);
  });

  it('serves everyone it took in, first in first out, whatever arrives, leaves and finishes when', () => {
    const action = fc.constantFrom('arrive', 'arrive', 'finish', 'cancel');
    const size = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), size, fc.nat(5), (actions, workers, limit) => {
        const queue = new ServiceQueue<number>({ workers, queue: limit });
        let serving = 0;
        let waiting: number[] = [];
        const tickets = new Map<number, number>();
        actions.forEach((what, job) => {
          if (what === 'arrive') {
            tickets.set(job, queue.nextTicket);
            const place = queue.arrive(job, job);
            expect(place).toBe(serving < workers ? 'serve' : waiting.length < limit ? 'wait' : 'reject');
            if (place === 'serve') serving++;
            if (place === 'wait') waiting.push(job);
          } else if (what === 'finish' && serving > 0) {
            const next = waiting.shift();
            expect(queue.finish(job)).toBe(next);
            if (next === undefined) serving--;
          } else if (what === 'cancel' && waiting.length > 0) {
            const leaving = waiting[job % waiting.length] as number;
            expect(queue.abandon(leaving, tickets.get(leaving) as number)).toBe('gone');
            waiting = waiting.filter((one) => one !== leaving);
          }
          expect([queue.serving, queue.waiting]).toEqual([serving, waiting.length]);
        });
      }),
    );
  });

  it('keeps its order while it grows, whoever left before', () => {
    const queue = new ServiceQueue<number>({ workers: 1, queue: 'unlimited' });
    queue.arrive(-1, 0);
    for (let job = 0; job < 1000; job++) {
      queue.arrive(job, 0);
      // The ticket of the n-th that waits is n.
      if (job % 3 === 2) expect(queue.abandon(job - 1, job - 1)).toBe('gone');
    }
    const left = Array.from({ length: 1000 }, (_, job) => job).filter((job) => job % 3 !== 1 || job === 999);
    expect(queue.waiting).toBe(left.length);
    for (const job of left) expect(queue.finish(0)).toBe(job);
    expect(queue.finish(0)).toBeUndefined();
  });

  it('keeps its order over a long busy period', () => {
    const queue = new ServiceQueue<number>({ workers: 1, queue: 'unlimited' });
    queue.arrive(-1, 0);
    for (let job = 0; job < 10_000; job++) queue.arrive(job, 0);
    for (let job = 0; job < 10_000; job++) expect(queue.finish(0)).toBe(job);
  });
});
