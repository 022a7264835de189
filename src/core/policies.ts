/** Active health checks. Defaults are HAProxy's: every 2 s, fall 3, rise 2, any 2xx or 3xx is healthy. */
export interface ActiveCheckPolicy {
  readonly path: string;
  /** ms between two checks of one origin, at least 100. */
  readonly every: number;
  /** ms until a check without an answer counts as failed. */
  readonly timeout: number;
  /** Failures in a row that take an origin down, at least 1. */
  readonly fall: number;
  /** Successes in a row that bring it back, at least 1. */
  readonly rise: number;
}

/** For how long, and how many at once. */
export interface EjectionTerms {
  /** ms of the first ejection; the n-th lasts n times as long. */
  readonly base: number;
  /** ms; no ejection lasts longer. */
  readonly max: number;
  /** Share of the origins (0–1) that may be ejected at once; one always may. */
  readonly maxShare: number;
}

/** Passive ejection: what real requests tell. Envoy's outlier ejection with a base time that suits a lesson. */
export interface PassivePolicy extends EjectionTerms {
  /** Failures in a row (connect failure, reset, timeout, 5xx) that eject an origin, at least 1. */
  readonly failures: number;
}

/** Ejection of origins that fail clearly more often than the others (see `Outliers`): Envoy's success rate outlier detection. */
export interface OutlierPolicy extends EjectionTerms {
  /** ms over which successes are counted, at least 100; then all are compared and counting begins anew. */
  readonly every: number;
  /** Origins with enough requests, without which nothing is compared; at least 2. */
  readonly minOrigins: number;
  /** Requests that an origin needs in that time to be compared, at least 1. */
  readonly minRequests: number;
  /** Standard deviations below the mean success rate from which on an origin is ejected; 0 or more. */
  readonly deviations: number;
}

/** What `outliers: on` means: Envoy's defaults, with the base time that passive ejection has here. */
export const OUTLIERS: OutlierPolicy = {
  every: 10_000,
  minOrigins: 5,
  minRequests: 100,
  deviations: 1.9,
  base: 10_000,
  max: 300_000,
  maxShare: 0.1,
};

/** Envoy's panic threshold: with so few healthy origins, better use all than let the few be crushed. */
export interface PanicPolicy {
  /** A level with less than this part (0–1) of its origins healthy uses all of them. */
  readonly below: number;
}

/** What `panic: on` means: Envoy's default. */
export const PANIC: PanicPolicy = { below: 0.5 };

export interface HealthPolicy {
  readonly active: ActiveCheckPolicy | 'off';
  readonly passive: PassivePolicy | 'off';
  readonly outliers: OutlierPolicy | 'off';
  readonly panic: PanicPolicy | 'off';
}

/** What `health: off` means: no origin is ever found to be unhealthy. */
export const NO_HEALTH: HealthPolicy = { active: 'off', passive: 'off', outliers: 'off', panic: 'off' };

/** How levels of priority share the requests (see `share` in levels.ts). */
export interface PriorityPolicy {
  /** How much more than its part an origin can carry; a level whose healthy origins carry all of its load keeps it. At least 1. */
  readonly overprovisioning: number;
}

export interface RetryPolicy {
  /** Tries of one request in all, the first included; 1 = no retries. */
  readonly attempts: number;
  readonly on: readonly RetryCondition[];
  /** Retries in flight may be at most this share (0–1) of the requests in flight, or 3 if that is more (Envoy). */
  readonly budget: number | 'off';
  /** ms: the n-th retry begins after a random time of up to (2^n − 1) times this (Envoy's full jitter); 0: at once. */
  readonly backoff: number;
  /** ms; no retry waits longer. */
  readonly maxBackoff: number;
}

/** In the order of a request's life. */
export const RETRY_CONDITIONS = ['connect-failure', 'reset', 'timeout', 'server-error', 'gateway-error'] as const;

/**
 * `connect-failure`: nothing was sent, so any method. The others only for idempotent methods (RFC 9110 §9.2.2): `reset` and
 * `timeout`: no answer; `server-error`: any 5xx; `gateway-error`: 502, 503 or 504, which an origin's full queue gives, too.
 */
export type RetryCondition = (typeof RETRY_CONDITIONS)[number];

export interface TimeoutPolicy {
  /** ms to open a connection to an origin. */
  readonly connect: number;
  /** ms from the request being sent to the first byte of the answer. */
  readonly firstByte: number;
  /** ms without a byte once the answer has begun, while its client would take more. Not for tunnels (WebSocket). */
  readonly idle: number | 'off';
  /** ms from a request's arrival to the end of its answer, queue and retries included. Not for tunnels. */
  readonly total: number | 'off';
}

