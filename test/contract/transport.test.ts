import { MessageChannel } from 'node:worker_threads';
import type { WebContents } from 'electron';
import { vi } from 'vitest';
import { createBridgeTransport } from '../../renderer/transport/bridge.ts';
import { portTransport } from '../../src/engine/port-transport.ts';
import { startWebHost } from '../../src/web/web-host.ts';
import { IpcPair } from '../support/ipc-pair.ts';
import { createMemoryTransports } from '../support/memory-transports.ts';
import { openSocket, pageTransport } from '../support/page-socket.ts';
import { StubLab } from '../support/stub-lab.ts';
import { ContractLab } from './contract-lab.ts';
import { describeTransport } from './transport-contract.ts';

describeTransport({
  name: 'memory',
  labCanLeave: true,
  async open() {
    const lab = new ContractLab();
    return {
      connect: async () => {
        const [ours, pages] = createMemoryTransports();
        lab.serve(ours);
        return pages;
      },
      close: async () => {},
    };
  },
});

describeTransport({
  name: 'a MessagePort',
  labCanLeave: true,
  async open() {
    const lab = new ContractLab();
    return {
      connect: async () => {
        const { port1, port2 } = new MessageChannel();
        lab.serve(portTransport(port1));
        return portTransport(port2);
      },
      close: async () => {},
    };
  },
});

describeTransport({
  name: 'a WebSocket of the web host',
  labCanLeave: true,
  async open() {
    const contract = new ContractLab();
    const lab = new StubLab();
    lab.connect = (transport) => contract.serve(transport);
    const host = await startWebHost({ lab, host: '127.0.0.1', port: 0, ui: false });
    return { connect: () => pageTransport(openSocket(host)), close: () => host.close() };
  },
});

describeTransport({
  name: 'the IPC of the desktop host',
  labCanLeave: false,
  async open() {
    const ipc = new IpcPair();
    vi.resetModules();
    vi.doMock('electron', () => ({ ...ipc }));
    const { openDoor } = await import('../../electron/ipc-door.ts');
    await import('../../electron/preload.ts');
    const lab = new ContractLab();
    openDoor(ipc.contents as unknown as WebContents, (transport) => lab.serve(transport), console.error);
    return {
      connect: async () => {
        ipc.navigate();
        if (!ipc.bridge) throw new Error('The preload exposed no bridge.');
        return createBridgeTransport(ipc.bridge);
      },
      close: async () => vi.doUnmock('electron'),
    };
  },
});
