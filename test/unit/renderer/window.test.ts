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
    expect(requestRate(telemetry, 10, 'A')).toBe(6);
    expect(requestRate(telemetry, 10, 'B')).toBe(0);
  });

  it('does not hold an origin that was added to the time before it, nor to the second in which it came', () => {
    const telemetry = new Telemetry();
    const all = [100, 101, 102, 103, 104, 105].map((second) => ({ second, origin: '', started: 40 }));
    const frame = (second: number, started: number) =>
      frameOf({
        now: (second + 1) * 1000 + 100,
        seconds: [...all.slice(0, second - 99), { second, origin: 'E', started }],
      });
    telemetry.apply(frame(103, 3));
    expect(requestRate(telemetry, 10, 'E')).toBe(3);
    telemetry.apply(frame(104, 10));
    expect(requestRate(telemetry, 10, 'E')).toBe(10);
    telemetry.apply(frame(105, 12));
    expect(requestRate(telemetry, 10, 'E')).toBe(11);
    expect(requestRate(telemetry, 10)).toBe(40);
  });

  it('counts seconds in which nothing came, those at either end as well', () => {
    const telemetry = new Telemetry();
    const one = (second: number) => [
      { second, origin: '', started: 1 },
      { second, origin: 'A', started: 1 },
    ];
    telemetry.apply(frameOf({ now: 101_100, seconds: one(100) }));
    expect(requestRate(telemetry, 5)).toBe(1);
    telemetry.apply(frameOf({ now: 109_100, seconds: one(108) }));
    expect(requestRate(telemetry, 5)).toBe(0.2);
    expect(requestRate(telemetry, 5, 'A')).toBe(0.2);
    telemetry.apply(frameOf({ now: 111_100 }));
    expect(requestRate(telemetry, 5)).toBe(0.2);
    telemetry.apply(frameOf({ now: 130_100 }));
    expect(requestRate(telemetry, 5)).toBe(0);
  });

  it('is 0 where nothing came for longer than anything is remembered, or never did', () => {
    const telemetry = new Telemetry();
    telemetry.apply(frameOf({ now: 100_100, snapshot: true, totals: { requests: 7 } }));
    expect(requestRate(telemetry, 5)).toBe(0);
    telemetry.reset();
    expect(requestRate(telemetry, 5)).toBeUndefined();
  });
});
