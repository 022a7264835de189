import { describe, expect, it } from 'vitest';
import { Telemetry } from '../../../renderer/telemetry/telemetry.ts';
import { requestRate } from '../../../renderer/telemetry/window.ts';
import { frameOf } from './frames.ts';

describe('requestRate', () => {
  it('divides by the seconds there were, not by those to come', () => {
    const telemetry = new Telemetry();
    expect(requestRate(telemetry, 10)).toBeUndefined();
    const seconds = [100, 101, 102].flatMap((second) => [
      { second, origin: '', started: 20 },
      ...(second === 101 ? [] : [{ second, origin: 'A', started: 12 }]),
    ]);
    telemetry.apply(frameOf({ now: 103_100, seconds }));
    expect(requestRate(telemetry, 10)).toBe(20);
    expect(requestRate(telemetry, 10, 'A')).toBe(8);
    expect(requestRate(telemetry, 10, 'B')).toBe(0);
  });
});
