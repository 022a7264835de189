import type { OriginView } from '../core/balancer.ts';
import type { Rng } from '../core/rng.ts';
import { type ColdStart, coldFactor, type ServiceDefinition, ServiceQueue, timeSampler } from '../core/service.ts';
import type { Fault } from '../protocol/lab.ts';
import type { ProcessState } from '../protocol/state.ts';
import { type Attempt, AWAY, HELD, IGNORED, OVERDUE, SERVING, WAITING } from './attempt.ts';
import { ANSWERED, type Ending, ERROR, REFUSED, RESET, TURNED_AWAY } from './attempt-endings.ts';
import type { EventHeap } from './event-heap.ts';
import { COMPLETE, KINDS } from './event-kinds.ts';
import { LateJobs } from './late-jobs.ts';
import { OriginFaults } from './origin-faults.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { OriginWorld } from './virtual-origin-world.ts';

/** A simulated origin process: the core's service model on the virtual clock, and the faults that can be done to it. */
export class VirtualOrigin {
  /** What the balancer knows of it. */
  readonly view: OriginView;
  // What every attempt touches comes first and is near each other in memory. These four follow from others, see `#settle`.
  /** Whether it takes in what comes. */
  #open = true;
  /** Share (0–1) of its answers that are errors. */
  #failing = 0;
  /** How many times as long as usual service takes, cold starts aside. */
  #slow = 1;
  #coldStart: ColdStart | undefined;
  #queue: ServiceQueue<Attempt>;
  /** What is being served since before the service was changed, each with the queue it came from; undefined: nothing. */
  #older: Map<Attempt, ServiceQueue<Attempt>> | undefined;
  #sample: () => number;
  readonly #clock: VirtualClock;
  readonly #heap: EventHeap;
  /** Its number: origins are counted as they are added. */
  readonly index: number;
  readonly name: string;
  readonly #world: OriginWorld;
  readonly #rng: Rng;
  #service: ServiceDefinition;
  /** A service that a frozen process has not heard of yet. */
  #unheard: ServiceDefinition | undefined;
  /** Of earlier lives. */
  #busyBefore = 0;
  #state: 'running' | 'frozen' | 'dead' = 'running';
  /** Services begun since a restart; those of the first life were begun long ago. */
  #begun = Number.POSITIVE_INFINITY;
  readonly #faults = new OriginFaults();
  /** Jobs whose ideal end lies in the past: they go on from there. */
  readonly #late = new LateJobs();

  constructor(view: OriginView, service: ServiceDefinition, rng: Rng, world: OriginWorld) {
    this.index = view.id;
    this.name = view.name;
    this.view = view;
    this.#clock = world.clock;
    this.#heap = world.heap;
    this.#service = service;
    this.#rng = rng;
    this.#sample = timeSampler(service.time, rng);
    this.#world = world;
    this.#queue = new ServiceQueue(service);
    this.#settle();
  }

  get state(): 'running' | 'frozen' | 'dead' {
    return this.#state;
  }

  /** What was done to it and is not undone. */
  get faults(): ProcessState['faults'] {
    return this.#faults.state;
  }

  get waiting(): number {
    return this.#queue.waiting;
  }

  get serving(): number {
    return this.#queue.serving;
  }

  /** As in `LoadReport`. */
  get load(): number {
    return this.#queue.load;
  }

  /** Whether a health check gets an answer, now or after a thaw. */
  get answersChecks(): boolean {
    return this.#state === 'running' && !this.#faults.hang;
  }

  /** Time (ms) that workers spent serving until `now`, added up over the workers. */
  busyTime(now: number): number {
    return this.#busyBefore + this.#queue.busyTime(now);
  }

  /** An attempt has reached it. @returns how it ended; undefined where it has not */
  receive(attempt: Attempt): Ending | undefined {
    return this.#open === true ? this.#admit(attempt) : this.#keepOut(attempt);
  }

