import type { EventEmitter } from 'node:events';
import { ipcMain } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openDoor } from '../../../electron/ipc-door.ts';
import { MAX_BRIDGE_MESSAGE } from '../../../src/protocol/bridge.ts';
import type { Message, Transport } from '../../../src/protocol/transport.ts';
import { type FakeContents, fakeContents, fakeMessageEvent } from './fake-electron.ts';

vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  return { ipcMain: new EventEmitter() };
});

const ipc = ipcMain as unknown as EventEmitter;

let contents: FakeContents;
let connections: { transport: Transport; received: Message[]; closed: boolean }[];
let log: string[];

beforeEach(() => {
  ipc.removeAllListeners();
  contents = fakeContents();
  connections = [];
  log = [];
  openDoor(
    contents,
    (transport) => {
      const connection = { transport, received: [] as Message[], closed: false };
      transport.onMessage((message) => connection.received.push(message));
      transport.onClose(() => {
        connection.closed = true;
      });
      connections.push(connection);
    },
    (sentence) => log.push(sentence),
  );
});

const open = (event = fakeMessageEvent(contents)): boolean => ipc.emit('evenkeel:open', event);
const send = (payload: unknown, event = fakeMessageEvent(contents)): boolean =>
  ipc.emit('evenkeel:message', event, payload);

describe('a page that listens', () => {
  it('gets a connection that carries text both ways', () => {
    open();
    send('{"id":1}');
    connections[0]?.transport.send('{"event":"state"}');
    expect(connections[0]?.received).toEqual(['{"id":1}']);
    expect(contents.sent).toEqual([['evenkeel:message', '{"event":"state"}']]);
  });

  it('is sent only its own part of a larger buffer', () => {
    open();
    connections[0]?.transport.send(new Uint8Array(1000).subarray(10, 13));
    const payload = contents.sent[0]?.[1] as Uint8Array;
    expect(payload.buffer.byteLength).toBe(3);
  });

  it('accepts a message of exactly the limit', () => {
    open();
    send('x'.repeat(MAX_BRIDGE_MESSAGE));
    expect(connections[0]?.received).toHaveLength(1);
  });
});

describe('a page load', () => {
  it('has a connection of its own; the one before it is closed and gets nothing more', () => {
    open();
    open();
    send('second');
    connections[0]?.transport.send('late');
    expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
    expect(connections.map(({ received }) => received)).toEqual([[], ['second']]);
    expect(contents.sent).toEqual([]);
  });

  it.each([
    ['a reload', 'did-start-navigation', { isMainFrame: true, isSameDocument: false }],
    ['a crash of the page', 'render-process-gone', {}],
    ['the end of the window', 'destroyed', {}],
  ])('ends with %s', (_what, name, details) => {
    open();
    contents.emit(name, details);
    expect(connections[0]?.closed).toBe(true);
  });

  it.each([
    ['a new fragment in the address', { isMainFrame: true, isSameDocument: true }],
    ['a frame that navigates', { isMainFrame: false, isSameDocument: false }],
  ])('goes on after %s', (_what, details) => {
    open();
    contents.emit('did-start-navigation', details);
    expect(connections[0]?.closed).toBe(false);
  });
});

describe('a lab that is still starting', () => {
  it('hears what the page said meanwhile, and that it went', () => {
    const waiting: Transport[] = [];
    ipc.removeAllListeners();
    openDoor(
      contents,
      (transport) => waiting.push(transport),
      (sentence) => log.push(sentence),
    );
    open();
    send('first');
    open();
    send('second');
    const [gone, here] = waiting;
    const heard: Message[] = [];
    const closed = vi.fn();
    gone?.onMessage((message) => heard.push(message));
    gone?.onClose(closed);
    here?.onMessage((message) => heard.push(message));
    expect(heard).toEqual(['second']);
    expect(closed).toHaveBeenCalledOnce();
  });
});

describe('the door refuses', () => {
  it.each([
    ['a frame inside the page', { parent: {} }],
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a file', { origin: 'file://' }],
    ['another host of our scheme', { origin: 'app://lab.evil.example' }],
    ['an origin that only begins like ours', { origin: 'app://laboratory' }],
    ['an opaque origin', { origin: 'null' }],
    ['a frame that has gone', null],
  ])('%s, for a connection and for a message', (_who, frame) => {
    open(fakeMessageEvent(contents, frame));
    expect(connections).toHaveLength(0);
    open();
    send('{"id":1}', fakeMessageEvent(contents, frame));
    expect(connections[0]?.received).toEqual([]);
    expect(log).toHaveLength(1);
  });

  it('another window', () => {
    open(fakeMessageEvent(fakeContents()));
    expect(connections).toHaveLength(0);
    expect(log).toEqual(['A message to the lab was refused: it came from another window.']);
  });

  it.each([
    ['an object', { command: 'pause' }],
    ['binary data', new Uint8Array(3)],
    ['a number', 1],
    ['null', null],
    ['nothing', undefined],
    ['text over the limit', 'x'.repeat(MAX_BRIDGE_MESSAGE + 1)],
  ])('%s', (_what, payload) => {
    open();
    send(payload);
    expect(connections[0]?.received).toEqual([]);
    expect(log).toHaveLength(1);
  });

  it('a message before any connection', () => {
    expect(() => send('{"id":1}')).not.toThrow();
    expect(connections).toHaveLength(0);
  });

  it('says so once per kind, however often it happens', () => {
    open();
    for (let i = 0; i < 100; i++) send(i);
    send('x'.repeat(MAX_BRIDGE_MESSAGE + 1));
    expect(log).toHaveLength(2);
  });
});
