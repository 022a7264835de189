import { Worker } from 'node:worker_threads';
import type { StrategyResult } from '../simulation/result.ts';
import type { SweepAnswer, SweepTask } from './sweep-worker.ts';

interface SweepPoolOptions {
  /** The built entry of its threads. */
  readonly file: string;
  readonly threads: number;
  readonly count: number;
  /** Makes a task when its turn has come. @param place 0 to `count` - 1 */
  readonly task: (place: number) => SweepTask;
  /** Called for each task, in the order in which they end. */
  readonly onResult: (number: number, result: StrategyResult) => void;
  /** Fulfilled when no more is to be begun. */
  readonly stopped: Promise<void>;
}

/** Runs all tasks over some threads; answers when they are done or were stopped. @throws what a thread or `onResult` fails with */
export async function runTasks({ file, threads, count, task, onResult, stopped }: SweepPoolOptions): Promise<void> {
  let begun = 0;
  const workers = Array.from({ length: Math.min(threads, count) }, () => new Worker(file));
  try {
    const lanes = workers.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          const next = (): void => {
            if (begun < count) worker.postMessage(task(begun++));
            else resolve();
          };
          worker.on('message', ({ number, result }: SweepAnswer) => {
            try {
              onResult(number, result);
              next();
            } catch (error) {
              reject(error);
            }
          });
          worker.once('error', reject);
          next();
        }),
    );
    await Promise.race([stopped, Promise.all(lanes)]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
