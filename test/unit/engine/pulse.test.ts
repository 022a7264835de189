import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beat, PulseWatch, SILENT_FOR } from '../../../src/engine/pulse.ts';
import { Peer } from '../../../src/protocol/peer.ts';
import { createMemoryTransports } from '../../support/memory-transports.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SECOND = 1000;

/** A thread under watch that beats when it is told to, and what was said of it. */
function watched() {
  const [here, there] = createMemoryTransports();
  const said: string[] = [];
  const watch = new PulseWatch(
    new Peer(here),
    () => said.push('silent'),
    (silence) => said.push(`back after ${silence}`),
  );
  return { thread: new Peer(there), watch, said };
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

describe('the watch over a thread', () => {
  it('says nothing while it beats', async () => {
    const { thread, said } = watched();
    beat(thread);
    await pass(60 * SECOND);
    expect(said).toEqual([]);
  });

  it('waits for the first beat, then says once that there are none, and that they are back', async () => {
    const { thread, said } = watched();
    await pass(60 * SECOND);
    expect(said).toEqual([]);
    thread.emit('beat', null);
    await pass(SILENT_FOR * SECOND - 1);
    expect(said).toEqual([]);
    await pass(4 * SECOND);
    expect(said).toEqual(['silent']);
    thread.emit('beat', null);
    await pass(0);
    expect(said).toEqual(['silent', `back after ${SILENT_FOR + 3}`]);
    await pass(SILENT_FOR * SECOND);
    expect(said).toEqual(['silent', `back after ${SILENT_FOR + 3}`, 'silent']);
  });

  it('takes no silence of its own for that of the thread: a clock that jumped is one look', async () => {
    const { thread, said } = watched();
    thread.emit('beat', null);
    await pass(SECOND);
    vi.setSystemTime(Date.now() + 3600 * SECOND);
    await pass(SECOND);
    expect(said).toEqual([]);
  });

  it('says nothing after its end', async () => {
    const { thread, watch, said } = watched();
    thread.emit('beat', null);
    await pass(SECOND);
    watch.stop();
    thread.emit('beat', null);
    await pass(60 * SECOND);
    expect(said).toEqual([]);
  });
});
