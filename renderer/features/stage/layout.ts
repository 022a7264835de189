export type Density = 'full' | 'compact' | 'row' | 'tile';

export interface StageLayout {
  readonly density: Density;
  readonly columns: 1 | 2;
  /** Whether the cards need more height than there is. */
  readonly scrolls: boolean;
}

interface Room {
  /** rem that one card needs. */
  readonly card: number;
  /** rem between two cards. */
  readonly gap: number;
}

const ROOM: Readonly<Record<Exclude<Density, 'tile'>, Room>> = {
  full: { card: 5.125, gap: 0.5 },
  compact: { card: 3.75, gap: 0.25 },
  row: { card: 1.75, gap: 0.25 },
};
/** Projected cards have one row of buttons instead of two. */
const PROJECTED_COMPACT: Room = { card: 3, gap: 0.25 };
/** rem of the stage below which an origin has one line, however few there are (the style's `58rem`, less its margins). */
const NARROW = 56;
/** Origins from which on seeing all of them at once is worth more than a line for each. Nobody scrolls what is projected. */
const MANY = 32;
/** rem that two columns of cards, clients and balancer need. */
const TWO_COLUMNS = 60;

/**
 * The roomiest arrangement in which all `origins` are seen at once; where there is none, rows that scroll, or tiles for very many.
 * @param width rem
 * @param height rem
 */
export function arrange(origins: number, width: number, height: number, projector: boolean): StageLayout {
  const fits = (density: Exclude<Density, 'tile'>, columns: number): boolean => {
    const { card, gap } = projector && density === 'compact' ? PROJECTED_COMPACT : ROOM[density];
    const rows = Math.ceil(origins / columns);
    return rows * card + (rows - 1) * gap <= height;
  };
  const rowsOrTiles = (columns: 1 | 2): StageLayout => {
    if (fits('row', columns)) return { density: 'row', columns, scrolls: false };
    return origins > MANY || projector
      ? { density: 'tile', columns: 1, scrolls: true }
      : { density: 'row', columns, scrolls: true };
  };
  if (width < NARROW) return rowsOrTiles(1);
  if (!projector && fits('full', 1)) return { density: 'full', columns: 1, scrolls: false };
  if (fits('compact', 1)) return { density: 'compact', columns: 1, scrolls: false };
  if (fits('row', 1)) return { density: 'row', columns: 1, scrolls: false };
  return rowsOrTiles(width >= TWO_COLUMNS ? 2 : 1);
}
