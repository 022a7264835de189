import type { EventEmitter } from 'node:events';
import { contextBridge, ipcRenderer } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bridge } from '../../../src/protocol/bridge.ts';

vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  const ipc = Object.assign(new EventEmitter(), { send: vi.fn() });
  return { contextBridge: { exposeInMainWorld: vi.fn() }, ipcRenderer: ipc };
});

const ipc = ipcRenderer as unknown as EventEmitter;
let bridge: Bridge;

beforeEach(async () => {
  vi.resetModules();
  vi.clearAllMocks();
  ipc.removeAllListeners();
  await import('../../../electron/preload.ts');
  bridge = vi.mocked(contextBridge.exposeInMainWorld).mock.calls[0]?.[1] as Bridge;
});

describe('the preload', () => {
  it('exposes the bridge and nothing else', () => {
    expect(contextBridge.exposeInMainWorld).toHaveBeenCalledExactlyOnceWith('evenkeel', bridge);
    expect(Object.keys(bridge)).toEqual(['send', 'onMessage']);
  });

  it('hands on the message without the event', () => {
    const listener = vi.fn();
    bridge.onMessage(listener);
    ipc.emit('evenkeel:message', { sender: ipcRenderer }, 'text');
    expect(listener.mock.calls).toEqual([['text']]);
  });

  it('opens the connection when somebody listens, not before', () => {
    expect(ipcRenderer.send).not.toHaveBeenCalled();
    bridge.onMessage(() => undefined);
    expect(vi.mocked(ipcRenderer.send).mock.calls).toEqual([['evenkeel:open']]);
  });

  it('gives each listener a connection of its own; the one before gets nothing more', () => {
    const [first, second] = [vi.fn(), vi.fn()];
    bridge.onMessage(first);
    bridge.onMessage(second);
    ipc.emit('evenkeel:message', {}, 'text');
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
    expect(ipcRenderer.send).toHaveBeenCalledTimes(2);
  });

  it('sends on the one channel it has', () => {
    bridge.send('text');
    expect(vi.mocked(ipcRenderer.send).mock.calls).toEqual([['evenkeel:message', 'text']]);
  });
});
