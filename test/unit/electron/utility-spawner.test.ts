import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { utilityProcess } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createUtilitySpawner, describeExit } from '../../../electron/utility-spawner.ts';
import type { OriginProcess } from '../../../src/host/spawner.ts';

vi.mock('electron', () => ({ utilityProcess: { fork: vi.fn() } }));

const ORIGIN = {
  name: 'B',
  host: '127.0.0.1',
  port: 8082,
  service: { time: { constant: 1 }, workers: 1, queue: 'unlimited', errorRate: 0 },
  seed: 1,
  number: 0,
  cold: false,
} as const;

class FakeChild extends EventEmitter {
  pid: number | undefined;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly postMessage = vi.fn();

  start(): void {
    this.pid = 4242;
    this.emit('spawn');
  }
}

let child: FakeChild;
let origin: OriginProcess;
const kill = vi.spyOn(process, 'kill');

beforeEach(() => {
  child = new FakeChild();
  vi.mocked(utilityProcess.fork).mockReturnValue(child as never);
  kill.mockReset().mockReturnValue(true);
  origin = createUtilitySpawner('/dist/node/origin.cjs').spawn(ORIGIN);
});
afterEach(() => vi.clearAllMocks());

describe('an origin as a utility process', () => {
  it('is started with its definition as the one argument', () => {
    expect(utilityProcess.fork).toHaveBeenCalledExactlyOnceWith('/dist/node/origin.cjs', [JSON.stringify(ORIGIN)], {
      stdio: 'pipe',
      serviceName: 'Evenkeel origin B',
    });
  });

  it('has a pid once it was spawned, and speaks both ways', () => {
    const received: unknown[] = [];
    origin.onMessage((message) => received.push(message));
    expect(origin.pid).toBeUndefined();
    child.start();
    expect(origin.pid).toBe(4242);
    origin.send({ type: 'report', ask: 1 });
    child.emit('message', { type: 'ready', port: 8082 });
    expect(child.postMessage).toHaveBeenCalledWith({ type: 'report', ask: 1 });
    expect(received).toEqual([{ type: 'ready', port: 8082 }]);
  });

  it('gives whole lines of output and error', async () => {
    const lines: string[] = [];
    origin.onOutput((line) => lines.push(line));
    child.stdout.write('one\ntw');
    child.stderr.write('oh\n');
    child.stdout.write('o\n');
    await nextTurn();
    await nextTurn();
    expect(lines.sort()).toEqual(['oh', 'one', 'two']);
  });

  it('is killed with SIGKILL and says so, whatever code Electron reports', () => {
    const reasons: string[] = [];
    origin.onExit((reason) => reasons.push(reason));
    child.start();
    origin.kill();
    expect(kill).toHaveBeenCalledExactlyOnceWith(4242, 'SIGKILL');
    child.emit('exit', 0);
    expect(reasons).toEqual(['SIGKILL']);
  });

  it('is killed as soon as it has a pid, if it had none yet', () => {
    origin.kill();
    expect(kill).not.toHaveBeenCalled();
    child.start();
    expect(kill).toHaveBeenCalledExactlyOnceWith(4242, 'SIGKILL');
  });

  it('is not killed after its end, when the pid may be another process', () => {
    child.start();
    child.emit('exit', 1);
    origin.kill();
    expect(kill).not.toHaveBeenCalled();
  });

  it('may end in the moment it is killed', () => {
    child.start();
    kill.mockImplementation(() => {
      throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
    });
    expect(() => origin.kill()).not.toThrow();
  });

  it.each([
    [1, 'exit code 1'],
    [9, 'SIGKILL'],
    [15, 'SIGTERM'],
    [0, 'ended by a signal'],
  ])('that ends by itself with %i says %j', (code, reason) => {
    expect(describeExit(code)).toBe(reason);
  });
});
