import { describe, expect, it, vi } from 'vitest';
import type { FromOrigin, ToOrigin } from '../../../src/engine/origin-messages.ts';
import type { OriginProcess } from '../../../src/host/spawner.ts';
import { SupervisedOrigin } from '../../../src/host/supervised-origin.ts';
import { DEFAULT_SERVICE } from '../../../src/protocol/lab-file-defaults.ts';

const COUNTS = { received: 3, serving: 0, waiting: 0, load: 0 };

/** An origin whose process says what the test lets it say. */
async function started() {
  const sent: ToOrigin[] = [];
  let say: (message: FromOrigin) => void = () => {};
  const process: OriginProcess = {
    pid: 1,
    send: (message) => void sent.push(message),
    onMessage: (listener) => {
      say = listener;
    },
    onOutput: () => {},
    onExit: () => {},
    kill: () => {},
  };
  const origin = new SupervisedOrigin({
    definition: { name: 'A', port: 8081, weight: 1, service: DEFAULT_SERVICE },
    host: '127.0.0.1',
    seed: 1,
    number: 0,
    spawner: { spawn: () => process },
    onChange: () => {},
    onExit: () => {},
  });
  const starting = origin.start();
  say({ type: 'ready', port: 8081 });
  await starting;
  const answer = (): void => {
    const last = sent.at(-1);
    if (last?.type !== 'report') throw new Error('Nothing was asked.');
    say({ type: 'report', ask: last.ask, ...COUNTS });
  };
  return { origin, sent, answer, say: (message: FromOrigin) => say(message) };
}

describe('an origin that is told of a fault', () => {
  it('has it when that is done: it has said so itself, not only reported by the way', async () => {
    const { origin, sent, answer, say } = await started();
    const done = vi.fn();
    const told = origin.setFaults({ reset: true }).then(done);
    expect(sent.map(({ type }) => type)).toEqual(['faults', 'report']);
    say({ type: 'report', ...COUNTS });
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(done).not.toHaveBeenCalled();
    answer();
    await told;
    expect(origin.state.faults.reset).toBe(true);
  });

  it('keeps nobody waiting who cannot be asked', async () => {
    vi.useFakeTimers();
    try {
      const { origin } = await started();
      const told = origin.setFaults({ slow: 2 });
      await vi.advanceTimersByTimeAsync(500);
      await told;
      expect(origin.state.faults.slow).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
