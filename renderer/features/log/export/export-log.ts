import type { AttemptRow } from '../../../telemetry/attempt-ring.ts';
import { CSV_HEAD, csvLine } from './csv.ts';
import { harEntry, harEnvelope } from './har.ts';

export type ExportFormat = 'csv' | 'har';

/** Rows written in one go, so that 20,000 of them do not hold up the picture. */
const BATCH = 500;

/** The rows as a file's content, made a part at a time. */
export async function exportLog(
  rows: readonly AttemptRow[],
  format: ExportFormat,
  { base, version }: { readonly base: string; readonly version: string },
): Promise<Blob> {
  const { head, tail } = format === 'csv' ? { head: CSV_HEAD, tail: '' } : harEnvelope(version);
  const write = format === 'csv' ? csvLine : (row: AttemptRow) => JSON.stringify(harEntry(row, base));
  const between = format === 'csv' ? '' : ',\n';
  const parts = [head];
  for (let from = 0; from < rows.length; from += BATCH) {
    if (from > 0) {
      parts.push(between);
      await new Promise((resolve) => setTimeout(resolve));
    }
    parts.push(
      rows
        .slice(from, from + BATCH)
        .map(write)
        .join(between),
    );
  }
  return new Blob([...parts, tail], { type: format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json' });
}
