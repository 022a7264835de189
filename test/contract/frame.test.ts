import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvenkeelError } from '../../src/core/errors.ts';
import {
  type ColumnType,
  createColumns,
  readTable,
  type Table,
  type TableShape,
  tableSize,
  writeTable,
} from '../../src/protocol/columns.ts';
import {
  ATTEMPTS,
  decodeFrame,
  encodeFrame,
  type Frame,
  MAX_FRAME_BYTES,
  ORIGINS,
  SECONDS,
  STARTS,
  TOTALS,
} from '../../src/protocol/frame.ts';
import { emptyFrame } from '../support/empty-frame.ts';

const u32 = fc.nat({ max: 0xffff_ffff });
const VALUES: Record<ColumnType, fc.Arbitrary<number>> = {
  u8: fc.nat({ max: 0xff }),
  u16: fc.nat({ max: 0xffff }),
  u32,
  f32: fc.float(),
  f64: fc.double(),
};

/** A table of this shape with up to `max` rows; its columns may have room for more, as a ring's have. */
function tableOf<S extends TableShape>(shape: S, max: number): fc.Arbitrary<Table<S>> {
  return fc.record({ rows: fc.nat({ max }), spare: fc.nat({ max: 3 }) }).chain(({ rows, spare }) => {
    const length = rows + spare;
    const columns = Object.entries(shape).map(([name, type]) =>
      fc.array(VALUES[type], { minLength: length, maxLength: length }).map((values) => [name, values] as const),
    );
    return fc.tuple(...columns).map((filled) => {
      const table = { rows, columns: createColumns(shape, length) };
      for (const [name, values] of filled) (table.columns[name] as Float64Array).set(values);
      return table;
    });
  });
}

const frames: fc.Arbitrary<Frame> = fc.record({
  sequence: u32,
  now: fc.double({ noNaN: true }),
  snapshot: fc.boolean(),
  sampling: u32,
  ended: u32,
  strings: fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 12 }),
  totals: tableOf(TOTALS, 1),
  origins: tableOf(ORIGINS, 5),
  seconds: tableOf(SECONDS, 5),
  starts: tableOf(STARTS, 7),
  attempts: tableOf(ATTEMPTS, 7),
});

/** A table as plain rows, so that columns with spare room compare equal to columns without. */
function rowsOf<S extends TableShape>({ rows, columns }: Table<S>): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, Array.from(column.subarray(0, rows))]),
  );
}

function plain(frame: Frame): unknown {
  const { totals, origins, seconds, starts, attempts, ...rest } = frame;
  return { ...rest, tables: [totals, origins, seconds, starts, attempts].map((table) => [table.rows, rowsOf(table)]) };
}

/** Whatever comes in, the answer is a frame or an error of ours. */
function decodeOrRefuse(bytes: Uint8Array): Frame | EvenkeelError {
  try {
    return decodeFrame(bytes);
  } catch (error) {
    if (error instanceof EvenkeelError) return error;
    throw error;
  }
}

const header = { sequence: 1, now: 2, snapshot: true, sampling: 3, ended: 4 };

describe('a telemetry frame', () => {
  it('arrives as it was sent', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(plain(decodeFrame(encodeFrame(frame)))).toEqual(plain(frame));
      }),
    );
  });

  it('can be read from the middle of a buffer, at any offset', () => {
    fc.assert(
      fc.property(frames, fc.nat({ max: 17 }), (frame, offset) => {
        const bytes = encodeFrame(frame);
        const larger = new Uint8Array(bytes.byteLength + offset + 5).fill(0xaa);
        larger.set(bytes, offset);
        expect(plain(decodeFrame(larger.subarray(offset, offset + bytes.byteLength)))).toEqual(plain(frame));
      }),
      { numRuns: 50 },
    );
  });

  it('is a buffer of its own, so that it can be transferred', () => {
    const bytes = encodeFrame(emptyFrame(header));
    expect(bytes.byteOffset).toBe(0);
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
  });

  it('is refused when it ends too early, wherever', () => {
    const [frame] = fc.sample(frames, { numRuns: 1, seed: 7 });
    if (!frame) throw new Error('no sample');
    const bytes = encodeFrame(frame);
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(() => decodeFrame(bytes.slice(0, length)), `${length} of ${bytes.byteLength}`).toThrow(EvenkeelError);
    }
  });

  it('is refused when it is garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(decodeOrRefuse(bytes)).toMatchObject({ code: 'bad-frame' });
      }),
    );
  });

  it('never breaks the reader, whichever bytes of it are damaged', () => {
    const damage = fc.array(fc.record({ at: fc.nat(), value: fc.nat({ max: 255 }) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(frames, damage, (frame, changes) => {
        const bytes = encodeFrame(frame);
        for (const { at, value } of changes) bytes[at % bytes.byteLength] = value;
        decodeOrRefuse(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['an impossible number of rows', 0xffff_ffff],
    ['more rows than there are bytes', 100],
  ])('is refused with %s', (_, rows) => {
    const bytes = encodeFrame({ ...emptyFrame(header), strings: [] });
    new DataView(bytes.buffer).setUint32(32 + 8, rows, true); // TOTALS follows "[]", padded
    expect(decodeOrRefuse(bytes)).toMatchObject({ code: 'bad-frame' });
  });

  it.each(['{"a":1}', 'null', '[1,2]', '[null]', '"text"', '[', ''])('is refused when its strings are %s', (text) => {
    const bytes = encodeFrame({ ...emptyFrame(header), strings: ['0123456789'] });
    bytes.fill(0x20, 32, 32 + 14);
    bytes.set(new TextEncoder().encode(text), 32);
    expect(decodeOrRefuse(bytes)).toMatchObject({ code: 'bad-frame' });
  });

  it('is refused when it is over the limit, before anything is read', () => {
    const bytes = encodeFrame(emptyFrame(header));
    const large = new Uint8Array(MAX_FRAME_BYTES + 1);
    large.set(bytes);
    expect(decodeOrRefuse(large)).toMatchObject({ code: 'too-large' });
  });
});

describe('a table of columns', () => {
  const SHAPE = { a: 'u8', b: 'f64', c: 'u16', d: 'f32', e: 'u32' } as const;

  it('takes exactly the bytes it says, a multiple of 8, whatever stands around it', () => {
    fc.assert(
      fc.property(tableOf(SHAPE, 20), fc.nat({ max: 4 }), (table, words) => {
        const offset = words * 8;
        const size = tableSize(SHAPE, table.rows);
        const out = new ArrayBuffer(offset + size + 16);
        new Uint8Array(out).fill(0xee);
        expect(size % 8).toBe(0);
        expect(writeTable(out, offset, SHAPE, table.columns, table.rows)).toBe(offset + size);
        const around = [new Uint8Array(out, 0, offset), new Uint8Array(out, offset + size)];
        for (const bytes of around) expect(bytes.every((byte) => byte === 0xee)).toBe(true);
        const { table: read, end } = readTable(out, offset, SHAPE);
        expect(end).toBe(offset + size);
        expect(rowsOf(read)).toEqual(rowsOf(table));
      }),
    );
  });

  it('is read as views, without copying', () => {
    const columns = createColumns(SHAPE, 2);
    const out = new ArrayBuffer(tableSize(SHAPE, 2));
    writeTable(out, 0, SHAPE, columns, 2);
    const { table } = readTable(out, 0, SHAPE);
    for (const column of Object.values(table.columns)) {
      expect(column.buffer).toBe(out);
      expect(column.byteOffset % column.BYTES_PER_ELEMENT).toBe(0);
    }
  });
});
