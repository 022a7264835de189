import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/host/turns.ts';

/** A task that ends when it is told to, and what has happened so far. */
function tasks() {
  const happened: string[] = [];
  const ends = new Map<string, () => void>();
  const task = (name: string) => async (): Promise<string> => {
    happened.push(`${name} began`);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    happened.push(`${name} ended`);
    return name;
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { happened, task, settle, end: (name: string) => ends.get(name)?.() };
}

describe('turns', () => {
  it('let commands run beside each other, and what runs alone after and before them', async () => {
    const turns = new Turns();
    const { happened, task, settle, end } = tasks();
    const first = turns.together(task('first'));
    const second = turns.together(task('second'));
    const load = turns.alone(task('load'));
    const third = turns.together(task('third'));
    await settle();
    expect(happened).toEqual(['first began', 'second began']);
    end('first');
    await first;
    await settle();
    expect(happened).not.toContain('load began');
    end('second');
    await second;
    await settle();
    expect(happened.at(-1)).toBe('load began');
    end('load');
    expect(await load).toBe('load');
    await settle();
    expect(happened.at(-1)).toBe('third began');
    end('third');
    await third;
  });

  it('go on after a failure, which only its own caller hears of', async () => {
    const turns = new Turns();
    const failed = turns.alone(async () => {
      throw new Error('no');
    });
    const next = turns.together(async () => 'yes');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
    const together = turns.together(async () => {
      throw new Error('never');
    });
    await expect(together).rejects.toThrow('never');
    expect(await turns.alone(async () => 'again')).toBe('again');
  });
});
