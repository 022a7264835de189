import {
  BREAKER,
  type BreakerPolicy,
  DEFAULT_POLICIES,
  OUTLIERS,
  type OutlierPolicy,
  PANIC,
  type PanicPolicy,
  type Policies,
  SLOW_START,
  type SlowStartPolicy,
} from '../core/policies.ts';
import type { AnswersDefinition, ClientsDefinition, ServiceDefinition, TrafficDefinition } from './lab.ts';

/** What a lab is when its file leaves things out. */

/** A quick server that never says no: 50 ms on average, as many at once as come. */
export const DEFAULT_SERVICE: ServiceDefinition = {
  time: { exponential: 50 },
  workers: 'unlimited',
  queue: 'unlimited',
  errorRate: 0,
};

export const DEFAULT_CLIENTS: ClientsDefinition = { count: 100, popularity: 'uniform' };

/** Something moves within seconds of opening any lab. */
export const DEFAULT_TRAFFIC: TrafficDefinition = { paths: ['/'], open: { rate: 20, arrivals: 'poisson' } };

export const DEFAULT_LISTEN = { host: '127.0.0.1', port: 8080 } as const;
export const DEFAULT_SEED = 1;
export const DEFAULT_THREADS = 1;
/** ms; mean think time of a closed loop's users. */
const DEFAULT_THINK = 1000;
/** Origins without a port get the first free ones from here on. */
export const FIRST_ORIGIN_PORT = 8081;
export const MAX_ORIGINS = 200;

/** The parts that were written, over `base` for those that were not. */
export type ServicePatch = Partial<ServiceDefinition>;

export type TrafficPatch = {
  readonly paths?: readonly string[];
  readonly fanOut?: number;
  readonly open?: { readonly rate: number; readonly arrivals?: 'constant' | 'poisson' };
  readonly closed?: { readonly users: number; readonly think?: number };
  readonly off?: true;
};

/** Each policy's parts as written; `on` means its default. */
export interface PolicyPatch {
  readonly health?: {
    readonly active?: Partial<Exclude<Policies['health']['active'], 'off'>> | 'off' | 'on';
    readonly passive?: Partial<Exclude<Policies['health']['passive'], 'off'>> | 'off' | 'on';
    readonly outliers?: Partial<OutlierPolicy> | 'off' | 'on';
    readonly panic?: Partial<PanicPolicy> | 'off' | 'on';
  };
  readonly retry?: Partial<Policies['retry']>;
  readonly timeouts?: Partial<Policies['timeouts']>;
  readonly limits?: Partial<Policies['limits']>;
  readonly slowStart?: Partial<SlowStartPolicy> | 'off' | 'on';
  readonly priorities?: Partial<Policies['priorities']>;
  readonly loadInfo?: Policies['loadInfo'];
  readonly breaker?: Partial<BreakerPolicy> | 'off' | 'on';
}

export function completeService(patch: ServicePatch, base: ServiceDefinition = DEFAULT_SERVICE): ServiceDefinition {
  return { ...base, ...patch };
}

export function completeClients(
  patch: Partial<ClientsDefinition>,
  base: ClientsDefinition = DEFAULT_CLIENTS,
): ClientsDefinition {
  return { ...base, ...patch };
}

export function completeTraffic(patch: TrafficPatch, base: TrafficDefinition = DEFAULT_TRAFFIC): TrafficDefinition {
  const paths = patch.paths ?? base.paths;
  const fanOut = patch.fanOut ?? base.fanOut;
  const both = { paths, ...(fanOut !== undefined && { fanOut }) };
  if (patch.open) return { ...both, open: { arrivals: 'poisson', ...patch.open } };
  if (patch.closed) return { ...both, closed: { think: DEFAULT_THINK, ...patch.closed } };
  return { ...both, off: true };
}

/** Whole policies for those that the patch names; the others are left out. */
export function completePolicies(patch: PolicyPatch, base: Policies = DEFAULT_POLICIES): Partial<Policies> {
  return {
    ...(patch.health && {
      health: {
        active: completeSwitch(patch.health.active, base.health.active, DEFAULT_POLICIES.health.active),
        passive: completeSwitch(patch.health.passive, base.health.passive, DEFAULT_POLICIES.health.passive),
        outliers: completeSwitch(patch.health.outliers, base.health.outliers, OUTLIERS),
        panic: completeSwitch(patch.health.panic, base.health.panic, PANIC),
      },
    }),
    ...(patch.retry && { retry: { ...base.retry, ...patch.retry } }),
    ...(patch.timeouts && { timeouts: { ...base.timeouts, ...patch.timeouts } }),
    ...(patch.limits && { limits: { ...base.limits, ...patch.limits } }),
    ...(patch.priorities && { priorities: { ...base.priorities, ...patch.priorities } }),
    ...(patch.slowStart && { slowStart: completeSwitch(patch.slowStart, base.slowStart, SLOW_START) }),
    ...(patch.loadInfo && { loadInfo: patch.loadInfo }),
    ...(patch.breaker && { breaker: completeSwitch(patch.breaker, base.breaker, BREAKER) }),
  };
}

function completeSwitch<Check extends object>(
  patch: Partial<Check> | 'off' | 'on' | undefined,
  base: Check | 'off',
  fallback: Check | 'off',
): Check | 'off' {
  if (patch === undefined) return base;
  if (patch === 'off') return 'off';
  const whole = base === 'off' ? fallback : base;
  if (patch === 'on') return whole;
  return { ...(whole as Check), ...patch };
}

/** The cookie that `sticky: on` sets. */
const STICKY_COOKIE = 'evenkeel_origin';

export type WrittenSticky = 'off' | 'on' | { readonly cookie?: string };

export function completeSticky(written: WrittenSticky | undefined): AnswersDefinition['sticky'] {
  if (written === undefined || written === 'off') return 'off';
  return { cookie: (written === 'on' ? undefined : written.cookie) ?? STICKY_COOKIE };
}
