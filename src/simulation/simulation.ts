import { Balancer, type OriginView } from '../core/balancer.ts';
import { clientAddressOf, createClientPicker } from '../core/clients.ts';
import { addressOf, type Fault, isSpawned, type LabDefinition, roleOf } from '../protocol/lab.ts';
import { DEFAULT_SERVICE } from '../protocol/lab-file-defaults.ts';
import { Arrivals } from './arrivals.ts';
import { AttemptSlots } from './attempt-slots.ts';
import { EventHeap } from './event-heap.ts';
import { CHECKED, COMPLETE, KIND_BITS, KINDS, LATER, THOUGHT, WAKE } from './event-kinds.ts';
import { Faults } from './faults.ts';
import { HealthChecks } from './health-checks.ts';
import type { Measures } from './measures.ts';
import { Occupancy } from './occupancy.ts';
import { ARRIVALS, BALANCER, CLIENTS, ORIGINS, randomStream, THINKING } from './random-streams.ts';
import { RequestFlow } from './request-flow.ts';
import type { Mark, RunOptions } from './run-options.ts';
import { RunRecorder } from './run-recorder.ts';
import type { SecondSeries } from './second-series.ts';
import { Users } from './users.ts';
import { VirtualClock } from './virtual-clock.ts';
import { type Ending, VirtualOrigin } from './virtual-origin.ts';

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
  readonly #clock = new VirtualClock();
  readonly #occupancy = new Occupancy(this.#clock);
  readonly balancer: Balancer;
  readonly #views: readonly OriginView[];
  readonly #flow: RequestFlow;
  readonly #arrivals: Arrivals;
  readonly #users: Users;
  readonly #faults: Faults;
  readonly #checks: HealthChecks | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;
  /** Nothing of what happens seldom is due before. */
  #seldomAt = 0;
  #over = false;

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
      clock: this.#clock,
      completeAt: (at: number, slot: number) => this.#heap.add(at, COMPLETE + KINDS * slot),
      ended: (slot: number, ending: Ending) => this.#flow.originEnded(slot, ending),
    };
    this.origins = lab.origins.map((origin, index) => {
      const service = isSpawned(origin) ? origin.service : DEFAULT_SERVICE;
      return new VirtualOrigin(index, origin.name, service, randomStream(seed, ORIGINS + index), world);
    });
    this.balancer = new Balancer({
      strategy,
      policies: lab,
      rng: randomStream(seed, BALANCER),
      ...(onTransition && { onTransition }),
      onBreaker: (status) => {
        options.onBreaker?.(status);
        this.#schedule();
      },
    });
    this.#views = lab.origins.map((one) =>
      this.balancer.add({ ...roleOf(one), name: one.name, weight: one.weight, address: addressOf(one) }, 0),
    );
    this.#flow = new RequestFlow({
      lab,
      balancer: this.balancer,
      clock: this.#clock,
      world: {
        slots,
        paths: lab.traffic.paths,
        addresses: new Array<string | undefined>(lab.clients.count).fill(undefined),
        addressOf: clientAddressOf,
        pick: createClientPicker(lab.clients, randomStream(seed, CLIENTS)),
      },
      views: this.#views,
      origins: this.origins,
      recorder: this.recorder,
      later: (what, at, slot) => this.#heap.add(at, LATER[what] + KINDS * slot),
      count: (more) => this.#count(more),
      userDone: (user) => this.#users.think(user, this.#clock.now),
      onAttempt: options.onAttempt,
      watcher: options.watcher,
      onWork: () => this.#schedule(),
    });
    this.#arrivals = new Arrivals(lab.traffic, duration, randomStream(seed, ARRIVALS));
    this.#users = new Users(lab, duration, randomStream(seed, THINKING), (at, user) => {
      this.#heap.add(at, THOUGHT + KINDS * user);
    });
    this.#faults = new Faults(lab.faults, {
      balancer: this.balancer,
      clock: this.#clock,
      origins: this.origins,
      checks: () => this.#checks,
      onFault: options.onFault,
      onWork: () => this.#schedule(),
    });
    const { active } = lab.health;
    if (active !== 'off') {
      this.#checks = new HealthChecks(this.balancer, active, this.origins.length, (at, origin) => {
        this.#heap.add(at, CHECKED + KINDS * origin);
      });
    }
    for (let user = 0; user < this.#users.count; user++) this.#users.think(user, 0);
    this.#schedule();
  }

  /** ms of virtual time. */
  get now(): number {
    return this.#clock.now;
  }

  /** When (ms) the next request, answer or check is due. */
  get nextAt(): number {
    return Math.min(this.#heap.nextAt, this.#arrivals.nextAt);
  }

  /** Counts of the requests that arrived after the warm-up. */
  get measures(): Measures {
    return this.recorder.main;
  }

  /** Whether there is nothing more to happen that counts. */
  get done(): boolean {
    return this.#over;
  }

  /** What has added up by now. */
  state(): Mark {
    return {
      at: this.#clock.now,
      area: this.#occupancy.area,
      busy: this.origins.map((origin) => origin.busyTime(this.#clock.now)),
      waiting: this.origins.map(({ waiting }) => waiting),
    };
  }

  /** Lets at most `most` things happen, none of them after `until` (ms). */
  run(most: number, until = Number.POSITIVE_INFINITY): void {
    const heap = this.#heap;
    const arrivals = this.#arrivals;
    for (let count = 0; count < most && !this.#over; count++) {
      const heapAt = heap.nextAt;
      const arrivalAt = arrivals.nextAt;
      const next = heapAt <= arrivalAt ? heapAt : arrivalAt;
      // What happens seldom is asked for only when the first of it may be due.
      if (next >= this.#seldomAt) {
        if (!this.#doSeldom(next, until)) return;
        continue;
      }
      if (next > until) return;
      this.#clock.now = next;
      if (heapAt <= arrivalAt) {
        this.#happen(heap.take());
      } else {
        arrivals.advance();
        this.#arrive(-1);
      }
    }
  }

  /** Lets the clock go on to `until` (ms), before which nothing is due. */
  wait(until: number): void {
    this.#clock.now = Math.max(this.#clock.now, until);
  }

  /**
   * Faults, deadlines, the marks and the steps of the series: the first of those that are due by `next`, or else when one may be.
   * @returns whether the run goes on
   */
  #doSeldom(next: number, until: number): boolean {
    const { series } = this.recorder;
    const { warmup, duration } = this.options;
    const markAt = [warmup, duration][this.marks.length] ?? Number.POSITIVE_INFINITY;
    const stepAt = series && this.marks.length < 2 ? series.endsAt : Number.POSITIVE_INFINITY;
    const expiresAt = this.#flow.expiresAt;
    const at = Math.min(markAt, stepAt, expiresAt, this.#faults.nextAt);
    if (at > next) {
      this.#seldomAt = at;
      return true;
    }
    if (at > until || at === Number.POSITIVE_INFINITY) return false;
    this.#clock.now = at;
    if (series && at === stepAt) this.#closeStep(series);
    else if (at === markAt) {
      this.marks.push(this.state());
      this.#count(0);
    } else if (at === this.#faults.nextAt) this.#faults.doDue();
    else this.#flow.expire();
    return true;
  }

  #happen(event: number): void {
    const number = event >> KIND_BITS;
    switch (event & (KINDS - 1)) {
      case COMPLETE:
        this.#flow.originOf(number).complete(number);
        break;
      case CHECKED:
        if (this.#checks?.finish(this.#origin(number), this.#clock.now)) this.#schedule();
        break;
      case WAKE:
        this.#wake();
        break;
      case THOUGHT:
        this.#arrive(number);
        break;
      case LATER.reached:
        this.#flow.reached(number);
        break;
      case LATER.returned:
        this.#flow.returned(number);
        break;
      default:
        this.#flow.paused(number);
    }
  }

  #arrive(user: number): void {
    if (this.#occupancy.now >= MOST_AT_ONCE) {
      this.overflowed = true;
      this.#over = true;
    } else {
      this.#flow.arrive(user);
    }
  }

  /** Makes sure that the balancer is woken when it next has something to do. */
  #schedule(): void {
    const next = this.balancer.nextEventAt(this.#clock.now);
    if (next >= this.#wakeAt) return;
    this.#wakeAt = Math.max(next, this.#clock.now);
    this.#heap.add(this.#wakeAt, WAKE);
  }

  #wake(): void {
    // Where one was brought forward, the later one is still there.
    if (this.#clock.now < this.#wakeAt) return;
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.balancer.advance(this.#clock.now);
    if (this.#checks) {
      for (const view of this.balancer.checksDue(this.#clock.now)) {
        this.#checks.begin(this.#origin(view.id), this.#clock.now);
      }
    }
    this.#schedule();
  }

  /** Somebody beside the lab's script does something to an origin now. @param length ms that it lasts; absent: until it is ended */
  interfere(origin: string, fault: Fault, length?: number): void {
    this.#faults.interfere(origin, fault, length);
    this.#seldomAt = 0;
  }

  /** Changes something of the balancer now. */
  adjust(change: (balancer: Balancer, now: number) => void): void {
    change(this.balancer, this.#clock.now);
    this.#schedule();
  }

  #closeStep(series: SecondSeries): void {
    series.close(
      (index) => this.#views[index]?.inFlight ?? 0,
      (index) => this.#origin(index).waiting,
    );
  }

  #count(more: number): void {
    this.#occupancy.change(more);
    if (this.#occupancy.now === 0 && this.marks.length === 2) this.#over = true;
  }

  #origin(index: number): VirtualOrigin {
    return this.origins[index] as VirtualOrigin;
  }
}
