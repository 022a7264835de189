// The page's only way out. It runs sandboxed and is one file: it imports nothing but Electron, and types.
import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '../src/protocol/bridge.ts';
import type { Message } from '../src/protocol/transport.ts';
import type { Channel } from './channel.ts';

const open = 'evenkeel:open' satisfies Channel;
const message = 'evenkeel:message' satisfies Channel;

const bridge = {
  send(text) {
    ipcRenderer.send(message, text);
  },
  onMessage(listener) {
    // Each call is a connection of its own; the one before it gets nothing more.
    ipcRenderer.removeAllListeners(message);
    // The event has methods that a page must not get hold of: only the message is handed on.
    ipcRenderer.on(message, (_event, received: Message) => listener(received));
    ipcRenderer.send(open);
  },
} satisfies Bridge;

contextBridge.exposeInMainWorld('evenkeel', bridge);
