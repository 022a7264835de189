import { describe, expect, it } from 'vitest';
import { createWorkerTransport } from '../../../renderer/transport/worker.ts';
import type { Message } from '../../../src/protocol/transport.ts';

/** A thread that notes what it is sent. */
class Thread extends EventTarget {
  readonly got: unknown[] = [];
  ended = false;
  postMessage(message: unknown): void {
    this.got.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  say(data: Message): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

function open() {
  const thread = new Thread();
  return { thread, transport: createWorkerTransport(thread as unknown as Worker) };
}

describe('a transport to a thread of the page', () => {
  it('carries text and bytes both ways', () => {
    const { thread, transport } = open();
    const heard: Message[] = [];
    transport.onMessage((message) => heard.push(message));
    const bytes = new Uint8Array([1, 2]);
    transport.send('text');
    transport.send(bytes);
    thread.say('answer');
    thread.say(bytes);
    expect(thread.got).toEqual(['text', bytes]);
    expect(heard).toEqual(['answer', bytes]);
  });

  it('ends the thread when it is closed, and says so once', () => {
    const { thread, transport } = open();
    let closed = 0;
    transport.onClose(() => closed++);
    transport.close();
    transport.close();
    expect(thread.ended).toBe(true);
    expect(closed).toBe(1);
  });

  it('is closed by an error nobody caught there', () => {
    const { thread, transport } = open();
    let closed = 0;
    transport.onClose(() => closed++);
    thread.dispatchEvent(new Event('error', { cancelable: true }));
    expect(thread.ended).toBe(true);
    expect(closed).toBe(1);
  });
});
