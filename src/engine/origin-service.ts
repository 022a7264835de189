import type { ServerResponse } from 'node:http';
import type { Rng } from '../core/rng.ts';
import { coldFactor, ServiceQueue, timeSampler } from '../core/service.ts';
import type { ServiceDefinition } from '../protocol/lab.ts';
import { now } from './clock.ts';

/** ms; a longer timer would fire at once. What has a heavy tail may take longer, but nobody waits for that. */
const LONGEST_TIMER = 2_147_483_647;

/** A request at an origin. */
interface Job {
  readonly response: ServerResponse;
  /** ms on the origin's clock. */
  readonly arrivedAt: number;
  /** Where it waits or is served, and its place there, see `ServiceQueue`. */
  queue: ServiceQueue<Job>;
  ticket: number;
  /** While it is being served: ends that at once, without an answer. */
  stop: (() => void) | undefined;
}

/** Serves requests on real time as the lab's service model says. */
export class OriginService {
  /** Service takes this many times as long; 1: as its model says. */
  slow = 1;
  readonly #rng: Rng;
  readonly #answer: (response: ServerResponse, waited: number) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #model: ServiceDefinition;
  #sample: () => number;
  #queue: ServiceQueue<Job>;
  /** Services begun since a restart. */
  #begun: number;

  /**
   * @param cold whether it begins with cold caches
   * @param answer answers a request that was served; `waited` is how long (ms) it waited for a worker
   */
  constructor(
    { service, cold }: { readonly service: ServiceDefinition; readonly cold: boolean },
    rng: Rng,
    answer: (response: ServerResponse, waited: number) => void,
  ) {
    this.#model = service;
    this.#rng = rng;
    this.#answer = answer;
    this.#sample = timeSampler(service.time, rng);
    this.#queue = new ServiceQueue<Job>(service);
    this.#begun = cold ? 0 : Number.POSITIVE_INFINITY;
  }

  get model(): ServiceDefinition {
    return this.#model;
  }

  get serving(): number {
    return this.#queue.serving;
  }

  get waiting(): number {
    return this.#queue.waiting;
  }

  /** As in `ServiceQueue`. */
  get load(): number {
    return this.#queue.load;
  }

  /** A request arrives. What is refused, or is the last straw, is the caller's to deal with. */
  take(response: ServerResponse): 'serve' | 'wait' | 'reject' | 'crash' {
    const at = now();
    const queue = this.#queue;
    const job: Job = { response, arrivedAt: at, queue, ticket: queue.nextTicket, stop: undefined };
    const place = queue.arrive(job, at);
    if (place === 'serve') this.#serve(job, at);
    const { abandoned } = this.#model;
    if ((place === 'wait' && abandoned !== 'serve') || (place === 'serve' && abandoned === 'cancel')) {
      response.once('close', () => this.#abandon(job));
    }
    return place;
  }

  /** Another model from now on. What waits moves over in order; what is being served ends as it began and is not counted any more. */
  setModel(model: ServiceDefinition): void {
    this.#model = model;
    this.#sample = timeSampler(model.time, this.#rng);
    const old = this.#queue;
    const queue = new ServiceQueue<Job>(model);
    this.#queue = queue;
    for (const job of old.drain()) {
      const at = now();
      job.queue = queue;
      job.ticket = queue.nextTicket;
      const place = queue.arrive(job, at);
      if (place === 'serve') this.#serve(job, at);
      else if (place !== 'wait') job.response.writeHead(503).end();
    }
  }

  /** Nothing is answered any more. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /**
   * Jobs follow each other on ideal times: a timer that fires a millisecond late delays its own answer, but not the start of the next
   * job, or the lateness would add up and a busy origin would serve less than its model.
   */
  #serve(job: Job, startedAt: number): void {
    const { coldStart } = this.#model;
    const cold = coldStart ? coldFactor(coldStart, this.#begun++) : 1;
    const time = this.#sample() * this.slow * cold;
    const endsAt = startedAt + time;
    const queue = this.#queue;
    const next = (at: number): void => {
      const following = queue.finish(at);
      // One that came while the timer was late found the worker free.
      if (following) this.#serve(following, Math.max(at, following.arrivedAt));
    };
    const finish = (): void => {
      job.stop = undefined;
      this.#answer(job.response, startedAt - job.arrivedAt);
      next(endsAt);
    };
    const delay = endsAt - now();
    if (time === 0 || delay <= 0) {
      finish();
      return;
    }
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        finish();
      },
      Math.min(LONGEST_TIMER, Math.round(delay)),
    );
    this.#timers.add(timer);
    job.stop = () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
      job.stop = undefined;
      next(now());
    };
  }

  #abandon(job: Job): void {
    if (!job.response.writableEnded && job.queue.abandon(job, job.ticket) === 'stop') job.stop?.();
  }
}