  #keepOut(attempt: Attempt): Ending | undefined {
    if (this.#state === 'dead') return REFUSED;
    if (this.#state === 'frozen') attempt.place = HELD;
    else if (this.#faults.hang) attempt.place = IGNORED;
    else return RESET;
    return undefined;
  }

  /** The service of an attempt is over. @returns how it ended; undefined where it has not */
  complete(attempt: Attempt): Ending | undefined {
    const { now } = this.#clock;
    // An event of a job that was broken off, its attempt perhaps in use for another.
    if (attempt.place !== SERVING || attempt.endsAt !== now) return undefined;
    if (this.#open === true || this.#state !== 'frozen') return this.#finish(attempt, now);
    this.#late.add(attempt);
    return undefined;
  }

  /** Its sender gives up on an attempt. @returns whether the origin is done with it; else it goes on for nobody */
  leave(attempt: Attempt): boolean {
    const { place } = attempt;
    if (place === HELD || place === IGNORED) return true;
    // A frozen process does not notice, and one that is on its way is not there yet.
    if (this.#state === 'frozen' || (place !== WAITING && place !== SERVING)) return false;
    const left = this.#queueOf(attempt).abandon(attempt, attempt.ticket);
    if (left !== 'stop') return left === 'gone';
    attempt.place = AWAY;
    this.#free(attempt, this.#clock.now);
    return true;
  }

  /** Serves otherwise from now on: what waits moves over in order, what is being served ends as it began. */
  setService(service: ServiceDefinition): void {
    if (this.#state === 'frozen') {
      this.#unheard = service;
      return;
    }
    const old = this.#queue;
    const older = this.#older ?? new Map();
    for (const attempt of this.#world.attempts.of(this, [SERVING, OVERDUE]))
      if (!older.has(attempt)) older.set(attempt, old);
    this.#older = older.size > 0 ? older : undefined;
    this.#busyBefore += old.busyTime(this.#clock.now);
    this.#begin(service);
    // One too many for the new queue is turned away, never the last straw.
    for (const attempt of old.drain())
      if (this.#enqueue(attempt) !== undefined) this.#world.ended(attempt, TURNED_AWAY);
  }

  #begin(service: ServiceDefinition): void {
    this.#service = service;
    this.#sample = timeSampler(service.time, this.#rng);
    this.#queue = new ServiceQueue(service);
    this.#settle();
  }

  #settle(): void {
    const { slow, errors, hang, reset } = this.#faults;
    this.#open = this.#state === 'running' && !hang && !reset;
    this.#slow = slow;
    this.#coldStart = this.#service.coldStart;
    this.#failing = 1 - (1 - this.#service.errorRate) * (1 - errors);
  }

  /** Something is done to its process; what is done to it at the balancer is not its business. */
  suffer(fault: Fault): void {
    switch (fault.do) {
      case 'kill':
        this.#kill();
        break;
      case 'restart':
        this.#restart();
        break;
      case 'freeze':
        if (this.#state === 'running') this.#state = 'frozen';
        break;
      case 'heal':
      case 'thaw':
        if (fault.do === 'heal') this.#faults.forget();
        this.#thaw();
        break;
      default:
        this.#faults.add(fault);
    }
    this.#settle();
  }

  #kill(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    this.#busyBefore += this.#queue.busyTime(this.#clock.now);
    this.#begin(this.#unheard ?? this.#service);
    this.#unheard = undefined;
    this.#older = undefined;
    this.#late.clear();
    for (const attempt of this.#world.attempts.of(this, [HELD, IGNORED, WAITING, SERVING, OVERDUE]))
      this.#world.ended(attempt, RESET);
  }

  /** One request too many for its memory. */
  #crash(): Ending {
    this.#world.crashed(this.name, this.#queue.waiting + 1);
    this.#kill();
    return RESET;
  }

  /** A new process in place of the old one or of none. */
  #restart(): void {
    this.#kill();
    this.#state = 'running';
    this.#begun = 0;
    this.#faults.forget();
  }

  /** What is over by now is answered at once, and what came meanwhile is read. */
  #thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    this.#settle();
    for (let late = this.#late.takeSoonest(); late; late = this.#late.takeSoonest())
      this.#world.ended(late, this.#finish(late, late.endsAt));
    const service = this.#unheard;
    this.#unheard = undefined;
    if (service) this.setService(service);
    for (const attempt of this.#world.attempts.of(this, [HELD])) {
      const ending = this.receive(attempt);
      if (ending !== undefined) this.#world.ended(attempt, ending);
    }
  }

  #admit(attempt: Attempt): Ending | undefined {
    const refusal = this.#enqueue(attempt);
    if (refusal === undefined) return undefined;
    return refusal === 'reject' ? TURNED_AWAY : this.#crash();
  }

  /** @returns what is for the caller to carry out when it is not taken in */
  #enqueue(attempt: Attempt): 'reject' | 'crash' | undefined {
    attempt.ticket = this.#queue.nextTicket;
    const place = this.#queue.arrive(attempt, this.#clock.now);
    if (place === 'serve') this.#serve(attempt);
    else if (place === 'wait') attempt.place = WAITING;
    else return place;
    return undefined;
  }

  #serve(attempt: Attempt): void {
    this.#serveUntil(attempt, this.#clock.now + this.#serviceTime());
  }

  #serveUntil(attempt: Attempt, endsAt: number): void {
    attempt.endsAt = endsAt;
    attempt.place = SERVING;
    this.#heap.add(endsAt, COMPLETE + KINDS * attempt.number);
  }

  /** ms that the next service takes. */
  #serviceTime(): number {
    const time = this.#sample() * this.#slow;
    return this.#coldStart === undefined ? time : time * coldFactor(this.#coldStart, this.#begun++);
  }

  #finish(attempt: Attempt, at: number): Ending {
    const failed = this.#failing > 0 && this.#rng.next() < this.#failing;
    this.#free(attempt, at);
    return failed ? ERROR : ANSWERED;
  }

  /** A worker has done with a job, at `at`, and takes the next. */
  #free(attempt: Attempt, at: number): void {
    const queue = this.#older === undefined ? this.#queue : this.#takeQueueOf(attempt);
    const next = queue.finish(at);
    if (next === undefined) return;
    if (at === this.#clock.now) this.#serve(next);
    else this.#serveLate(next, at);
  }

  /** After a thaw: its service began in the past. */
  #serveLate(attempt: Attempt, beganAt: number): void {
    const endsAt = beganAt + this.#serviceTime();
    if (endsAt >= this.#clock.now) {
      this.#serveUntil(attempt, endsAt);
    } else {
      attempt.endsAt = endsAt;
      this.#late.add(attempt);
    }
  }

  #queueOf(attempt: Attempt): ServiceQueue<Attempt> {
    return this.#older?.get(attempt) ?? this.#queue;
  }

  /** Of a job that is done. */
  #takeQueueOf(attempt: Attempt): ServiceQueue<Attempt> {
    const queue = this.#queueOf(attempt);
    this.#older?.delete(attempt);
    if (this.#older?.size === 0) this.#older = undefined;
    return queue;
  }
}
