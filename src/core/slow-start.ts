import type { Origin } from './origin.ts';
import type { OriginPool } from './origin-pool.ts';
import type { SlowStartPolicy } from './policies.ts';

/** The weight goes up in this many steps: each costs hashing strategies a new ring or table. */
const STEPS = 20;

/**
 * An origin that comes back after a failure gets its share little by little: its caches are cold, its pools of connections empty.
 * Never at the start of a lab, where all would be equally cold, nor after a drain, which took nothing from it.
 */
export class SlowStart {
  readonly #pool: OriginPool;
  readonly #warming = new Map<Origin, { since: number; step: number }>();
  #policy: SlowStartPolicy | 'off';

  constructor(pool: OriginPool, policy: SlowStartPolicy | 'off') {
    this.#pool = pool;
    this.#policy = policy;
  }

  /** Whether any origin has less than its share now. */
  get active(): boolean {
    return this.#warming.size > 0;
  }

  /** Those warming up go on as the new policy says; without one they are warm. */
  setPolicy(policy: SlowStartPolicy | 'off', now: number): void {
    this.#policy = policy;
    for (const state of this.#warming.values()) state.step = -1;
    this.advance(now);
  }

  /** The origin is back. */
  begin(origin: Origin, now: number): void {
    if (this.#policy === 'off') return;
    this.#warming.set(origin, { since: now, step: -1 });
    this.advance(now);
  }

  /** The origin has fallen again, or left. */
  end(origin: Origin): void {
    if (this.#warming.delete(origin)) this.#pool.setWarmth(origin, 1);
  }

  /** Takes the steps that are due. */
  advance(now: number): void {
    const policy = this.#policy;
    for (const [origin, state] of this.#warming) {
      // A clock that jumped back must not make it colder than it was.
      state.since = Math.min(state.since, now);
      const step = policy === 'off' ? STEPS : Math.floor(((now - state.since) / policy.window) * STEPS + 1e-9);
      if (policy === 'off' || step >= STEPS) this.end(origin);
      else if (step !== state.step) {
        state.step = step;
        this.#pool.setWarmth(origin, warmth(step / STEPS, policy));
      }
    }
  }

  /** When (ms) the next step is due; Infinity if never. */
  nextEventAt(now: number): number {
    const policy = this.#policy;
    let next = Number.POSITIVE_INFINITY;
    if (policy === 'off') return next;
    for (const { since, step } of this.#warming.values()) {
      next = Math.min(next, Math.min(since, now) + ((step + 1) * policy.window) / STEPS);
    }
    return next;
  }
}

/**
 * The part of its weight (0–1) that an origin has, by Envoy's formula: max(min, time ^ (1 / aggression)). An aggression of 1 is
 * linear, as in HAProxy; more than 1 takes most of it early.
 * @param time since it came back, as a part (0–1) of the window
 */
export function warmth(time: number, { min, aggression }: Pick<SlowStartPolicy, 'min' | 'aggression'>): number {
  return Math.min(1, Math.max(min, time ** (1 / aggression)));
}
