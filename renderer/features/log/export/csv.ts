import { failureOf } from '../../../../src/core/failure.ts';
import type { AttemptRow } from '../../../telemetry/attempt-ring.ts';
import { arrivedAt, wholeTime } from '../../requests/request-words.ts';

const COLUMNS: readonly (readonly [title: string, value: (row: AttemptRow) => string | number])[] = [
  ['request', ({ request }) => request],
  ['time', (row) => new Date(arrivedAt(row)).toISOString()],
  ['method', ({ method }) => method],
  ['path', ({ path }) => path],
  ['client', ({ client }) => client],
  ['origin', ({ origin }) => origin],
  ['status', ({ status }) => status],
  ['total_ms', (row) => exact(wholeTime(row))],
  ['queued_ms', ({ queued }) => (queued < 0 ? '' : exact(queued))],
  ['attempts', ({ attempt }) => attempt],
  ['strategy', ({ strategy }) => strategy],
  ['reason', ({ reason }) => reason],
  ['failure', ({ failure }) => failureOf(failure)?.kind ?? ''],
  ['received_bytes', ({ received }) => received],
  ['sent_bytes', ({ sent }) => sent],
];

export const CSV_HEAD = line(COLUMNS.map(([title]) => title));

/** One request as a line of RFC 4180. */
export function csvLine(row: AttemptRow): string {
  return line(COLUMNS.map(([, value]) => value(row)));
}

function line(fields: readonly (string | number)[]): string {
  return `${fields.map(field).join(',')}\r\n`;
}

/** What a spreadsheet would take for a formula gets an apostrophe, or a path could run something on opening. */
function field(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Three decimals are more than the clock is good for. */
export function exact(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
