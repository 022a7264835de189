import type { Comparison } from '../comparison.ts';
import { HashRing } from '../hash-ring.ts';
import { KEY_PARAMETER, KeyedStrategy, type Placement } from '../keyed-strategy.ts';
import type { Candidate, Pool, StrategyDefinition } from '../strategy.ts';
import type { XxHash64 } from '../xxhash64.ts';

/**
 * The ring holds all origins, also those not available: going on to the next point past them is the same as taking their points
 * off, and a fallen origin costs no new ring.
 */
class RingWalk implements Placement {
  readonly isLasting: boolean;
  readonly #pointsPerWeight: number;
  /** As a ratio; Infinity: no bound. */
  readonly #bound: number;
  readonly #slots = new Map<Candidate, number>();
  #ring: HashRing | undefined;

  constructor(pointsPerWeight: number, bound: number) {
    this.#pointsPerWeight = pointsPerWeight;
    this.#bound = bound;
    this.isLasting = bound === Number.POSITIVE_INFINITY;
  }

  place(key: string, hash: XxHash64, pool: Pool): Candidate | undefined {
    const ring = this.#ringOf(pool.all, hash);
    const start = ring.indexAt(hash.update(key).top53());
    const isBound = this.#bound !== Number.POSITIVE_INFINITY;
    if (isBound) this.#countSlots(pool);
    let first: Candidate | undefined;
    for (let steps = 0; steps < ring.points.length; steps++) {
      const candidate = ring.ownerAfter(start, steps);
      if (candidate === undefined || !pool.isAvailable(candidate)) continue;
      if (!isBound || candidate.inFlight < this.#slotsOf(candidate)) return candidate;
      first ??= candidate;
    }
    return first;
  }

  explain(key: string, hash: XxHash64, pool: Pool, into: Comparison): void {
    const ring = this.#ringOf(pool.all, hash);
    const place = hash.update(key).top53();
    const start = ring.indexAt(place);
    const isBound = this.#bound !== Number.POSITIVE_INFINITY;
    if (isBound) this.#countSlots(pool);
    const { shares } = ring;
    const found = new Set<Candidate>();
    for (let steps = 0; steps < ring.points.length && found.size < pool.available.length; steps++) {
      const candidate = ring.ownerAfter(start, steps);
      if (candidate === undefined || found.has(candidate) || !pool.isAvailable(candidate)) continue;
      found.add(candidate);
      const point = ring.points[(start + steps) % ring.points.length] ?? 0;
      const distance = (point - place + (point < place ? 2 ** 53 : 0)) / 2 ** 53;
      into.add(candidate, 'distance to its next point (% of the ring)', distance * 100);
      into.add(candidate, 'its share of the ring (%)', (shares[ring.origins.indexOf(candidate)] ?? 0) * 100);
      if (!isBound) continue;
      into.add(candidate, 'in flight', candidate.inFlight);
      into.add(candidate, 'may hold', this.#slotsOf(candidate));
    }
  }

  #ringOf(all: readonly Candidate[], hash: XxHash64): HashRing {
    if (this.#ring?.origins !== all) this.#ring = new HashRing(all, this.#pointsPerWeight, hash);
    return this.#ring;
  }

  /**
   * HAProxy's hash-balance-factor: with this request all may hold the bound times what is in flight, rounded up. These slots are
   * dealt out by weight in the lab's order, each origin's end rounded down, so that they add up (lb_chash.c).
   */
  #countSlots({ all, available }: Pool): void {
    let inFlight = 0;
    for (const candidate of all) inFlight += candidate.inFlight;
    const slots = Math.ceil((inFlight + 1) * this.#bound - ROUNDING);
    const weights = available.reduce((sum, { weight }) => sum + weight, 0);
    this.#slots.clear();
    let passed = 0;
    let dealt = 0;
    for (const candidate of available) {
      passed += candidate.weight;
      const end = Math.floor((passed * slots) / weights + ROUNDING);
      this.#slots.set(candidate, Math.max(1, end - dealt));
      dealt = end;
    }
  }

  /** Requests that an origin may hold at once, this one included; at least 1. */
  #slotsOf(candidate: Candidate): number {
    return this.#slots.get(candidate) ?? 1;
  }
}

/** 100 × 1.1 is a little more than 110, and a third of 3 a little less than 1. */
const ROUNDING = 1e-9;

export const ringHash: StrategyDefinition = {
  id: 'ring-hash',
  title: 'Ring hash',
  rule: "Origins have points on a ring; the first point after the key's hash gets the request.",
  goodWhen: 'Keys must mostly stay where they are while origins come and go: about 1 in n moves.',
  failsWhen: 'There are few points: some origins own far more of the ring than others; and one hot key has one origin.',
  knownAs: [
    'Envoy RING_HASH',
    'HAProxy hash-type consistent',
    'HAProxy hash-balance-factor',
    'nginx hash consistent',
    'ketama',
  ],
  parameters: {
    key: KEY_PARAMETER,
    vnodes: {
      kind: 'integer',
      label: 'Points per unit of weight (nginx 160, HAProxy 16, Envoy at least 1024 in all)',
      min: 1,
      max: 10_000,
      default: 160,
    },
    boundedLoad: {
      kind: 'ratio',
      label: 'Most an origin may hold of what is in flight, in percent of its part (HAProxy hash-balance-factor)',
      min: 1,
      max: 10,
      default: 'off',
    },
  },
  followsWeights: () => true,
  create: (spec) => {
    const bound = spec.boundedLoad === 'off' ? Number.POSITIVE_INFINITY : Number(spec.boundedLoad);
    return new KeyedStrategy(spec.key, new RingWalk(Number(spec.vnodes), bound));
  },
};
