import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { LabOpenings } from '../../../electron/lab-openings.ts';

const fake = vi.hoisted(() => ({ app: undefined as unknown as EventEmitter }));
vi.mock('electron', () => ({
  get app() {
    return fake.app;
  },
}));

function openings() {
  fake.app = new EventEmitter();
  const made = new LabOpenings();
  return {
    made,
    doubleClick(file: string) {
      const event = { preventDefault: vi.fn() };
      fake.app.emit('open-file', event, file);
      expect(event.preventDefault).toHaveBeenCalledOnce();
    },
    startAgain: (data: unknown) => fake.app.emit('second-instance', {}, [], '/', data),
  };
}

describe('what the system asks to open', () => {
  it('before there is a window is kept for the start', () => {
    const { made, doubleClick } = openings();
    doubleClick('/a.yaml');
    expect([made.take(), made.take()]).toEqual(['/a.yaml', undefined]);
  });

  it('before anybody listens is handed on once, the last one', () => {
    const { made, doubleClick } = openings();
    doubleClick('/a.yaml');
    doubleClick('/b.yaml');
    const opened: unknown[] = [];
    made.onOpen((file) => opened.push(file));
    doubleClick('/c.yaml');
    expect(opened).toEqual(['/b.yaml', '/c.yaml']);
  });

  it.each([
    [{ labFile: '/a.yaml' }, '/a.yaml'],
    [{}, undefined],
    [null, undefined],
    ['text', undefined],
    [{ labFile: 5 }, undefined],
  ])('by a second start that says %j is %j', (data, expected) => {
    const { made, startAgain } = openings();
    const opened: unknown[] = [];
    made.onOpen((file) => opened.push(file));
    startAgain(data);
    expect(opened).toEqual([expected]);
  });
});
