import { clientAddressOf, createClientPicker, PATIENCE } from '../core/clients.ts';
import { createRng, type Rng } from '../core/rng.ts';
import type { ClientsDefinition, TrafficDefinition } from '../protocol/lab.ts';
import { now } from './clock.ts';
import { authorityOf, type Target } from './forwarder.ts';
import { ConnectionPool } from './native/connection-pool.ts';
import { Deadlines } from './native/deadlines.ts';
import type { TrafficCounts, TrafficTarget } from './traffic-calls.ts';
import { type TrafficAnswer, TrafficExchange } from './traffic-exchange.ts';

/** Requests under way at which open-loop arrivals are left out (and counted), or an outage would eat all memory. */
const MAX_IN_FLIGHT = 10_000;

/**
 * The lab's own clients. Open loop: arrivals at their intended times, whatever has been answered, so that a slow
 * answer cannot hide the ones behind it. Closed loop: users that wait for their answer, then think.
 */
export class TrafficGenerator {
  readonly #target: Target;
  /** What each request says after its path. */
  readonly #fields: string;
  readonly #rng: Rng;
  readonly #pool = new ConnectionPool(new Deadlines());
  readonly #running = new Set<TrafficExchange>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #bursts = new Set<NodeJS.Timeout>();
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
    this.#rng = createRng(seed);
  }

  set(traffic: TrafficDefinition, clients: ClientsDefinition): void {
    this.#traffic = traffic;
    this.#pickClient = createClientPicker(clients, this.#rng);
    this.#patience = clients.timeout ?? PATIENCE;
    this.#restart();
  }

  /** `requests` more on top of the plan, evenly over `over` ms; a pause ends it, another plan does not. */
  burst(requests: number, over: number): void {
    if (this.#paused) return;
    const from = now();
    let sent = 0;
    const send = (): void => {
      const due = over === 0 ? requests : Math.min(requests, Math.floor(((now() - from) / over) * requests) + 1);
      for (; sent < due; sent++) this.#admit();
      if (sent < requests) this.#after((sent / requests) * over - (now() - from), this.#bursts, send);
    };
    send();
  }

  pause(): void {
    this.#paused = true;
    for (const timer of this.#bursts) clearTimeout(timer);
    this.#bursts.clear();
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
    this.pause();
    for (const running of this.#running) running.abort();
    this.#running.clear();
    this.#pool.close();
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
    this.#after(first - now(), this.#timers, () => {
      if (plan !== this.#plan) return;
      const at = now();
      // After a long sleep of the machine the missed arrivals would come all at once.
      if (at - intended > 5000) intended = at;
      for (; intended <= at; intended += this.#gap()) this.#admit();
      this.#arrive(plan, intended);
    });
  }

  /** An arrival that waits for nobody: sent, unless too many are under way. */
  #admit(): void {
    if (this.#running.size < MAX_IN_FLIGHT) this.#sendPage();
    else this.#skipped++;
  }

  #after(ms: number, timers: Set<NodeJS.Timeout>, run: () => void): void {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        run();
      },
      Math.max(0, Math.round(ms)),
    );
    timers.add(timer);
  }

  #think(plan: number): void {
    if (plan !== this.#plan || !('closed' in this.#traffic)) return;
    const { think } = this.#traffic.closed;
    this.#after(-Math.log(1 - this.#rng.next()) * think, this.#timers, () => {
      if (plan === this.#plan) this.#sendPage(() => this.#think(plan));
    });
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
