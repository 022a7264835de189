import type { EventEmitter } from 'node:events';
import { app } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stopBeforeQuit } from '../../../electron/stop-before-quit.ts';
import { fakeNavigation } from './fake-electron.ts';

vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  return { app: Object.assign(new EventEmitter(), { quit: vi.fn() }) };
});

const emitter = app as unknown as EventEmitter;
/** Plays one `before-quit`; answers whether it was held back. */
const quit = (): boolean => {
  const event = fakeNavigation('');
  emitter.emit('before-quit', event);
  return event.prevented;
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  emitter.removeAllListeners();
  vi.mocked(app.quit).mockClear();
});

describe('quitting', () => {
  it('waits for the lab to stop, once however often it is asked', async () => {
    let stopped = (): void => undefined;
    const stop = vi.fn(() => new Promise<void>((resolve) => (stopped = resolve)));
    stopBeforeQuit({ stop });
    expect([quit(), quit()]).toEqual([true, true]);
    expect(stop).toHaveBeenCalledOnce();
    expect(app.quit).not.toHaveBeenCalled();
    stopped();
    await vi.advanceTimersByTimeAsync(0);
    expect(app.quit).toHaveBeenCalledOnce();
    expect(quit()).toBe(false);
  });

  it('does not wait for ever', async () => {
    stopBeforeQuit({ stop: () => new Promise(() => undefined) });
    quit();
    await vi.advanceTimersByTimeAsync(5000);
    expect(app.quit).toHaveBeenCalledOnce();
    expect(quit()).toBe(false);
  });

  it('goes on when the lab cannot stop', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    stopBeforeQuit({ stop: () => Promise.reject(new Error('It would not.')) });
    quit();
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toHaveBeenCalledWith('It would not.\n');
    expect(app.quit).toHaveBeenCalledOnce();
    said.mockRestore();
  });
});
