import { Balancer, type OriginView } from '../core/balancer.ts';
import { createClientPicker } from '../core/clients.ts';
import type { Rng } from '../core/rng.ts';
import type { StrategySpec } from '../core/strategy.ts';
import { addressOf, isSpawned, type LabDefinition } from '../protocol/lab.ts';
import { DEFAULT_SERVICE } from '../protocol/lab-file-defaults.ts';
import { Arrivals, exponential } from './arrivals.ts';
import { AttemptSlots } from './attempt-slots.ts';
import { CurrentRequest } from './current-request.ts';
import { EventHeap } from './event-heap.ts';
import { FaultPlan } from './fault-plan.ts';
import { HealthChecks } from './health-checks.ts';
import { Measures } from './measures.ts';
import { ARRIVALS, BALANCER, CLIENTS, ORIGINS, randomStream, THINKING } from './random-streams.ts';
import { RequestFlow } from './request-flow.ts';
import { type Ending, VirtualOrigin } from './virtual-origin.ts';

/** The kinds of events: an event is one of these plus KINDS × the number of a slot, an origin or a user. */
const COMPLETE = 0;
const CHECKED = 1;
const WAKE = 2;
const THOUGHT = 3;
const KINDS = 4;

/** Requests in the system at once beyond which there is no point in going on: the lab is far beyond what it can serve. */
const MOST_AT_ONCE = 1_000_000;

/** What of a lab a run may have differently. Times in ms. */
export interface RunOptions {
  readonly strategy: StrategySpec;
  readonly seed: number;
  /** The whole run, warm-up included. */
  readonly duration: number;
  /** Requests that arrive before this time are not counted. */
  readonly warmup: number;
}

/** What had added up by a moment (ms). */
export interface Mark {
  readonly at: number;
  /** Requests in the system × ms. */
  readonly area: number;
  /** ms that workers spent serving, by origin. */
  readonly busy: readonly number[];
  /** Requests in the origins' queues, by origin. */
  readonly waiting: readonly number[];
}

/**
 * A lab in virtual time, one strategy, one seed. Clients and origins are simulated; whatever decides is the balancer of the live
 * lab. After `duration` nobody arrives any more and what is under way comes to its end, so that every request has one.
 */
export class Simulation {
  readonly lab: LabDefinition;
  readonly options: RunOptions;
  readonly origins: readonly VirtualOrigin[];
  readonly measures: Measures;
  /** At the warm-up's and at the run's end. */
  readonly marks: Mark[] = [];
  /** Whether it ended early because too many requests were in the system. */
  overflowed = false;
  readonly #heap = new EventHeap();
  readonly #balancer: Balancer;
  readonly #views: readonly OriginView[];
  readonly #flow: RequestFlow;
  readonly #arrivals: Arrivals;
  readonly #thinking: Rng;
  readonly #faults: FaultPlan;
  readonly #checks: HealthChecks | undefined;
  #now = 0;
  #wakeAt = Number.POSITIVE_INFINITY;
  #faultsAt: number;
  /** Requests in the system, and that number added up over time (requests × ms). */
  #inSystem = 0;
  #area = 0;
  #areaTo = 0;

