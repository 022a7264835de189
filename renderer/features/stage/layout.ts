export type Density = 'full' | 'compact' | 'row';

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

const ROOM: Readonly<Record<Density, Room>> = {
  full: { card: 5.125, gap: 0.5 },
  compact: { card: 3.875, gap: 0.25 },
  row: { card: 1.75, gap: 0.25 },
};
/** Projected cards have one row of buttons instead of two. */
const PROJECTED_COMPACT: Room = { card: 3.25, gap: 0.25 };
/** rem of the stage below which an origin has one line, however few there are (the style's `58rem`, less its margins). */
const NARROW = 56;
/** rem that two columns of cards, clients and balancer need. */
const TWO_COLUMNS = 60;

/**
 * The roomiest arrangement in which all `origins` are seen at once; rows that scroll when there is none.
 * @param width rem
 * @param height rem
 */
export function arrange(origins: number, width: number, height: number, projector: boolean): StageLayout {
  const fits = (density: Density, columns: number): boolean => {
    const { card, gap } = projector && density === 'compact' ? PROJECTED_COMPACT : ROOM[density];
    const rows = Math.ceil(origins / columns);
    return rows * card + (rows - 1) * gap <= height;
  };
  if (width < NARROW) return { density: 'row', columns: 1, scrolls: !fits('row', 1) };
  if (!projector && fits('full', 1)) return { density: 'full', columns: 1, scrolls: false };
  if (fits('compact', 1)) return { density: 'compact', columns: 1, scrolls: false };
  if (fits('row', 1)) return { density: 'row', columns: 1, scrolls: false };
  const columns = width >= TWO_COLUMNS ? 2 : 1;
  return { density: 'row', columns, scrolls: !fits('row', columns) };
}
