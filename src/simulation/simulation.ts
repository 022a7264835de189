import { Arrivals } from '../core/arrivals.ts';
import { Balancer } from '../core/balancer.ts';
import { ARRIVALS, BALANCER, CLIENTS, randomStream, THINKING } from '../core/random-streams.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import type { FaultScriptState } from '../protocol/state.ts';
import { Attempts } from './attempts.ts';
import { BalancerAlarm } from './balancer-alarm.ts';
import { ClientHomes } from './client-homes.ts';
import { Deadlines } from './deadlines.ts';
import { EventHeap } from './event-heap.ts';
import { CHECKED, COMPLETE, KIND_BITS, KINDS, LATER, THOUGHT, WAKE } from './event-kinds.ts';
import { Faults } from './faults.ts';
import { Fleet } from './fleet.ts';
import { HealthChecks } from './health-checks.ts';
import { LabChanges } from './lab-changes.ts';
import type { Measures } from './measures.ts';
import { Occupancy } from './occupancy.ts';
import { RequestFlow } from './request-flow.ts';
import { requestWorld } from './request-world.ts';
import type { Mark, RunOptions } from './run-options.ts';
import { RunRecorder } from './run-recorder.ts';
import { Users } from './users.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** Requests in the system at once beyond which there is no point in going on: the lab is far beyond what it can serve. */
const MOST_AT_ONCE = 1_000_000;

/**
 * A lab in virtual time, one strategy, one seed. Clients and origins are simulated; whatever decides is the balancer of the live
 * lab. After `duration` nobody arrives any more and what is under way comes to its end, so that every request has one.
 */
