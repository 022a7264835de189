import { describe, expect, it } from 'vitest';
import { QueueTrend } from '../../../../renderer/features/verdict/queue-trend.ts';
import { originOf, RUNNING } from '../origins.ts';

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
