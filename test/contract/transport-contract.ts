import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EvenkeelError } from '../../src/core/errors.ts';
import { decodeFrame, type Frame } from '../../src/protocol/frame.ts';
import { Peer } from '../../src/protocol/peer.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import { PAGE_MARK } from './contract-lab.ts';

/** One way of reaching a ContractLab. */
interface Route {
  /** A new page's end of a connection. */
  connect(): Promise<Transport>;
  close(): Promise<void>;
}

interface Kind {
  /** What carries it. */
  readonly name: string;
  /** Whether a lab can leave a page behind; the desktop's lives exactly as long as its page's window. */
  readonly labCanLeave: boolean;
  open(): Promise<Route>;
}

/** What every transport between a lab and its pages has to do, whatever carries it. */
export function describeTransport({ name, labCanLeave, open }: Kind): void {
  describe(`a transport over ${name}`, () => {
    let route: Route;
    let transport: Transport;
    let peer: Peer;

    beforeEach(async () => {
      route = await open();
      transport = await route.connect();
      peer = new Peer(transport);
    });

    afterEach(async () => {
      peer.close();
      await route.close();
    });

    it('carries text to the lab in order', async () => {
      const sent = Array.from({ length: 500 }, (_, index) => index);
      for (const value of sent) peer.emit('note', value);
      expect(await peer.request('heard')).toEqual(sent);
    });

    it('carries text of any script unchanged', async () => {
      const text = 'ÆØÅ 均衡 🛶 \u0000 \u2028 "quoted"';
      expect(await peer.request('echo', text)).toBe(text);
    });

    it('carries text and binary from the lab in order and as copies', async () => {
      const arrived: (string | number)[] = [];
      peer.on('tick', (index) => arrived.push(`tick ${index}`));
      peer.onFrame((bytes) => {
        expect(bytes.byteLength).toBe(1000);
        expect(new Set(bytes).size).toBe(1);
        arrived.push(bytes[0] ?? -1);
        bytes.fill(PAGE_MARK);
      });
      await peer.request('burst', { count: 200, bytes: 1000 });
      await expect.poll(() => arrived.length).toBe(400);
      expect(arrived).toEqual(Array.from({ length: 200 }, (_, index) => [`tick ${index}`, index]).flat());
      expect(await peer.request('aliased')).toBe(false);
    });

    it('carries large messages both ways', async () => {
      const text = 'lab '.repeat(225_000);
      expect(await peer.request('echo', text)).toBe(text);
      const sizes: number[] = [];
      peer.onFrame((bytes) => sizes.push(bytes.byteLength));
      await peer.request('burst', { count: 2, bytes: 6_000_000 });
      await expect.poll(() => sizes).toEqual([6_000_000, 6_000_000]);
    });

    it('gives each request its own reply, in whatever order they come', async () => {
      const values = [1, 2, 3, 4, 5];
      const settled: number[] = [];
      const replies = values.map(async (value) => {
        const reply = await peer.request('reversed', { value, of: 5 });
        settled.push(Number(reply));
        return reply;
      });
      expect(await Promise.all(replies)).toEqual(values);
      expect(settled).toEqual([5, 4, 3, 2, 1]);
    });

    it('answers nothing with null', async () => {
      expect(await peer.request('echo')).toBeNull();
    });

    it('passes errors on with their code and message', async () => {
      const failed = peer.request('fail', { code: 'unknown-origin', message: 'There is no origin X.' });
      await expect(failed).rejects.toEqual(new EvenkeelError('unknown-origin', 'There is no origin X.'));
      await expect(failed).rejects.toMatchObject({ code: 'unknown-origin' });
    });

    it('passes mistakes on as internal', async () => {
      await expect(peer.request('crash')).rejects.toMatchObject({ code: 'internal', message: 'a mistake of ours' });
    });

    it.each(['nonsense', '', 'constructor', 'toString', '__proto__'])('refuses the unknown call %j', async (call) => {
      await expect(peer.request(call)).rejects.toMatchObject({ code: 'bad-command' });
    });

    it('outlives messages that mean nothing', async () => {
      for (const text of [
        '',
        'not json',
        'null',
        '[]',
        '7',
        '{}',
        '{"id":1,"result":2}',
        '{"event":"x"}',
        '{"call":{}}',
      ]) {
        transport.send(text);
      }
      expect(await peer.request('echo', 'still here')).toBe('still here');
    });

    if (labCanLeave) {
      it('rejects what is pending when the lab goes, and whatever is asked later', async () => {
        const pending = [peer.request('never'), peer.request('never')];
        const outcomes = Promise.allSettled(pending);
        await peer.request('leave').catch(() => {}); // its own reply may be lost with the connection
        for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'disconnected' } });
        await expect(peer.request('echo', 1)).rejects.toMatchObject({ code: 'disconnected' });
      });
    }

    it('rejects what is pending when the page itself closes', async () => {
      const pending = expect(peer.request('never')).rejects.toMatchObject({ code: 'disconnected' });
      peer.close();
      await pending;
    });

    it.each(labCanLeave ? ['page', 'lab'] : ['page'])(
      'lets both sides see once that the %s has closed',
      async (side) => {
        let seen = 0;
        transport.onClose(() => seen++);
        await peer.request('echo', 'settled');
        if (side === 'page') {
          transport.close();
          transport.close();
        } else await peer.request('leave').catch(() => {});
        await expect.poll(() => seen).toBe(1);

        const other = new Peer(await route.connect());
        await expect.poll(() => other.request('connections')).toEqual({ served: 2, closed: 1 });
        transport.close();
        await other.request('echo', 'a while later');
        expect(seen).toBe(1);
        expect(await other.request('connections')).toEqual({ served: 2, closed: 1 });
        other.close();
      },
    );

    it('ignores what is sent after closing', async () => {
      transport.close();
      expect(() => transport.send('{"event":"note","data":"too late"}')).not.toThrow();
      const other = new Peer(await route.connect());
      expect(await other.request('heard')).toEqual([]);
      other.close();
    });

    it('keeps at most two frames unacknowledged and counts what it merged', async () => {
      const frames: Frame[] = [];
      peer.onFrame((bytes) => frames.push(decodeFrame(bytes)));
      await peer.request('subscribe');
      for (let index = 0; index < 10; index++) await peer.request('offer');
      await expect.poll(() => frames.map((frame) => frame.sequence)).toEqual([1, 2]);
      expect(frames[0]?.snapshot).toBe(true);

      peer.emit('ack', { sequence: 1 });
      await expect.poll(() => frames.length).toBe(3);
      await peer.request('offer');
      expect(frames.length).toBe(3);
      peer.emit('ack', { sequence: 3 });
      await expect.poll(() => frames.length).toBe(4);
      expect(frames.reduce((sum, frame) => sum + frame.ended, 0)).toBe(11);
    });

    it('lets a page reload in the middle: the old one ends, the new one starts afresh', async () => {
      const frames: Frame[] = [];
      await peer.request('subscribe');
      await peer.request('offer');
      const lost = expect(peer.request('never')).rejects.toMatchObject({ code: 'disconnected' });
      peer.close();
      await lost;

      const reloaded = new Peer(await route.connect());
      reloaded.onFrame((bytes) => frames.push(decodeFrame(bytes)));
      await reloaded.request('subscribe');
      await reloaded.request('offer');
      await expect.poll(() => frames.length).toBe(1);
      expect(frames[0]).toMatchObject({ sequence: 1, snapshot: true });
      reloaded.close();
    });
  });
}
