import { createColumns, type TableShape } from '../../../src/protocol/columns.ts';
import { ATTEMPTS, type Frame, ORIGINS, SECONDS, STARTS, TOTALS } from '../../../src/protocol/frame.ts';
import { emptyFrame } from '../../support/empty-frame.ts';

type Rows<S extends TableShape> = readonly Partial<Record<keyof S, number | string>>[];

interface FrameParts {
  readonly sequence?: number;
  readonly now?: number;
  readonly snapshot?: boolean;
  readonly sampling?: number;
  readonly totals?: Partial<Record<keyof typeof TOTALS, number>>;
  readonly origins?: Rows<typeof ORIGINS>;
  readonly seconds?: Rows<typeof SECONDS>;
  readonly starts?: Rows<typeof STARTS>;
  readonly attempts?: Rows<typeof ATTEMPTS>;
}

/** A frame from plain rows; strings in them are put into its table of strings. */
export function frameOf(parts: FrameParts): Frame {
  const strings = [''];
  const table = <S extends TableShape>(shape: S, rows: Rows<S> = []) => {
    const columns = createColumns(shape, rows.length);
    rows.forEach((row, index) => {
      for (const [name, value] of Object.entries(row)) {
        (columns as Record<string, Float64Array>)[name]?.set([numberOf(value as number | string)], index);
      }
    });
    return { rows: rows.length, columns };
  };
  const numberOf = (value: number | string): number => {
    if (typeof value === 'number') return value;
    if (!strings.includes(value)) strings.push(value);
    return strings.indexOf(value);
  };
  return {
    ...emptyFrame({
      sequence: parts.sequence ?? 1,
      now: parts.now ?? 100_000,
      snapshot: parts.snapshot ?? false,
      sampling: parts.sampling ?? 1,
      ended: parts.attempts?.length ?? 0,
    }),
    strings,
    totals: table(TOTALS, [parts.totals ?? {}]),
    origins: table(ORIGINS, parts.origins),
    seconds: table(SECONDS, parts.seconds),
    starts: table(STARTS, parts.starts),
    attempts: table(ATTEMPTS, parts.attempts),
  };
}
