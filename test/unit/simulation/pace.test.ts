import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/simulation/pace.ts';

describe('Pace', () => {
  it('is real time × speed', () => {
    const pace = new Pace();
    pace.advance(1000);
    expect(pace.advance(1040)).toBe(40);
    pace.speed = 10;
    expect(pace.advance(1080)).toBe(440);
    pace.speed = 0.1;
    expect(pace.advance(1180)).toBeCloseTo(450);
  });

  it('stands still while it is paused, and does not catch up after', () => {
    const pace = new Pace();
    pace.advance(0);
    pace.running = false;
    expect(pace.advance(100)).toBe(0);
    pace.running = true;
    expect(pace.advance(140)).toBe(40);
  });

  it('does not catch up with what its thread slept', () => {
    const pace = new Pace();
    pace.advance(0);
    expect(pace.advance(60_000)).toBeLessThan(1000);
  });

  it('goes on from where the run got to', () => {
    const pace = new Pace();
    pace.advance(0);
    pace.advance(100);
    pace.set(30);
    expect(pace.advance(110)).toBe(40);
  });

  it('keeps its speed between 0.1 and 1000', () => {
    const pace = new Pace();
    pace.speed = 0;
    expect(pace.speed).toBe(0.1);
    pace.speed = 1e9;
    expect(pace.speed).toBe(1000);
  });
});
