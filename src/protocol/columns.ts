import { EvenkeelError } from '../core/errors.ts';

/**
 * Tables as binary columns. A table costs one typed-array copy per column to write and nothing to read (the decoded
 * columns are views on the message), where an array of objects costs about a hundred times as much to clone.
 */
const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array, f64: Float64Array } as const;

export type ColumnType = keyof typeof TYPES;
export type TableShape = Readonly<Record<string, ColumnType>>;
export type Column<T extends ColumnType> = InstanceType<(typeof TYPES)[T]>;
export type Table<S extends TableShape> = { readonly rows: number } & {
  readonly columns: { readonly [K in keyof S]: Column<S[K]> };
};

/** An empty table with room for `capacity` rows. */
export function createColumns<S extends TableShape>(shape: S, capacity: number): Table<S>['columns'] {
  const columns: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(shape)) columns[name] = new TYPES[type](capacity);
  return columns as Table<S>['columns'];
}

// Not with bit operations: a damaged count of rows would overflow them and look small.
const align = (offset: number): number => Math.ceil(offset / 8) * 8;

/** Bytes a table of `rows` rows takes on the wire. */
export function tableSize(shape: TableShape, rows: number): number {
  let size = 8;
  for (const type of Object.values(shape)) size = align(size + rows * TYPES[type].BYTES_PER_ELEMENT);
  return size;
}

/** Writes the first `rows` rows at `offset` (a multiple of 8); answers the offset after them. */
export function writeTable<S extends TableShape>(
  out: ArrayBuffer,
  offset: number,
  shape: S,
  columns: Table<S>['columns'],
  rows: number,
): number {
  new Uint32Array(out, offset, 1)[0] = rows;
  let at = offset + 8;
  for (const [name, type] of Object.entries(shape)) {
    const View = TYPES[type];
    new View(out, at, rows).set((columns[name] as Uint8Array).subarray(0, rows));
    at = align(at + rows * View.BYTES_PER_ELEMENT);
  }
  return at;
}

/**
 * Reads a table as views on `buffer`; answers it and the offset after it.
 * @throws EvenkeelError `bad-frame` when the message ends before the table does
 */
export function readTable<S extends TableShape>(
  buffer: ArrayBuffer,
  offset: number,
  shape: S,
): { table: Table<S>; end: number } {
  if (offset + 8 > buffer.byteLength) throw truncated();
  const rows = new Uint32Array(buffer, offset, 1)[0] ?? 0;
  if (offset + tableSize(shape, rows) > buffer.byteLength) throw truncated();
  let at = offset + 8;
  const columns: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(shape)) {
    const View = TYPES[type];
    columns[name] = new View(buffer, at, rows);
    at = align(at + rows * View.BYTES_PER_ELEMENT);
  }
  return { table: { rows, columns: columns as Table<S>['columns'] }, end: at };
}

function truncated(): EvenkeelError {
  return new EvenkeelError('bad-frame', 'A telemetry frame ended too early; reload the page to start afresh.');
}