export class Simulation {
  readonly lab: LabDefinition;
  readonly options: RunOptions;
  /** What changes it while it goes on. */
  readonly changes: LabChanges;
  readonly recorder: RunRecorder;
  /** At the warm-up's and at the run's end. */
  readonly marks: Mark[] = [];
  /** Whether it ended early because too many requests were in the system. */
  overflowed = false;
  readonly #heap = new EventHeap();
  readonly #clock = new VirtualClock();
  readonly #occupancy = new Occupancy();
  readonly balancer: Balancer;
  readonly #fleet: Fleet;
  readonly #flow: RequestFlow;
  readonly #arrivals: Arrivals;
  readonly #users: Users;
  readonly #faults: Faults;
  readonly #checks: HealthChecks;
  readonly #alarm: BalancerAlarm;
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
    const clientLots = randomStream(seed, CLIENTS);
    const world = requestWorld(lab, clientLots);
    const attempts = new Attempts(world);
    this.#fleet = new Fleet(seed, {
      attempts,
      clock: this.#clock,
      heap: this.#heap,
      ended: (attempt, ending) => this.#flow.originEnded(attempt, ending),
      crashed: (origin, waiting) => options.onCrash?.(origin, waiting),
    });
    this.balancer = new Balancer({
      strategy,
      policies: lab,
      rng: randomStream(seed, BALANCER),
      ...(onTransition && { onTransition }),
      onBreaker: (status) => {
        options.onBreaker?.(status);
        this.#alarm.set();
      },
    });
    for (const origin of lab.origins) this.#fleet.add(origin, this.balancer, 0);
    const deadlines = new Deadlines(attempts, lab);
    const homes = new ClientHomes(lab.sticky, lab.clients.count);
    this.#flow = new RequestFlow({
      delay: lab.network?.delay ?? 0,
      balancer: this.balancer,
      clock: this.#clock,
      attempts,
      deadlines,
      homes,
      origins: this.#fleet.origins,
      recorder: this.recorder,
      later: (what, at, attempt) => this.#heap.add(at, LATER[what] + KINDS * attempt),
      occupancy: this.#occupancy,
      onEmpty: () => this.#endIfOver(),
      userDone: (user) => this.#users.think(user, this.#clock.now),
      onAttempt: options.onAttempt,
      watcher: options.watcher,
      onWork: () => this.#alarm.set(),
    });
    this.#arrivals = new Arrivals(randomStream(seed, ARRIVALS), duration);
    this.#arrivals.set(lab.traffic, 0);
    this.#checks = new HealthChecks(this.balancer, lab.health.active, (at, origin) => {
      this.#heap.add(at, CHECKED + KINDS * origin);
    });
    this.#alarm = new BalancerAlarm({
      balancer: this.balancer,
      clock: this.#clock,
      fleet: this.#fleet,
      checks: this.#checks,
      ringAt: (at) => this.#heap.add(at, WAKE),
    });
    this.#faults = new Faults(lab.faults, {
      balancer: this.balancer,
      clock: this.#clock,
      fleet: this.#fleet,
      checks: this.#checks,
      onFault: options.onFault,
      afterFault: options.afterFault,
      onWork: () => this.#alarm.set(),
    });
    this.#users = new Users(lab.traffic, duration, randomStream(seed, THINKING), (at, user) => {
      this.#heap.add(at, THOUGHT + KINDS * user);
    });
    this.changes = new LabChanges(lab, {
      balancer: this.balancer,
      clock: this.#clock,
      fleet: this.#fleet,
      world,
      clientLots,
      arrivals: this.#arrivals,
      users: this.#users,
      homes,
      deadlines,
      faults: this.#faults,
      checks: this.#checks,
      recorder: this.recorder,
      onWork: () => {
        this.#seldomAt = 0;
        this.#alarm.set();
      },
    });
    this.#alarm.set();
  }

  /** Every origin there ever was, by its number; those that were removed are dead. */
  get origins(): readonly VirtualOrigin[] {
    return this.#fleet.origins;
  }

  /** The origin of this name that is in the lab now. */
  origin(name: string): VirtualOrigin | undefined {
    return this.#fleet.named(name);
  }

  /** How far the lab's fault script has come; `startedAt` in ms. */
  get script(): FaultScriptState {
    return this.#faults.script;
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
      area: this.#occupancy.areaAt(this.#clock.now),
      busy: this.#fleet.origins.map((origin) => origin.busyTime(this.#clock.now)),
      waiting: this.#fleet.origins.map(({ waiting }) => waiting),
    };
  }

  /** Lets at most `most` things happen, none of them after `until` (ms). @returns whether that was all that is due by then */
  run(most: number, until = Number.POSITIVE_INFINITY): boolean {
    const heap = this.#heap;
    const arrivals = this.#arrivals;
    const clock = this.#clock;
    for (let count = 0; count < most; count++) {
      const heapAt = heap.nextAt;
      const arrivalAt = arrivals.nextAt;
      const next = heapAt <= arrivalAt ? heapAt : arrivalAt;
      // What happens seldom is asked for only when the first of it may be due.
      if (next >= this.#seldomAt) {
        if (this.#over || !this.#doSeldom(next, until)) return true;
        continue;
      }
      if (next > until) return true;
      clock.now = next;
      if (heapAt <= arrivalAt) {
        const event = heap.take();
        const kind = event & (KINDS - 1);
        if (kind === COMPLETE) this.#flow.complete(event >> KIND_BITS);
        else this.#happen(kind, event >> KIND_BITS);
      } else {
        arrivals.advance();
        this.#arrive(-1);
      }
    }
    return this.#over;
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
    if (series && at === stepAt) this.#fleet.closeStep(series);
    else if (at === markAt) {
      this.marks.push(this.state());
      this.#endIfOver();
    } else if (at === this.#faults.nextAt) this.#faults.doDue();
    else this.#flow.expire();
    return true;
  }

  /** What is not the end of a service. */
  #happen(kind: number, number: number): void {
    switch (kind) {
      case CHECKED:
        if (this.#checks.finish(this.#fleet.origins[number] as VirtualOrigin, this.#clock.now)) this.#alarm.set();
        break;
      case WAKE:
        this.#alarm.ring();
        break;
      case THOUGHT:
        if (this.#users.has(number)) this.#arrive(number);
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
      this.#end();
    } else this.#flow.arrive(user);
  }

  /** After the run's end, when the last request is over. */
  #endIfOver(): void {
    if (this.#occupancy.now === 0 && this.marks.length === 2) this.#end();
  }

  #end(): void {
    this.#over = true;
    this.#seldomAt = 0;
  }
}
