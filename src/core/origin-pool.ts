import { EvenkeelError } from './errors.ts';
import { type Level, levelsOf, share } from './levels.ts';
import type { Origin } from './origin.ts';
import type { PanicPolicy, PriorityPolicy } from './policies.ts';
import type { Rng } from './rng.ts';
import { didYouMean } from './suggestion.ts';

/** What decides which of the levels and of their origins are used. */
interface PoolPolicy {
  readonly priorities: PriorityPolicy;
  readonly health: { readonly panic: PanicPolicy | 'off' };
}

/** The balancer's origins by name, and in levels as strategies see them. */
export class OriginPool {
  readonly #byName = new Map<string, Origin>();
  #all: readonly Origin[] = [];
  #levels: readonly Level[] = [];
  #policy: PoolPolicy;
  #weightsFollowed = false;
  #warming: readonly Origin[] = [];
  /** The level that every request is for, where there is only one and none of its origins warms up. */
  whole: Level | undefined;
  #rotationChanged = false;

  constructor(policy: PoolPolicy) {
    this.#policy = policy;
  }

  /** In the lab's order; a new array when origins or weights change. */
  get all(): readonly Origin[] {
    return this.#all;
  }

  /** The most wanted first; most labs have one. */
  get levels(): readonly Level[] {
    return this.#levels;
  }

  /** How many origins may be chosen now. */
  countAvailable(): number {
    const { whole } = this;
    return whole === undefined ? this.#countByLevels() : whole.available.length;
  }

  #countByLevels(): number {
    return this.#levels.reduce((sum, { available }) => sum + available.length, 0);
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

  /**
   * @param before the origin that it stands before; at the end without, or where there is none of that name
   * @throws EvenkeelError `bad-argument` for a name that is taken or a weight that is not above 0
   */
  add(origin: Origin, before?: string): void {
    if (this.#byName.has(origin.name)) {
      throw new EvenkeelError('bad-argument', `There is already an origin called "${origin.name}"; use another name.`);
    }
    requireWeight(origin.name, origin.weight);
    this.#byName.set(origin.name, origin);
    const place = this.#all.findIndex(({ name }) => name === before);
    const at = place < 0 ? this.#all.length : place;
    this.#replace([...this.#all.slice(0, at), origin, ...this.#all.slice(at)]);
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

  /** Origins may be in other levels now. */
  rolesChanged(): void {
    this.#replace([...this.#all]);
  }

  setPolicy(policy: PoolPolicy): void {
    this.#policy = policy;
    this.healthChanged();
  }

  /** @param part the part (0–1) of its share that the origin gets */
  setWarmth(origin: Origin, part: number): void {
    origin.warmth = part;
    this.#warming = this.#all.filter(({ warmth }) => warmth < 1);
    this.#findWhole();
    this.#reweigh(origin);
  }

  /** @param follows whether the strategy goes by weights, so that a part of its weight gets an origin a part of its share */
  followWeights(follows: boolean): void {
    this.#weightsFollowed = follows;
    for (const origin of this.#all) this.#reweigh(origin);
  }

  /** How full this origin is, or may be, has changed. */
  refresh(origin: Origin): void {
    const available = origin.inRotation && !origin.full;
    if (available === origin.available) return;
    origin.available = available;
    origin.level?.availabilityChanged();
  }

  /** Which origins are healthy, or drain, has changed: works out anew who is in rotation. */
  healthChanged(): void {
    this.#rotationChanged = true;
    const { priorities, health } = this.#policy;
    share(this.#levels, priorities.overprovisioning, health.panic);
    this.#findWhole();
    for (const level of this.#levels) {
      level.rotationChanged();
      for (const origin of level.all) {
        origin.inRotation = origin.healthy || (level.panic && !origin.draining);
        this.refresh(origin);
      }
    }
  }

  /** Whether other origins than before may be chosen, or keep their clients, since this was last asked. */
  takeRotationChanged(): boolean {
    const changed = this.#rotationChanged;
    this.#rotationChanged = false;
    return changed;
  }

  /** The level that a request is for, by lot where they share; undefined while there is no origin. */
  drawLevel(rng: Rng): Level | undefined {
    const first = this.#levels[0];
    if (first === undefined || first.load === 1) return first;
    let drawn = rng.next();
    for (const level of this.#levels) {
      drawn -= level.load;
      if (drawn < 0) return level;
    }
    return first;
  }

  /** Names of the origins that this choice is to leave out, as they warm up: each with the chance of what it lacks. */
  drawCold(rng: Rng): ReadonlySet<string> | undefined {
    if (this.#warming.length === 0) return undefined;
    let cold: Set<string> | undefined;
    for (const { name, warmth } of this.#warming) {
      if (rng.next() < warmth) continue;
      cold ??= new Set();
      cold.add(name);
    }
    return cold;
  }

  #findWhole(): void {
    const [first] = this.#levels;
    const all = this.#levels.length === 1 && first?.load === 1 && this.#warming.length === 0;
    this.whole = all ? first : undefined;
  }

  #reweigh(origin: Origin): void {
    const weight = origin.configuredWeight * (this.#weightsFollowed ? origin.warmth : 1);
    if (weight === origin.weight) return;
    origin.weight = weight;
    if (!origin.removed) this.#replace([...this.#all]);
  }

  /** Other origins, weights or roles. */
  #replace(all: readonly Origin[]): void {
    this.#all = all;
    this.#levels = levelsOf(all, this.#levels);
    this.healthChanged();
  }
}

function requireWeight(name: string, weight: number): void {
  if (weight > 0 && weight < Number.POSITIVE_INFINITY) return;
  throw new EvenkeelError('bad-argument', `The weight of "${name}" must be a number above 0, not ${weight}.`);
}
