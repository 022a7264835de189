import { Agent, type ClientRequest, request as httpRequest } from 'node:http';
import { createRng, type Rng } from '../core/rng.ts';
import type { ClientsDefinition, TrafficDefinition } from '../protocol/lab.ts';
import { createClientPicker } from './client-population.ts';
import { now } from './clock.ts';
import type { TrafficCounts, TrafficTarget } from './traffic-calls.ts';

/** Requests under way at which open-loop arrivals are left out (and counted), or an outage would eat all memory. */
const MAX_IN_FLIGHT = 10_000;
/** A client gives up after this many ms. */
const PATIENCE = 60_000;

/**
 * The lab's own clients. Open loop: arrivals at their intended times, whatever has been answered, so that a slow
 * answer cannot hide the ones behind it. Closed loop: users that wait for their answer, then think.
 */
export class TrafficGenerator {
  readonly #target: TrafficTarget;
  readonly #rng: Rng;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 512, scheduling: 'lifo', noDelay: true });
  readonly #running = new Set<ClientRequest>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #traffic: TrafficDefinition = { off: true, paths: ['/'] };
  #pickClient: () => string = () => '10.0.0.1';
  #paused = false;
  #nextPath = 0;
  /** Raised whenever the plan changes: what an older plan scheduled then does nothing. */
  #plan = 0;
  #sent = 0;
  #completed = 0;
  #failed = 0;
  #skipped = 0;

  constructor(target: TrafficTarget, seed: number) {
    this.#target = target;
    this.#rng = createRng(seed);
  }

  set(traffic: TrafficDefinition, clients: ClientsDefinition): void {
    this.#traffic = traffic;
    this.#pickClient = createClientPicker(clients, this.#rng);
    this.#restart();
  }

  pause(): void {
    this.#paused = true;
    this.#restart();
  }

  run(): void {
    this.#paused = false;
    this.#restart();
  }

  counts(): TrafficCounts {
    return {
      sent: this.#sent,
      completed: this.#completed,
      failed: this.#failed,
      inFlight: this.#running.size,
      skipped: this.#skipped,
    };
  }

  stop(): void {
    this.#paused = true;
    this.#restart();
    for (const running of this.#running) running.destroy();
    this.#agent.destroy();
  }

  #restart(): void {
    this.#plan++;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    if (this.#paused) return;
    const traffic = this.#traffic;
    if ('open' in traffic) this.#arrive(this.#plan, now() + this.#gap());
    else if ('closed' in traffic) {
      for (let user = 0; user < traffic.closed.users; user++) this.#think(this.#plan);
    }
  }

  /** ms to the next arrival. */
  #gap(): number {
    if (!('open' in this.#traffic)) return 0;
    const { rate, arrivals } = this.#traffic.open;
    const mean = 1000 / rate;
    return arrivals === 'poisson' ? -Math.log(1 - this.#rng.next()) * mean : mean;
  }

  #arrive(plan: number, first: number): void {
    let intended = first;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        if (plan !== this.#plan) return;
        const at = now();
        // After a long sleep of the machine the missed arrivals would come all at once.
        if (at - intended > 5000) intended = at;
        while (intended <= at) {
          if (this.#running.size < MAX_IN_FLIGHT) this.#send();
          else this.#skipped++;
          intended += this.#gap();
        }
        this.#arrive(plan, intended);
      },
      Math.max(0, Math.round(first - now())),
    );
    this.#timers.add(timer);
  }

  #think(plan: number): void {
    if (plan !== this.#plan || !('closed' in this.#traffic)) return;
    const { think } = this.#traffic.closed;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        if (plan === this.#plan) this.#send(() => this.#think(plan));
      },
      -Math.log(1 - this.#rng.next()) * think,
    );
    this.#timers.add(timer);
  }

  #send(then?: () => void): void {
    const { paths } = this.#traffic;
    const path = paths[this.#nextPath++ % paths.length] ?? '/';
    this.#sent++;
    const outgoing = httpRequest({
      host: this.#target.host,
      port: this.#target.port,
      path,
      agent: this.#agent,
      timeout: PATIENCE,
      headers: { 'x-forwarded-for': this.#pickClient(), 'user-agent': 'evenkeel-traffic' },
    });
    this.#running.add(outgoing);
    const end = (ok: boolean): void => {
      if (!this.#running.delete(outgoing)) return;
      if (ok) this.#completed++;
      else this.#failed++;
      then?.();
    };
    outgoing.once('response', (answer) => {
      answer.resume();
      answer.once('end', () => end(answer.complete && (answer.statusCode ?? 0) < 500));
      answer.once('close', () => end(false));
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', () => end(false));
    outgoing.end();
  }
}
