import { Arrivals } from '../core/arrivals.ts';
import { clientAddressOf, createClientPicker, PATIENCE } from '../core/clients.ts';
import { ARRIVALS, CLIENTS, randomStream, THINKING } from '../core/random-streams.ts';
import { exponential, type Rng } from '../core/rng.ts';
import type { ClientsDefinition, TrafficDefinition } from '../protocol/lab.ts';
import { now } from './clock.ts';
import { authorityOf, type Target } from './forwarder.ts';
import { ConnectionPool } from './native/connection-pool.ts';
import { Deadlines } from './native/deadlines.ts';
import type { TrafficCounts, TrafficTarget } from './traffic-calls.ts';
import { type TrafficAnswer, TrafficExchange } from './traffic-exchange.ts';

/** Requests under way at which open-loop arrivals are left out (and counted), or an outage would eat all memory. */
const MAX_IN_FLIGHT = 10_000;
/** ms that arrivals may be late: after a long sleep of the machine the missed ones would come all at once. */
const LATEST = 5000;

/**
 * The lab's own clients. Open loop: arrivals at their intended times, whatever has been answered, so that a slow
 * answer cannot hide the ones behind it. Closed loop: users that wait for their answer, then think. With the same seed a
 * simulation's clients come at the same times, are the same and think as long: each of these is drawn from a stream of its own.
 */
export class TrafficGenerator {
  readonly #target: Target;
  /** What each request says after its path. */
  readonly #fields: string;
  readonly #clientLots: Rng;
  readonly #thinking: Rng;
  readonly #arrivals: Arrivals;
  readonly #pool = new ConnectionPool(new Deadlines());
  readonly #running = new Set<TrafficExchange>();
  /** For the next arrival. */
  #timer: NodeJS.Timeout | undefined;
  /** Of users that think. */
  readonly #timers = new Set<NodeJS.Timeout>();
  /** By client: what the balancer told it to say from then on, as browsers do. */
  readonly #cookies = new Map<number, string>();
  #traffic: TrafficDefinition = { off: true, paths: ['/'] };
  #pickClient: () => number = () => 0;
  #patience = PATIENCE;
  #paused = false;
  #nextPath = 0;
  /** Raised whenever the plan changes: what an older plan scheduled then does nothing. */
  #plan = 0;
  #sent = 0;
  #completed = 0;
  #failed = 0;
  #skipped = 0;

  constructor({ host, port, tls }: TrafficTarget, seed: number) {
    // The lab's own balancer: whose certificate its owner gave it is not for its own clients to judge.
    this.#target = { host, port, ...(tls && { tls: { unverified: true } }) };
    this.#fields = `Host: ${authorityOf(this.#target)}\r\nUser-Agent: evenkeel-traffic\r\n`;
    this.#arrivals = new Arrivals(randomStream(seed, ARRIVALS));
    this.#clientLots = randomStream(seed, CLIENTS);
    this.#thinking = randomStream(seed, THINKING);
  }

  set(traffic: TrafficDefinition, clients: ClientsDefinition): void {
    this.#traffic = traffic;
    this.#pickClient = createClientPicker(clients, this.#clientLots);
    this.#patience = clients.timeout ?? PATIENCE;
    if (!this.#paused) this.#begin();
  }

  /** `requests` more on top of the plan, evenly over `over` ms; a pause ends it, another plan does not. */
  burst(requests: number, over: number): void {
    if (this.#paused) return;
    this.#arrivals.burst(requests, over, now());
    this.#sendDue();
  }

  pause(): void {
    this.#paused = true;
    this.#endPlan();
    this.#arrivals.end();
    this.#awaitNext();
  }

  /** Ends a pause; while there is none nothing happens, as beginning anew would draw other arrivals. */
  run(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#begin();
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
    this.pause();
    for (const running of this.#running) running.abort();
    this.#running.clear();
    this.#pool.close();
  }

  #begin(): void {
    this.#endPlan();
    const traffic = this.#traffic;
    this.#arrivals.set(traffic, now());
    this.#awaitNext();
    if ('closed' in traffic) for (let user = 0; user < traffic.closed.users; user++) this.#think(this.#plan);
  }

  #endPlan(): void {
    this.#plan++;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Lets arrive who is due. */
  #sendDue(): void {
    const at = now();
    const arrivals = this.#arrivals;
    if (at - arrivals.nextAt > LATEST) arrivals.set(this.#traffic, at);
    while (arrivals.nextAt <= at) {
      arrivals.advance();
      this.#admit();
    }
    this.#awaitNext();
  }

  #awaitNext(): void {
    clearTimeout(this.#timer);
    const { nextAt } = this.#arrivals;
    if (nextAt === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#sendDue(), Math.max(0, Math.round(nextAt - now())));
  }

  /** An arrival that waits for nobody: sent, unless too many are under way. */
  #admit(): void {
    if (this.#running.size < MAX_IN_FLIGHT) this.#sendPage();
    else this.#skipped++;
  }

  #think(plan: number): void {
    if (plan !== this.#plan || !('closed' in this.#traffic)) return;
    const thinks = exponential(this.#traffic.closed.think, this.#thinking);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#sendPage(() => this.#think(plan));
    }, Math.round(thinks));
    this.#timers.add(timer);
  }

  /** All calls of a page at once, by one client. @param then called when the last of them has ended */
  #sendPage(then?: () => void): void {
    const { fanOut = 1 } = this.#traffic;
    const client = this.#pickClient();
    let open = fanOut;
    for (let call = 0; call < fanOut; call++) {
      this.#send(client, () => {
        if (--open === 0) then?.();
      });
    }
  }

  #send(client: number, then: () => void): void {
    const { paths } = this.#traffic;
    const path = paths[this.#nextPath++ % paths.length] ?? '/';
    const cookie = this.#cookies.get(client);
    const text =
      `GET ${path} HTTP/1.1\r\n${this.#fields}X-Forwarded-For: ${clientAddressOf(client)}\r\n` +
      (cookie === undefined ? '\r\n' : `Cookie: ${cookie}\r\n\r\n`);
    this.#sent++;
    const end = (exchange: TrafficExchange, answer: TrafficAnswer): void => {
      this.#running.delete(exchange);
      if (answer.cookie !== undefined) this.#cookies.set(client, answer.cookie);
      if (answer.status > 0 && answer.status < 500) this.#completed++;
      else this.#failed++;
      then();
    };
    this.#running.add(new TrafficExchange(this.#pool, this.#target, text, this.#patience, end));
  }
}
