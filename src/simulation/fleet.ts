import type { Balancer } from '../core/balancer.ts';
import { originStream } from '../core/random-streams.ts';
import { addressOf, isSpawned, type OriginDefinition, roleOf } from '../protocol/lab.ts';
import { DEFAULT_SERVICE } from '../protocol/lab-file-defaults.ts';
import type { SecondSeries } from './second-series.ts';
import { VirtualOrigin } from './virtual-origin.ts';
import type { OriginWorld } from './virtual-origin-world.ts';

/** The origins of a run, each by its number: in the order in which they were added. */
export class Fleet {
  /** Those that were removed keep their numbers. */
  readonly origins: VirtualOrigin[] = [];
  readonly #present = new Map<string, VirtualOrigin>();
  readonly #seed: number;
  readonly #world: OriginWorld;

  constructor(seed: number, world: OriginWorld) {
    this.#seed = seed;
    this.#world = world;
  }

  /** The origin of this name that is in the lab now. */
  named(name: string): VirtualOrigin | undefined {
    return this.#present.get(name);
  }

  /** @throws EvenkeelError for a name that is taken */
  add(definition: OriginDefinition, balancer: Balancer, now: number, before?: string): VirtualOrigin {
    const { name, weight } = definition;
    const view = balancer.add({ ...roleOf(definition), name, weight, address: addressOf(definition) }, now, before);
    const service = isSpawned(definition) ? definition.service : DEFAULT_SERVICE;
    // Each draws from a stream of its own, so that one more changes nothing for the others.
    const origin = new VirtualOrigin(view, service, originStream(this.#seed, view.id), this.#world);
    this.origins.push(origin);
    this.#present.set(name, origin);
    return origin;
  }

  /** As when its process is killed once the balancer has let go of it: what is there is broken off. */
  remove(origin: VirtualOrigin, balancer: Balancer, now: number): void {
    balancer.remove(origin.name, now);
    this.#present.delete(origin.name);
    origin.suffer({ do: 'kill' });
  }

  /** Files how the origins are at the end of a step. */
  closeStep(series: SecondSeries): void {
    series.close(
      (number) => this.origins[number]?.view.inFlight ?? 0,
      (number) => this.origins[number]?.waiting ?? 0,
    );
  }
}
