/** The share of keys that move when one of `origins` equal ones goes and keys are placed by their hash modulo the number of origins. */
export function modulusMoves(origins: number): number {
  // A key stays where its remainder by n and by n − 1 name the same origin, one in n.
  return (origins - 1) / origins;
}

/**
 * The share of keys that move when one of `origins` equal ones goes and nobody else's keys move (Karger et al., "Consistent Hashing
 * and Random Trees", STOC 1997).
 */
export function consistentMoves(origins: number): number {
  return 1 / origins;
}
