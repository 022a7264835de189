import type { Rng } from '../core/rng.ts';
import { coldFactor, type ServiceDefinition, ServiceQueue, timeSampler } from '../core/service.ts';
import type { Fault } from '../protocol/lab.ts';
import type { ProcessState } from '../protocol/state.ts';
import { ANSWERED, ERROR, REFUSED, RESET, TURNED_AWAY } from './attempt-endings.ts';
import { AWAY, HELD, IGNORED, OVERDUE, SERVING, WAITING } from './attempt-slots.ts';
import { COMPLETE, KINDS } from './event-kinds.ts';
import { ENDS_AT, NUMBERS, PLACE, TICKET, TIMES } from './slot-fields.ts';
import type { OriginWorld } from './virtual-origin-world.ts';

/** A simulated origin process: the core's service model on the virtual clock, and the faults that can be done to it. */
export class VirtualOrigin {
  readonly index: number;
  readonly name: string;
  readonly #world: OriginWorld;
  readonly #rng: Rng;
  #sample: () => number;
  #service: ServiceDefinition;
  #queue: ServiceQueue<number>;
  /** What is being served since before the service was changed, each with the queue it came from. */
  readonly #older = new Map<number, ServiceQueue<number>>();
  /** A service that a frozen process has not heard of yet. */
  #unheard: ServiceDefinition | undefined;
  /** Of earlier lives. */
  #busyBefore = 0;
  #state: 'running' | 'frozen' | 'dead' = 'running';
  /** Services begun since a restart; those of the first life were begun long ago. */
  #begun = Number.POSITIVE_INFINITY;
  #slow = 1;
  #errors = 0;
  #hang = false;
  #reset = false;
  /** Whether it takes in what comes, and the share (0–1) of its answers that are errors: they follow from the above, see `#settle`. */
  #open = true;
  #failing = 0;
  /** Jobs whose ideal end lies in the past: they go on from there. */
  readonly #late: number[] = [];

