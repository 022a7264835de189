import type { Candidate } from './strategy.ts';
import type { XxHash64 } from './xxhash64.ts';

/** More points would make a change of origins stop the balancer for too long; beyond it all origins get fewer alike. */
const MOST_POINTS = 200_000;

/**
 * A ring of hashes on which each origin has points (ketama's idea, with Envoy's hash: xxHash64 of `address_0`, `address_1`, …).
 * Places are the upper 53 bits of 64, which tell as much apart as 64 for any ring that fits in memory.
 */
export class HashRing {
  readonly origins: readonly Candidate[];
  /** The points in order. */
  readonly points: Float64Array;
  /** For each point the index of its origin. */
  readonly owners: Uint16Array;
  /**
   * For each part of the circle the index of the first point in it or after it. There are as many parts as points, and hashes lie
   * evenly: a place is found in a step or two, however many points there are.
   */
  readonly #starts: Uint32Array;
  #shares: readonly number[] | undefined;

  /** @param pointsPerWeight at least one point for each origin, whatever its weight */
  constructor(origins: readonly Candidate[], pointsPerWeight: number, hash: XxHash64) {
    this.origins = origins;
    const wanted = origins.reduce((sum, { weight }) => sum + weight * pointsPerWeight, 0);
    const density = pointsPerWeight * Math.min(1, MOST_POINTS / wanted);
    const ownerOf = new Map<number, number>();
    for (const [index, { address, weight }] of origins.entries()) {
      const count = Math.max(1, Math.round(weight * density));
      for (let point = 0; point < count; point++) {
        const place = hash.update(`${address}_${point}`).top53();
        if (!ownerOf.has(place)) ownerOf.set(place, index);
      }
    }
    // Sorting numbers alone, without a function that compares them, is many times faster.
    this.points = Float64Array.from(ownerOf.keys()).sort();
    this.owners = Uint16Array.from(this.points, (place) => ownerOf.get(place) ?? 0);
    const { length } = this.points;
    this.#starts = new Uint32Array(length);
    let index = 0;
    for (let part = 0; part < length; part++) {
      while (index < length && partOf(this.points[index] as number, length) < part) index++;
      this.#starts[part] = index;
    }
  }

  /** Index of the first point at `place` or after it; past the last one the ring begins again. */
  indexAt(place: number): number {
    const { points } = this;
    let index = this.#starts[partOf(place, points.length)] ?? 0;
    while (index < points.length && (points[index] as number) < place) index++;
    return index === points.length ? 0 : index;
  }

  /** The origin of the point `steps` after the one at `index`. */
  ownerAfter(index: number, steps: number): Candidate | undefined {
    return this.origins[this.owners[(index + steps) % this.owners.length] ?? 0];
  }

  /** Each origin's share of the circle: a point owns what lies between the one before and itself. Worked out once. */
  get shares(): readonly number[] {
    this.#shares ??= this.#measure();
    return this.#shares;
  }

  #measure(): number[] {
    const shares = this.origins.map(() => 0);
    const circle = 2 ** 53;
    let before = (this.points.at(-1) ?? 0) - circle;
    this.points.forEach((place, index) => {
      const owner = this.owners[index] ?? 0;
      shares[owner] = (shares[owner] ?? 0) + (place - before) / circle;
      before = place;
    });
    return shares;
  }
}

/** Which of so many equal parts of the circle a place lies in. */
function partOf(place: number, parts: number): number {
  return Math.floor((place / 2 ** 53) * parts);
}