/** Attempts in flight beyond which requests wait in a queue (see `Limiter`), as with HAProxy's `maxconn`. */
export interface LimitPolicy {
  /** At one origin, at least 1. */
  readonly maxInFlight: number | 'unlimited';
  /** At all origins together, at least 1. */
  readonly total: number | 'unlimited';
  /** Requests that may wait; the next ones get 503. 0: none waits. */
  readonly queue: number | 'unlimited';
  /** ms that a request may wait; then it gets 503. */
  readonly queueTimeout: number;
}

/** How an origin that comes back after a failure gets its share little by little (see `SlowStart`). */
export interface SlowStartPolicy {
  /** ms until it has all of it, at least 100. */
  readonly window: number;
  /** The least part of its weight (above 0, at most 1) that it gets. HAProxy 1 %, Envoy 10 %. */
  readonly min: number;
  /** 1: linear in time; more: most of it early (Envoy's `aggression`). */
  readonly aggression: number;
}

/** What `slowStart: on` means: Envoy's formula with half a minute. */
export const SLOW_START: SlowStartPolicy = { window: 30_000, min: 0.1, aggression: 1 };

/**
 * When all requests are refused for a while, to spare origins that fail or are too slow (see `CircuitBreaker`). Any of the conditions
 * is enough; each is about the requests of the last ten seconds.
 */
export interface BreakerPolicy {
  /** The share (0–1) of requests that may get no answer from an origin: not reached, broken off, or not in time. */
  readonly network: number | 'off';
  /** The share (0–1) that may end with a 5xx or without an answer, whoever's fault it is. */
  readonly errors: number | 'off';
  /** ms, from arrival to the end, that the `percentile` may be. */
  readonly latency: number | 'off';
  /** Above 0, at most 100. */
  readonly percentile: number;
  /** With fewer requests nothing is concluded; at least 1. */
  readonly minRequests: number;
  /** ms between two looks at the conditions, at least 10. */
  readonly every: number;
  /** ms for which all requests are refused, at least 100. */
  readonly open: number;
  /** ms within which the share that passes grows from nothing to all, at least 100. */
  readonly recover: number;
}

/**
 * What `breaker: on` means: Traefik's times, and of its documentation's examples the network errors and the 5xx. Traefik concludes from a
 * single request; ten keep one unlucky request from closing a quiet lab.
 */
export const BREAKER: BreakerPolicy = {
  network: 0.3,
  errors: 0.25,
  latency: 'off',
  percentile: 99,
  minRequests: 10,
  every: 100,
  open: 10_000,
  recover: 10_000,
};

/** More than there ever is of anything at once. Not Infinity: engines compare whole numbers faster when all are small. */
export const UNLIMITED = 2 ** 30 - 1;

/** UNLIMITED for `unlimited`. */
export function limitOf(limit: number | 'unlimited'): number {
  return limit === 'unlimited' ? UNLIMITED : limit;
}

/** Strategies compare figures (in flight, queued, reported load) that are as old as their last refresh: see `StaleLoads`. */
interface LoadInfoPolicy {
  /** ms between two refreshes; 0: strategies always know. */
  readonly every: number;
}

export interface Policies {
  readonly health: HealthPolicy;
  readonly retry: RetryPolicy;
  readonly timeouts: TimeoutPolicy;
  readonly limits: LimitPolicy;
  readonly slowStart: SlowStartPolicy | 'off';
  readonly priorities: PriorityPolicy;
  readonly loadInfo: LoadInfoPolicy;
  readonly breaker: BreakerPolicy | 'off';
}

/** The policies out of what holds more than them, such as a whole lab. */
export function policiesOf(whole: Policies): Policies {
  const { health, retry, timeouts, limits, slowStart, priorities, loadInfo, breaker } = whole;
  return { health, retry, timeouts, limits, slowStart, priorities, loadInfo, breaker };
}

export const DEFAULT_POLICIES: Policies = {
  health: {
    active: { path: '/healthz', every: 2000, timeout: 1000, fall: 3, rise: 2 },
    passive: { failures: 5, base: 10_000, max: 300_000, maxShare: 0.1 },
    outliers: 'off',
    panic: 'off',
  },
  retry: { attempts: 3, on: ['connect-failure'], budget: 0.2, backoff: 25, maxBackoff: 250 },
  timeouts: { connect: 2000, firstByte: 15_000, idle: 60_000, total: 'off' },
  limits: { maxInFlight: 'unlimited', total: 'unlimited', queue: 'unlimited', queueTimeout: 5000 },
  slowStart: 'off',
  priorities: { overprovisioning: 1.4 },
  loadInfo: { every: 0 },
  breaker: 'off',
};