  constructor(index: number, name: string, service: ServiceDefinition, rng: Rng, world: OriginWorld) {
    this.index = index;
    this.name = name;
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
    return { slow: this.#slow, errors: this.#errors, hang: this.#hang, reset: this.#reset };
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
    return this.#state === 'running' && !this.#hang;
  }

  /** Time (ms) that workers spent serving until `now`, added up over the workers. */
  busyTime(now: number): number {
    return this.#busyBefore + this.#queue.busyTime(now);
  }

  /** An attempt has reached it. */
  receive(slot: number): void {
    if (!this.#open) {
      this.#keepOut(slot);
      return;
    }
    const refusal = this.#admit(slot);
    if (refusal === 'reject') this.#world.ended(slot, TURNED_AWAY);
    else if (refusal === 'crash') this.#crash(slot);
  }

  #keepOut(slot: number): void {
    const { slots } = this.#world;
    if (this.#state === 'dead') this.#world.ended(slot, REFUSED);
    else if (this.#state === 'frozen') slots.numbers[slot * NUMBERS + PLACE] = HELD;
    else if (this.#hang) slots.numbers[slot * NUMBERS + PLACE] = IGNORED;
    else this.#world.ended(slot, RESET);
  }

  /** The service of an attempt is over. */
  complete(slot: number): void {
    const { slots, clock } = this.#world;
    // An event of a job that was reset, its slot perhaps in use for another.
    if (slots.numbers[slot * NUMBERS + PLACE] !== SERVING || slots.times[slot * TIMES + ENDS_AT] !== clock.now) return;
    if (this.#state === 'frozen') {
      slots.numbers[slot * NUMBERS + PLACE] = OVERDUE;
      this.#late.push(slot);
    } else {
      this.#finish(slot, clock.now);
    }
  }

  /** Its sender gives up on an attempt. @returns whether the origin is done with it; else it goes on for nobody */
  leave(slot: number): boolean {
    const { slots } = this.#world;
    const place = slots.numbers[slot * NUMBERS + PLACE];
    if (place === HELD || place === IGNORED) return true;
    // A frozen process does not notice, and one that is on its way is not there yet.
    if (this.#state === 'frozen' || (place !== WAITING && place !== SERVING)) return false;
    const left = this.#queueOf(slot).abandon(slot, slots.times[slot * TIMES + TICKET] as number);
    if (left !== 'stop') return left === 'gone';
    slots.numbers[slot * NUMBERS + PLACE] = AWAY;
    this.#free(slot, this.#world.clock.now);
    return true;
  }

  /** Serves otherwise from now on: what waits moves over in order, what is being served ends as it began. */
  setService(service: ServiceDefinition): void {
    if (this.#state === 'frozen') {
      this.#unheard = service;
      return;
    }
    const old = this.#queue;
    for (const slot of this.#world.slots.at(this.index, [SERVING, OVERDUE]))
      if (!this.#older.has(slot)) this.#older.set(slot, old);
    this.#busyBefore += old.busyTime(this.#world.clock.now);
    this.#begin(service);
    // One too many for the new queue is turned away, never the last straw.
    for (const slot of old.drain()) if (this.#admit(slot) !== undefined) this.#world.ended(slot, TURNED_AWAY);
  }

  #begin(service: ServiceDefinition): void {
    this.#service = service;
    this.#sample = timeSampler(service.time, this.#rng);
    this.#queue = new ServiceQueue(service);
    this.#settle();
  }

  #settle(): void {
    this.#open = this.#state === 'running' && !this.#hang && !this.#reset;
    this.#failing = 1 - (1 - this.#service.errorRate) * (1 - this.#errors);
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
        this.#forgetFaults();
        this.#thaw();
        break;
      case 'thaw':
        this.#thaw();
        break;
      case 'slow':
        this.#slow = fault.factor;
        break;
      case 'errors':
        this.#errors = fault.share;
        break;
      case 'hang':
        this.#hang = true;
        break;
      case 'reset':
        this.#reset = true;
        break;
    }
    this.#settle();
  }

  #kill(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    this.#busyBefore += this.#queue.busyTime(this.#world.clock.now);
    this.#begin(this.#unheard ?? this.#service);
    this.#unheard = undefined;
    this.#older.clear();
    this.#late.length = 0;
    for (const slot of this.#world.slots.at(this.index, [HELD, IGNORED, WAITING, SERVING, OVERDUE]))
      this.#world.ended(slot, RESET);
  }

  /** One request too many for its memory. */
  #crash(slot: number): void {
    this.#world.crashed(this.name, this.#queue.waiting + 1);
    this.#kill();
    this.#world.ended(slot, RESET);
  }

  /** A new process in place of the old one or of none. */
  #restart(): void {
    this.#kill();
    this.#state = 'running';
    this.#begun = 0;
    this.#forgetFaults();
  }

  /** What is over by now is answered at once, and what came meanwhile is read. */
  #thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    this.#settle();
    const { slots } = this.#world;
    while (this.#late.length > 0) {
      const slot = slots.takeSoonest(this.#late);
      if (slots.numbers[slot * NUMBERS + PLACE] === OVERDUE)
        this.#finish(slot, slots.times[slot * TIMES + ENDS_AT] as number);
    }
    const service = this.#unheard;
    this.#unheard = undefined;
    if (service) this.setService(service);
    for (const slot of this.#world.slots.at(this.index, [HELD])) this.receive(slot);
  }

  #forgetFaults(): void {
    this.#slow = 1;
    this.#errors = 0;
    this.#hang = false;
    this.#reset = false;
  }

  /** @returns what is for the caller to carry out when it is not taken in */
  #admit(slot: number): 'reject' | 'crash' | undefined {
    const { slots, clock } = this.#world;
    slots.times[slot * TIMES + TICKET] = this.#queue.nextTicket;
    const place = this.#queue.arrive(slot, clock.now);
    if (place === 'serve') this.#serve(slot);
    else if (place === 'wait') slots.numbers[slot * NUMBERS + PLACE] = WAITING;
    else return place;
    return undefined;
  }

  #serve(slot: number): void {
    this.#serveUntil(slot, this.#world.clock.now + this.#serviceTime());
  }

  #serveUntil(slot: number, endsAt: number): void {
    const { slots, clock, heap } = this.#world;
    slots.times[slot * TIMES + ENDS_AT] = endsAt;
    if (endsAt < clock.now) {
      slots.numbers[slot * NUMBERS + PLACE] = OVERDUE;
      this.#late.push(slot);
    } else {
      slots.numbers[slot * NUMBERS + PLACE] = SERVING;
      heap.add(endsAt, COMPLETE + KINDS * slot);
    }
  }

  /** ms that the next service takes. */
  #serviceTime(): number {
    const time = this.#sample() * this.#slow;
    const { coldStart } = this.#service;
    return coldStart ? time * coldFactor(coldStart, this.#begun++) : time;
  }

  #finish(slot: number, at: number): void {
    const failed = this.#failing > 0 && this.#rng.next() < this.#failing;
    this.#free(slot, at);
    this.#world.ended(slot, failed ? ERROR : ANSWERED);
  }

  /** A worker has done with a job, at `at`, and takes the next. */
  #free(slot: number, at: number): void {
    const next = this.#queueOf(slot).finish(at);
    if (this.#older.size > 0) this.#older.delete(slot);
    if (next === undefined) return;
    // After a thaw its service began in the past. Time that is handed on costs more than the clock that is at hand.
    if (at === this.#world.clock.now) this.#serve(next);
    else this.#serveUntil(next, at + this.#serviceTime());
  }

  #queueOf(slot: number): ServiceQueue<number> {
    return (this.#older.size > 0 ? this.#older.get(slot) : undefined) ?? this.#queue;
  }
}
