import type { Decision } from './decision.ts';
import { Ejection } from './ejection.ts';
import { ActiveHealth, type CheckResult, type HealthStatus } from './health.ts';
import type { Level } from './levels.ts';
import type { WaiterPlace } from './limiter.ts';
import { UNLIMITED } from './policies.ts';
import type { Candidate, LoadReport } from './strategy.ts';
import { WaitingLine } from './waiting-line.ts';

/** `draining`: no new requests, those in flight finish; `drained`: none is left. */
export type BalancerStatus = HealthStatus | 'ejected' | 'draining' | 'drained';

/** An origin as the balancer sees it; the same object as long as the origin stays, always up to date. */
export interface OriginView extends Candidate {
  readonly status: BalancerStatus;
  /** Not down, not ejected, not draining. */
  readonly healthy: boolean;
  /** Whether it is one of those that requests are shared out among: healthy, or used all the same in a panic. */
  readonly inRotation: boolean;
  /** The part (0–1) of all requests that is for the origins of its level. */
  readonly levelLoad: number;
  /** Whether it has as many attempts in flight as it may have. */
  readonly full: boolean;
  /** Whether it may be chosen now: in rotation and not full. */
  readonly available: boolean;
  /** One short phrase: why it is in this state. */
  readonly reason: string;
  /** ms on the lab's clock at which it entered its status. */
  readonly since: number;
  /** ms on the lab's clock; undefined when not ejected. */
  readonly ejectedUntil: number | undefined;
  /** Ejections not yet forgiven: the next one lasts one more times the base. */
  readonly timesEjected: number;
  /** As it was given, whatever part of it holds now. */
  readonly configuredWeight: number;
  /** The part (0–1) of its share that it gets: less than 1 while it warms up after a failure. */
  readonly warmth: number;
  /** The newest results of its active checks, oldest first, at most CHECKS_KEPT. */
  readonly checks: readonly CheckResult[];
}

/** What an origin is among the others; what is left out is the usual. */
export interface OriginRole {
  /** Gets requests only while no origin that is not a backup is available. */
  readonly backup?: boolean;
  /** 0 first; a higher number takes what the lower ones cannot carry. Nothing for backups. */
  readonly priority?: number;
  /** Attempts in flight; else that of the limits for all. */
  readonly maxInFlight?: number | 'unlimited';
}

/** An origin as the balancer is given it. */
export interface OriginSpec extends OriginRole {
  readonly name: string;
  /** `host:port`. */
  readonly address: string;
  readonly weight: number;
}

/** The balancer's own side of an origin: what several mechanisms say of it, combined into one status. */
export class Origin implements OriginView {
  // What every attempt touches comes first and is near each other in memory.
  readonly id: number;
  /** The decision for it that most are. All are made once: a choice is made for every request and has nothing to allocate. */
  readonly chosen: Decision = { origin: this, reason: 'strategy' };
  /** Both kept by the pool, which has to know of every change. */
  available = true;
  inRotation = true;
  inFlight = 0;
  /** Attempts that it may have in flight at once. */
  most = UNLIMITED;
  level: Level | undefined;
  removed = false;
  draining = false;
  healthy = true;
  readonly ejection = new Ejection();
  readonly chosenAgain: Decision = { origin: this, reason: 'retry' };
  readonly chosenAlone: Decision = { origin: this, reason: 'only-one' };
  readonly kept: Decision = { origin: this, reason: 'sticky' };
  readonly name: string;
  readonly address: string;
  readonly health: ActiveHealth;
  /** Requests of clients that stay with it, waiting until it has room. */
  readonly line = new WaitingLine<WaiterPlace>();
  configuredWeight: number;
  warmth = 1;
  /** What strategies go by: the configured one, or a part of it while it warms up. */
  weight: number;
  backup = false;
  priority = 0;
  maxInFlight: number | 'unlimited' | undefined;
  load: LoadReport | undefined = undefined;
  /** What the balancer that leads believes of its health; undefined where that is decided here. */
  verdict: { readonly status: HealthStatus | 'ejected'; readonly reason: string } | undefined = undefined;
  status: BalancerStatus = 'up';
  /** It drains, and would be healthy if it did not. */
  retains = false;
  reason = 'added';
  since: number;

  constructor(id: number, origin: OriginSpec, now: number) {
    this.id = id;
    this.setRole(origin);
    this.name = origin.name;
    this.address = origin.address;
    this.configuredWeight = origin.weight;
    this.weight = origin.weight;
    this.since = now;
    this.health = new ActiveHealth(now);
  }

  get full(): boolean {
    return this.inFlight >= this.most;
  }

  get levelLoad(): number {
    return this.level?.load ?? 0;
  }

  setRole({ backup = false, priority = 0, maxInFlight }: OriginRole): void {
    this.backup = backup;
    this.priority = priority;
    this.maxInFlight = maxInFlight;
  }

  get queued(): number {
    return this.line.length;
  }

  /**
   * Whether clients that stay with it still belong there, even if it is full: also while it drains, so that their sessions come
   * to an end.
   */
  get keepsItsOwn(): boolean {
    return this.inRotation || this.retains;
  }

  get ejectedUntil(): number | undefined {
    return this.ejection.until;
  }

  get timesEjected(): number {
    return this.ejection.times;
  }

  get checks(): readonly CheckResult[] {
    return this.health.recent;
  }

  /** What it says of its own load; anything but numbers of at least 0 is ignored. */
  reportLoad(report: LoadReport): void {
    if ([report.value, report.rate ?? 0, report.errorRate ?? 0].every(isAmount)) this.load = report;
  }

  /**
   * Brings status, health and reason up to date after something happened to it.
   * @param cause what happened, for people
   * @returns the status before, when it changed
   */
  settle(now: number, cause: string): BalancerStatus | undefined {
    const before = this.status;
    this.status = this.#combine();
    this.retains = this.draining && isHealthy(this.#believed);
    this.healthy = isHealthy(this.status);
    this.reason = this.#reason(cause);
    if (this.status === before) return undefined;
    this.since = now;
    return before;
  }

  /** People's wish goes first, then the checks, which are the fresher evidence, then the ejection. */
  #combine(): BalancerStatus {
    if (this.draining) return this.inFlight > 0 ? 'draining' : 'drained';
    return this.#believed;
  }

  get #believed(): HealthStatus | 'ejected' {
    if (this.verdict) return this.verdict.status;
    if (!this.health.up) return this.health.status;
    return this.ejection.until === undefined ? this.health.status : 'ejected';
  }

  #reason(cause: string): string {
    switch (this.status) {
      case 'up':
        return cause;
      case 'ejected':
        return this.verdict?.reason ?? this.ejection.reason;
      case 'draining':
        return 'gets no new requests, finishes those in flight';
      case 'drained':
        return 'gets no new requests, none is in flight';
      default:
        return this.verdict?.reason ?? this.health.reason;
    }
  }
}

function isHealthy(status: BalancerStatus): boolean {
  return status === 'up' || status === 'going-down';
}

function isAmount(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY;
}
