import { Balancer, type OriginView } from '../core/balancer.ts';
import { clientAddressOf, createClientPicker } from '../core/clients.ts';
import type { Rng } from '../core/rng.ts';
import { addressOf, isSpawned, type LabDefinition, roleOf } from '../protocol/lab.ts';
import { DEFAULT_SERVICE } from '../protocol/lab-file-defaults.ts';
import { Arrivals, exponential } from './arrivals.ts';
import { AttemptSlots } from './attempt-slots.ts';
import { EventHeap } from './event-heap.ts';
import { FaultPlan } from './fault-plan.ts';
import { HealthChecks } from './health-checks.ts';
import type { Measures } from './measures.ts';
import { ARRIVALS, BALANCER, CLIENTS, ORIGINS, randomStream, THINKING } from './random-streams.ts';
import { RequestFlow } from './request-flow.ts';
import type { Mark, RunOptions } from './run-options.ts';
import { RunRecorder } from './run-recorder.ts';
import type { SecondSeries } from './second-series.ts';
import { type Ending, VirtualOrigin } from './virtual-origin.ts';

/** The kinds of events: an event is one of these plus KINDS × the number of a slot, an origin or a user. */
const COMPLETE = 0;
const CHECKED = 1;
const WAKE = 2;
const THOUGHT = 3;
const LATER = { reached: 4, returned: 5, paused: 6 } as const;
const KINDS = 8;

/** Requests in the system at once beyond which there is no point in going on: the lab is far beyond what it can serve. */
const MOST_AT_ONCE = 1_000_000;

/**
 * A lab in virtual time, one strategy, one seed. Clients and origins are simulated; whatever decides is the balancer of the live
 * lab. After `duration` nobody arrives any more and what is under way comes to its end, so that every request has one.
 */
export class Simulation {
  readonly lab: LabDefinition;
  readonly options: RunOptions;
  readonly origins: readonly VirtualOrigin[];
  readonly recorder: RunRecorder;
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
    const { strategy, seed, duration, warmup, onTransition } = options;
    this.lab = lab;
    this.options = options;
    this.recorder = new RunRecorder({
      duration,
      warmup,
      origins: lab.origins.length,
      windows: options.windows ?? [],
      series: options.series ?? false,
      trail: options.trail ? lab.clients.count : 0,
    });
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
    this.#balancer = new Balancer({
      strategy,
      policies: lab,
      rng: randomStream(seed, BALANCER),
      ...(onTransition && { onTransition }),
    });
    this.#views = lab.origins.map((origin) =>
      this.#balancer.add(
        { name: origin.name, address: addressOf(origin), weight: origin.weight, ...roleOf(origin) },
        0,
      ),
    );
    this.#flow = new RequestFlow({
      lab,
      balancer: this.#balancer,
      world: {
        slots,
        paths: lab.traffic.paths,
        addresses: [],
        addressOf: clientAddressOf,
        pick: createClientPicker(lab.clients, randomStream(seed, CLIENTS)),
      },
      views: this.#views,
      origins: this.origins,
      recorder: this.recorder,
      later: (what, at, slot) => this.#heap.add(at, LATER[what] + KINDS * slot),
      count: (more) => this.#count(more),
      userDone: (user) => this.#think(user),
      onAttempt: options.onAttempt,
      onWork: () => this.#schedule(),
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

  /** Counts of the requests that arrived after the warm-up. */
  get measures(): Measures {
    return this.recorder.main;
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

  /** Lets at most `most` things happen, none of them after `until` (ms). */
  run(most: number, until = Number.POSITIVE_INFINITY): void {
    const heap = this.#heap;
    const arrivals = this.#arrivals;
    const flow = this.#flow;
    const { series } = this.recorder;
    for (let count = 0; count < most; count++) {
      const next = Math.min(heap.nextAt, arrivals.nextAt, flow.expiresAt, this.#faultsAt);
      if (next > until) return;
      if (this.marks.length < 2) {
        const at = this.marks.length === 0 ? this.options.warmup : this.options.duration;
        if (next >= at) {
          this.#mark(at);
          continue;
        }
      } else if (this.#inSystem === 0) return;
      if (series && next >= series.endsAt) {
        this.#now = series.endsAt;
        this.#closeStep(series);
        continue;
      }
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
      case THOUGHT:
        this.#arrive(number);
        break;
      case LATER.reached:
        this.#flow.reached(number, this.#now);
        break;
      case LATER.returned:
        this.#flow.returned(number, this.#now);
        break;
      default:
        this.#flow.paused(number, this.#now);
    }
  }

  #arrive(user: number): void {
    if (this.#inSystem >= MOST_AT_ONCE) this.overflowed = true;
    else this.#flow.arrive(user, this.#now);
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

  #closeStep(series: SecondSeries): void {
    series.close(
      (index) => this.#views[index]?.inFlight ?? 0,
      (index) => this.#origin(index).waiting,
    );
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
