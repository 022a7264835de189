export type Density = 'full' | 'compact' | 'row';

export interface StageLayout {
  readonly density: Density;
  readonly columns: 1 | 2;
  /** Whether the cards need more height than there is. */
  readonly scrolls: boolean;
}

/** Heights in rem: what each density needs, and the gap between two cards. */
const NEEDS: Readonly<Record<Density, number>> = { full: 5.125, compact: 3.625, row: 2 };
export const GAP = 0.5;
/** rem that two columns of cards need beside clients and balancer. */
const TWO_COLUMNS = 62;

/** The roomiest arrangement in which all `origins` are seen at once; rows that scroll when there is none. */
export function arrange(origins: number, width: number, height: number): StageLayout {
  const fits = (density: Density, columns: number): boolean => {
    const rows = Math.ceil(origins / columns);
    return rows * NEEDS[density] + (rows - 1) * GAP <= height;
  };
  for (const density of ['full', 'compact'] as const) {
    if (fits(density, 1)) return { density, columns: 1, scrolls: false };
  }
  const columns = width >= TWO_COLUMNS ? 2 : 1;
  if (fits('row', 1)) return { density: 'row', columns: 1, scrolls: false };
  return { density: 'row', columns, scrolls: !fits('row', columns) };
}
