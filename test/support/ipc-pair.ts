import { EventEmitter } from 'node:events';
import type { Bridge } from '../../src/protocol/bridge.ts';

/**
 * Both halves of Electron's IPC without Electron, for the real door, the real preload and the real page's transport: messages
 * are structured clones, delivered later and in order, as between processes. Given to `vi.mock('electron')`.
 */
export class IpcPair {
  readonly ipcMain = new EventEmitter();
  readonly ipcRenderer = Object.assign(new EventEmitter(), {
    send: (channel: string, ...payload: unknown[]) => this.#toMain(channel, payload),
  });
  /** What the preload exposed. */
  bridge: Bridge | undefined;
  readonly contextBridge = {
    exposeInMainWorld: (_name: string, bridge: Bridge) => {
      this.bridge = bridge;
    },
  };
  /** The page as the main process sees it. */
  readonly contents = Object.assign(new EventEmitter(), {
    isDestroyed: () => false,
    send: (channel: string, ...payload: unknown[]) => this.#toPage(channel, payload),
  });
  readonly #frame = { parent: null, origin: 'app://lab' };

  /** The page is loaded anew: whatever was on its way to the old one is lost. */
  navigate(): void {
    this.ipcRenderer.removeAllListeners();
    this.contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
  }

  #toMain(channel: string, payload: unknown[]): void {
    const clone = structuredClone(payload);
    setImmediate(() => this.ipcMain.emit(channel, { sender: this.contents, senderFrame: this.#frame }, ...clone));
  }

  #toPage(channel: string, payload: unknown[]): void {
    const clone = structuredClone(payload);
    setImmediate(() => this.ipcRenderer.emit(channel, {}, ...clone));
  }
}
