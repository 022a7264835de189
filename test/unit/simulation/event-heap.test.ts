import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventHeap } from '../../../src/simulation/event-heap.ts';

describe('EventHeap', () => {
  it('gives events by time, those of one moment as they were added, however adding and taking mix', () => {
    const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant('take' as const)), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (mixed) => {
        const heap = new EventHeap();
        let expected: { at: number; event: number }[] = [];
        let next = 0;
        for (const step of mixed) {
          if (step !== 'take') {
            heap.add(step, next);
            expected.push({ at: step, event: next++ });
            continue;
          }
          const soonest = Math.min(...expected.map(({ at }) => at));
          expect(heap.nextAt).toBe(soonest);
          const first = expected.find(({ at }) => at === soonest);
          if (first === undefined) continue;
          expect(heap.take()).toBe(first.event);
          expected = expected.filter((each) => each !== first);
          expect(heap.size).toBe(expected.length);
        }
      }),
    );
  });

  it('grows', () => {
    const heap = new EventHeap();
    for (let event = 0; event < 5000; event++) heap.add((event * 7919) % 5000, event);
    const times = Array.from({ length: 5000 }, () => (heap.take() * 7919) % 5000);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(heap.nextAt).toBe(Number.POSITIVE_INFINITY);
  });
});
