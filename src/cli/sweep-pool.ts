import { Worker } from 'node:worker_threads';
import type { StrategyResult } from '../simulation/result.ts';
import type { SweepAnswer, SweepTask } from './sweep-worker.ts';

export interface SweepPoolOptions {
  /** The built entry of its threads. */
  readonly file: string;
  readonly threads: number;
  readonly tasks: readonly SweepTask[];
  /** Called for each task, in the order in which they end. */
  readonly onResult: (number: number, result: StrategyResult) => void;
  /** Fulfilled when no more is to be begun. */
  readonly stopped: Promise<void>;
}

/** Runs all tasks over some threads; answers when they are done or were stopped. @throws what a thread fails with */
export async function runTasks({ file, threads, tasks, onResult, stopped }: SweepPoolOptions): Promise<void> {
  const waiting = [...tasks];
  const workers = Array.from({ length: Math.min(threads, tasks.length) }, () => new Worker(file));
  try {
    const lanes = workers.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          const next = (): void => {
            const task = waiting.shift();
            if (task) worker.postMessage(task);
            else resolve();
          };
          worker.on('message', ({ number, result }: SweepAnswer) => {
            onResult(number, result);
            next();
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
