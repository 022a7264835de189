import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { StrategyResult } from '../simulation/result.ts';
import { bad } from './options.ts';

/** What identifies a run: the same again gives the same figures, so a row with its key need not be made once more. */
export function runKey(what: unknown): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 12);
}

const FIGURES = [
  'offered',
  'completed',
  'failed',
  'rejected',
  'retried',
  'mean_ms',
  'p50_ms',
  'p90_ms',
  'p95_ms',
  'p99_ms',
  'max_ms',
  'mean_low_ms',
  'mean_high_ms',
  'in_system',
  'unstable',
] as const;

/** The heads of a CSV table; its first column identifies the run. */
export function csvHead(paths: readonly string[]): string {
  return csvLine(['run', ...paths, 'strategy', ...FIGURES]);
}

export function csvRow(key: string, values: readonly unknown[], result: StrategyResult): string {
  const { latency_ms: latency } = result;
  const [low, high] = latency.mean_ci95 ?? [null, null];
  return csvLine([
    key,
    ...values,
    result.strategy,
    result.offered,
    result.completed,
    result.failed,
    result.rejected,
    result.retried,
    latency.mean,
    latency.p50,
    latency.p90,
    latency.p95,
    latency.p99,
    latency.max,
    low,
    high,
    result.in_system,
    result.unstable ?? '',
  ]);
}

export function jsonRow(key: string, values: Readonly<Record<string, unknown>>, result: StrategyResult): string {
  return JSON.stringify({ run: key, with: values, ...result });
}

function csvLine(cells: readonly unknown[]): string {
  return cells.map((cell) => csvCell(cell === null ? '' : String(cell))).join(',');
}

function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Keys of the runs that a file of an earlier, interrupted sweep holds; a last line that was cut off does not count.
 * @returns how much of the file is whole lines, in bytes
 * @throws EvenkeelError `bad-argument` where the file holds something else
 */
export function finishedRuns(file: string, json: boolean, head: string): { keys: ReadonlySet<string>; length: number } {
  const there = statSync(file, { throwIfNoEntry: false });
  if (!there) return { keys: new Set(), length: 0 };
  if (!there.isFile()) throw bad(`${file} cannot be written: it is ${there.isDirectory() ? 'a folder' : 'no file'}.`);
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').filter((line) => line !== '');
  const begun = json ? '{"run":"' : head;
  // Of a sweep that was interrupted in its first line there is no more than a part of it.
  const cut = begun.startsWith(text) || (json && text.startsWith(begun));
  const ours = whole === '' ? cut : json ? lines.every((line) => line.startsWith(begun)) : lines[0] === head;
  if (!ours) throw bad(`${file} holds something else than this sweep; give --out another file.`);
  const keys = json ? lines.map((line) => line.slice(8, 20)) : lines.slice(1).map((line) => line.slice(0, 12));
  return { keys: new Set(keys), length: Buffer.byteLength(whole) };
}
