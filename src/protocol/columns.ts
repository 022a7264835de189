import { EvenkeelError } from '../core/errors.ts';

/**
 * Tables as binary columns. A table costs one typed-array copy per column to write and nothing to read (the decoded
 * columns are views on the message), where an array of objects costs about a hundred times as much to clone.
 */
const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array, f64: Float64Array } as const;

export type ColumnType = keyof typeof TYPES;
export type TableShape = Readonly<Record<string, ColumnType>>;
type Column<T extends ColumnType> = InstanceType<(typeof TYPES)[T]>;
export type Table<S extends TableShape> = { readonly rows: number } & {
  readonly columns: { readonly [K in keyof S]: Column<S[K]> };
};

/** An empty table with room for `capacity` rows, in one piece of memory and laid out as on the wire. */
export function createColumns<S extends TableShape>(shape: S, capacity: number): Table<S>['columns'] {
  return viewsOn(shape, new ArrayBuffer(tableSize(shape, capacity) - ROWS_BYTES), 0, capacity);
}

/** In front of the columns: how many rows there are. */
const ROWS_BYTES = 8;

interface Place {
  readonly name: string;
  /** Bytes of one value. */
  readonly size: number;
}
const layouts = new WeakMap<TableShape, readonly Place[]>();

/** The columns of a shape, worked out once. */
function layoutOf(shape: TableShape): readonly Place[] {
  let layout = layouts.get(shape);
  if (layout === undefined) {
    layout = Object.entries(shape).map(([name, type]) => ({ name, size: TYPES[type].BYTES_PER_ELEMENT }));
    layouts.set(shape, layout);
  }
  return layout;
}

// Not with bit operations: a damaged count of rows would overflow them and look small.
const align = (offset: number): number => Math.ceil(offset / 8) * 8;

/** Bytes a table of `rows` rows takes on the wire. */
export function tableSize(shape: TableShape, rows: number): number {
  let total = ROWS_BYTES;
  for (const { size } of layoutOf(shape)) total = align(total + rows * size);
  return total;
}

/** From so many words on a view to copy them by costs less than to copy them one by one. */
const MANY_WORDS = 256;

/**
 * Writes the first `rows` rows at `offset` (a multiple of 8); answers the offset after them.
 * @param columns made by `createColumns`, so that where they lie is known: a view for each costs more than what is in them
 */
export function writeTable<S extends TableShape>(
  out: ArrayBuffer,
  offset: number,
  shape: S,
  columns: Table<S>['columns'],
  rows: number,
): number {
  const layout = layoutOf(shape);
  const first = columns[layout[0]?.name ?? ''] as Column<ColumnType>;
  const capacity = first.length;
  const source = new Uint32Array(first.buffer);
  const words = new Uint32Array(out);
  let to = offset / 4;
  words[to] = rows;
  to += ROWS_BYTES / 4;
  let from = 0;
  for (const { size } of layout) {
    const bytes = rows * size;
    const whole = bytes >>> 2;
    if (whole >= MANY_WORDS) words.set(source.subarray(from, from + whole), to);
    else for (let word = 0; word < whole; word++) words[to + word] = source[from + word] as number;
    const rest = bytes & 3;
    // What lies behind the last row is of a frame before.
    if (rest > 0) words[to + whole] = (source[from + whole] as number) & ((1 << (8 * rest)) - 1);
    to += align(bytes) / 4;
    from += align(capacity * size) / 4;
  }
  return to * 4;
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
  if (offset + ROWS_BYTES > buffer.byteLength) throw truncated();
  const rows = new Uint32Array(buffer, offset, 1)[0] ?? 0;
  if (offset + tableSize(shape, rows) > buffer.byteLength) throw truncated();
  const columns = viewsOn(shape, buffer, offset + ROWS_BYTES, rows);
  return { table: { rows, columns }, end: offset + tableSize(shape, rows) };
}

/** The columns of a table as they lie from `at` on. */
function viewsOn<S extends TableShape>(shape: S, buffer: ArrayBuffer, at: number, rows: number): Table<S>['columns'] {
  const columns: Record<string, unknown> = {};
  let next = at;
  for (const [name, type] of Object.entries(shape)) {
    const View = TYPES[type];
    columns[name] = new View(buffer, next, rows);
    next = align(next + rows * View.BYTES_PER_ELEMENT);
  }
  return columns as Table<S>['columns'];
}

function truncated(): EvenkeelError {
  return new EvenkeelError('bad-frame', 'A telemetry frame ended too early; reload the page to start afresh.');
}