  constructor(lab: LabDefinition, options: RunOptions) {
    const { strategy, seed, duration, warmup } = options;
    this.lab = lab;
    this.options = options;
    this.measures = new Measures(warmup, duration, lab.origins.length);
    const slots = new AttemptSlots();
    const world = {
      slots,
      completeAt: (at: number, slot: number) => this.#heap.add(at, COMPLETE + KINDS * slot),
      ended: (slot: number, ending: Ending) => this.#flow.originEnded(slot, ending, this.#now),
    };
    this.origins = lab.origins.map((origin, index) => {
      const service = isSpawned(origin) ? origin.service : DEFAULT_SERVICE;
      return new VirtualOrigin(index, origin.name, service, randomStream(seed, ORIGINS + index), world);
    });
    this.#balancer = new Balancer({ strategy, policies: lab, rng: randomStream(seed, BALANCER) });
    this.#views = lab.origins.map((origin) =>
      this.#balancer.add({ name: origin.name, address: addressOf(origin), weight: origin.weight }, 0),
    );
    const pick = createClientPicker(lab.clients, randomStream(seed, CLIENTS));
    this.#flow = new RequestFlow({
      balancer: this.#balancer,
      slots,
      request: new CurrentRequest(lab.traffic.paths, slots, pick),
      views: this.#views,
      origins: this.origins,
      measures: this.measures,
      paths: lab.traffic.paths.length,
      firstByte: lab.timeouts.firstByte,
      onEnd: (sender) => {
        this.#count(-1);
        if (sender >= 0) this.#think(sender);
      },
      onFailure: () => this.#schedule(),
    });
    this.#arrivals = new Arrivals(lab.traffic, duration, randomStream(seed, ARRIVALS));
    this.#thinking = randomStream(seed, THINKING);
    this.#faults = new FaultPlan(lab.faults);
    this.#faultsAt = this.#faults.nextAt;
    const { active } = lab.health;
    if (active !== 'off') {
      this.#checks = new HealthChecks(this.#balancer, active, this.origins.length, (at, origin) => {
        this.#heap.add(at, CHECKED + KINDS * origin);
      });
    }
    if ('closed' in lab.traffic) for (let user = 0; user < lab.traffic.closed.users; user++) this.#think(user);
    this.#schedule();
  }

  /** ms of virtual time. */
  get now(): number {
    return this.#now;
  }

  /** Whether there is nothing more to happen that counts. */
  get done(): boolean {
    return this.overflowed || (this.marks.length === 2 && this.#inSystem === 0);
  }

  /** What has added up by now. */
  state(): Mark {
    this.#count(0);
    return {
      at: this.#now,
      area: this.#area,
      busy: this.origins.map((origin) => origin.busyTime(this.#now)),
      waiting: this.origins.map(({ waiting }) => waiting),
    };
  }

  /** Lets at most `most` things happen. */
  run(most: number): void {
    const heap = this.#heap;
    const arrivals = this.#arrivals;
    const flow = this.#flow;
    for (let count = 0; count < most; count++) {
      const next = Math.min(heap.nextAt, arrivals.nextAt, flow.expiresAt, this.#faultsAt);
      if (this.marks.length < 2) {
        const at = this.marks.length === 0 ? this.options.warmup : this.options.duration;
        if (next >= at) {
          this.#mark(at);
          continue;
        }
      } else if (this.#inSystem === 0) return;
      this.#now = next;
      if (heap.nextAt === next) this.#happen(heap.take());
      else if (arrivals.nextAt === next) {
        arrivals.advance();
        this.#arrive(-1);
      } else if (flow.expiresAt === next) flow.expire(next);
      else this.#doFaults();
      if (this.overflowed) return;
    }
  }

  #happen(event: number): void {
    const number = Math.floor(event / KINDS);
    switch (event % KINDS) {
      case COMPLETE:
        this.#complete(number);
        break;
      case CHECKED:
        if (this.#checks?.finish(this.#origin(number), this.#now)) this.#schedule();
        break;
      case WAKE:
        this.#wake();
        break;
      default:
        this.#arrive(number);
    }
  }

  #arrive(sender: number): void {
    if (this.#inSystem >= MOST_AT_ONCE) {
      this.overflowed = true;
      return;
    }
    this.#count(1);
    this.#flow.arrive(sender, this.#now);
  }

  /** A user of the closed loop, who then comes again. */
  #think(user: number): void {
    if (!('closed' in this.lab.traffic)) return;
    const at = this.#now + exponential(this.lab.traffic.closed.think, this.#thinking);
    if (at < this.options.duration) this.#heap.add(at, THOUGHT + KINDS * user);
  }

  /** Makes sure that the balancer is woken when it next has something to do. */
  #schedule(): void {
    const next = this.#balancer.nextEventAt(this.#now);
    if (next >= this.#wakeAt) return;
    this.#wakeAt = Math.max(next, this.#now);
    this.#heap.add(this.#wakeAt, WAKE);
  }

  #wake(): void {
    // Where one was brought forward, the later one is still there.
    if (this.#now < this.#wakeAt) return;
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#balancer.advance(this.#now);
    if (this.#checks) {
      for (const view of this.#balancer.checksDue(this.#now)) {
        this.#checks.begin(this.#origin(this.#flow.indexOf(view)), this.#now);
      }
    }
    this.#schedule();
  }

  #doFaults(): void {
    for (let next = this.#faults.take(this.#now); next; next = this.#faults.take(this.#now)) {
      const { origin: name, fault } = next;
      if (fault.do === 'drain') this.#balancer.drain(name, this.#now);
      else if (fault.do === 'resume') this.#balancer.resume(name, this.#now);
      else {
        const origin = this.origins.find((each) => each.name === name) as VirtualOrigin;
        origin.suffer(fault, this.#now);
        this.#checks?.recheck(origin, this.#now);
      }
    }
    this.#faultsAt = this.#faults.nextAt;
    this.#schedule();
  }

  #mark(at: number): void {
    this.#now = at;
    this.marks.push(this.state());
  }

  /** So many requests more are in the system from now on. */
  #count(more: number): void {
    this.#area += this.#inSystem * (this.#now - this.#areaTo);
    this.#areaTo = this.#now;
    this.#inSystem += more;
  }

  #complete(slot: number): void {
    const origin = this.#flow.originOf(slot);
    origin.complete(slot, this.#now);
  }

  #origin(index: number): VirtualOrigin {
    return this.origins[index] as VirtualOrigin;
  }
}
