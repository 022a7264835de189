import { createColumns } from '../../src/protocol/columns.ts';
import { ATTEMPTS, type Frame, type FrameHeader, ORIGINS, SECONDS, STARTS, TOTALS } from '../../src/protocol/frame.ts';

/** A frame that says nothing, as a lab without requests sends. */
export function emptyFrame(header: FrameHeader): Frame {
  return {
    ...header,
    strings: [''],
    totals: { rows: 1, columns: createColumns(TOTALS, 1) },
    origins: { rows: 0, columns: createColumns(ORIGINS, 0) },
    seconds: { rows: 0, columns: createColumns(SECONDS, 0) },
    starts: { rows: 0, columns: createColumns(STARTS, 0) },
    attempts: { rows: 0, columns: createColumns(ATTEMPTS, 0) },
  };
}
