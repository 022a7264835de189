import { EvenkeelError } from './errors.ts';
import type { Origin } from './origin.ts';
import type { Rng } from './rng.ts';
import type { Candidate, Pool } from './strategy.ts';
import { didYouMean } from './suggestion.ts';

/**
 * The balancer's origins as strategies see them. The arrays keep their identity until something changes: choosing
 * allocates nothing, and strategies may keep what they worked out for an array.
 */
export class OriginPool implements Pool {
  #all: readonly Origin[] = [];
  readonly #byName = new Map<string, Origin>();
  #available: readonly Origin[] | undefined = [];
  #inRotation: Pool | undefined;
  #weightsFollowed = false;
  #warming: readonly Origin[] = [];

  get all(): readonly Origin[] {
    return this.#all;
  }

  get available(): readonly Origin[] {
    this.#available ??= this.#all.filter((origin) => origin.available);
    return this.#available;
  }

  isAvailable(candidate: Candidate): boolean {
    return (candidate as Origin).available;
  }

  /** The same pool as if no origin were full. */
  get inRotation(): Pool {
    this.#inRotation ??= {
      all: this.#all,
      available: this.#all.filter((origin) => origin.inRotation),
      isAvailable: (candidate) => (candidate as Origin).inRotation,
    };
    return this.#inRotation;
  }

  named(name: string | undefined): Origin | undefined {
    return name === undefined ? undefined : this.#byName.get(name);
  }

  /** @throws EvenkeelError `unknown-origin` */
  require(name: string): Origin {
    const origin = this.#byName.get(name);
    if (origin) return origin;
    throw new EvenkeelError(
      'unknown-origin',
      `There is no origin called "${name}".${didYouMean(name, this.#byName.keys())}`,
    );
  }

  /** @throws EvenkeelError `bad-argument` for a name that is taken or a weight that is not above 0 */
  add(origin: Origin): void {
    if (this.#byName.has(origin.name)) {
      throw new EvenkeelError('bad-argument', `There is already an origin called "${origin.name}"; use another name.`);
    }
    requireWeight(origin.name, origin.weight);
    this.#byName.set(origin.name, origin);
    this.#replace([...this.#all, origin]);
  }

  remove(removed: Origin): void {
    removed.removed = true;
    this.#byName.delete(removed.name);
    this.#replace(this.#all.filter((origin) => origin !== removed));
  }

  /** @throws EvenkeelError `unknown-origin`, or `bad-argument` for a weight that is not above 0 */
  setWeight(name: string, weight: number): void {
    const origin = this.require(name);
    requireWeight(name, weight);
    origin.configuredWeight = weight;
    this.#reweigh(origin);
  }

  /** @param share the part (0–1) of its share that the origin gets */
  setWarmth(origin: Origin, share: number): void {
    origin.warmth = share;
    this.#warming = this.#all.filter(({ warmth }) => warmth < 1);
    this.#reweigh(origin);
  }

  /** @param follows whether the strategy goes by weights, so that a part of its weight gets an origin a part of its share */
  followWeights(follows: boolean): void {
    this.#weightsFollowed = follows;
    for (const origin of this.#all) this.#reweigh(origin);
  }

  /** Something that availability depends on has changed at this origin. */
  refresh(origin: Origin): void {
    const available = origin.inRotation && !origin.full;
    if (available === origin.available) return;
    origin.available = available;
    this.#available = undefined;
  }

  /** Which origins are in rotation has changed. */
  rotationChanged(): void {
    this.#inRotation = undefined;
  }

  /** Names of the origins that this choice is to leave out, as they warm up: each with the chance of what it lacks. */
  drawCold(rng: Rng): ReadonlySet<string> | undefined {
    let cold: Set<string> | undefined;
    for (const { name, warmth } of this.#warming) {
      if (rng.next() < warmth) continue;
      cold ??= new Set();
      cold.add(name);
    }
    return cold;
  }

  /** The same pool in which the origins called `names` are not available; undefined when none is left. */
  without(names: ReadonlySet<string>): Pool | undefined {
    const available = this.available.filter((origin) => !names.has(origin.name));
    if (available.length === 0) return undefined;
    return {
      all: this.#all,
      available,
      isAvailable: (candidate) => this.isAvailable(candidate) && !names.has(candidate.name),
    };
  }

  #reweigh(origin: Origin): void {
    const weight = origin.configuredWeight * (this.#weightsFollowed ? origin.warmth : 1);
    if (weight === origin.weight) return;
    origin.weight = weight;
    if (!origin.removed) this.#replace([...this.#all]);
  }

  /** Other origins, or other weights. */
  #replace(all: readonly Origin[]): void {
    this.#all = all;
    this.#available = undefined;
    this.#inRotation = undefined;
  }
}

function requireWeight(name: string, weight: number): void {
  if (weight > 0 && weight < Number.POSITIVE_INFINITY) return;
  throw new EvenkeelError('bad-argument', `The weight of "${name}" must be a number above 0, not ${weight}.`);
}
