import { describe, expect, it } from 'vitest';
import { EvenkeelError } from '../../../src/core/errors.ts';
import { Peer } from '../../../src/protocol/peer.ts';
import { createMemoryTransports } from '../../support/memory-transports.ts';

describe('a peer whose other side is silent', () => {
  it('keeps nobody waiting, asks nothing of it, and goes on when it is back', async () => {
    const [here, there] = createMemoryTransports();
    const asked: unknown[] = [];
    let answer: (text: string) => void = () => undefined;
    const other = new Peer(there, {
      say: (text: unknown) => {
        asked.push(text);
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    });
    const peer = new Peer(here);
    const waiting = peer.request('say', 'first');
    const silent = new EvenkeelError('disconnected', 'It does not answer.');
    peer.setSilent(silent);
    await expect(waiting).rejects.toBe(silent);
    await expect(peer.request('say', 'second')).rejects.toBe(silent);
    // Late: nobody waits for it any more.
    answer('late');
    peer.setSilent(undefined);
    const third = peer.request('say', 'third');
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    answer('here');
    expect(await third).toBe('here');
    expect(asked).toEqual(['first', 'third']);
    other.close();
  });
});
