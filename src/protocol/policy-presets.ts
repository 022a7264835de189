import { DEFAULT_POLICIES, NO_HEALTH, OUTLIERS, type Policies } from '../core/policies.ts';
import { completePolicies, type PolicyPatch } from './lab-file-defaults.ts';

/** How another balancer deals with failures when nobody configures it; only what Evenkeel has, too, is set. */
interface PolicyPreset {
  readonly id: string;
  readonly title: string;
  /** What it sets, and what cannot be the same. */
  readonly says: string;
  /** Where its figures come from. */
  readonly source: string;
  /** Whole values, so that a preset gives the same result whatever was set before. */
  readonly policies: PolicyPatch;
}

const UNLIMITED = { maxInFlight: 'unlimited', total: 'unlimited' } as const;
/** Another try begins at once, however many do. */
const AT_ONCE = { budget: 'off', backoff: 0, maxBackoff: 0 } as const;
/** Tries enough for every origin of any lab on a screen; nginx asks each of its servers once. */
const EVERY_ORIGIN = 20;

/** ms: no wait for an answer is longer here. */
const HOUR = 3_600_000;
/** What a product does that has to be told to do more. */
const NOTHING_CONFIGURED = {
  health: NO_HEALTH,
  retry: { attempts: 1, on: [], budget: 0.2, backoff: 25, maxBackoff: 250 },
  limits: { ...UNLIMITED, queue: 'unlimited', queueTimeout: 5000 },
  slowStart: 'off',
  breaker: 'off',
} as const;

export const POLICY_PRESETS: readonly PolicyPreset[] = [
  {
    id: 'evenkeel',
    title: 'Evenkeel’s own',
    says: 'Checks every 2 s as HAProxy does, ejects after 5 failures in a row as Envoy does, but for 10 s, so that a lesson sees it end. Retries connect failures twice.',
    source: 'Evenkeel’s defaults',
    policies: DEFAULT_POLICIES,
  },
  {
    id: 'nginx',
    title: 'Like nginx',
    says: 'No active checks (those are in nginx Plus). One failure takes an origin out for 10 s, and the request goes on to the next origin on errors and timeouts; here a 5xx counts as a failure, too. Waits 60 s. No limits unless max_conns is set; then no queue (that is in nginx Plus).',
    source: 'max_fails, fail_timeout, max_conns, proxy_next_upstream and proxy_…_timeout of nginx’s documentation',
    policies: {
      health: {
        active: 'off',
        passive: { failures: 1, base: 10_000, max: 10_000, maxShare: 1 },
        outliers: 'off',
        panic: 'off',
      },
      retry: { ...AT_ONCE, attempts: EVERY_ORIGIN, on: ['connect-failure', 'reset', 'timeout'] },
      timeouts: { connect: 60_000, firstByte: 60_000, idle: 60_000, total: 'off' },
      limits: { ...UNLIMITED, queue: 0, queueTimeout: 60_000 },
      slowStart: 'off',
      breaker: 'off',
    },
  },
  {
    id: 'haproxy',
    title: 'Like HAProxy',
    says: 'Checks every 2 s: 3 failures take an origin down, 2 successes bring it back; nothing is learnt from requests. 3 retries, of connect failures only. HAProxy has no timeouts of its own, so these stay as they are. Unless maxconn is set there are no limits.',
    source: 'check, inter, fall, rise, retries and maxconn of HAProxy’s configuration manual',
    policies: {
      health: {
        active: { path: '/healthz', every: 2000, timeout: 2000, fall: 3, rise: 2 },
        passive: 'off',
        outliers: 'off',
        panic: 'off',
      },
      retry: { ...AT_ONCE, attempts: 4, on: ['connect-failure'] },
      limits: { ...UNLIMITED, queue: 'unlimited', queueTimeout: 5000 },
      slowStart: 'off',
      breaker: 'off',
    },
  },
  {
    id: 'envoy',
    title: 'Like Envoy',
    says: 'No active checks unless they are configured. 5 failures in a row, or a success rate far below that of the others, eject an origin for 30 s, longer each time, but never more than 10 % of them. With fewer than 50 % healthy all are used. No retries. Connects within 5 s, waits 15 s for an answer. At most 1024 requests in flight, and as many waiting.',
    source:
      'outlier detection, panic threshold, retry policy, circuit breakers, connect timeout and route timeout of Envoy’s API reference',
    policies: {
      health: {
        active: 'off',
        passive: { failures: 5, base: 30_000, max: 300_000, maxShare: 0.1 },
        outliers: { ...OUTLIERS, base: 30_000 },
        panic: { below: 0.5 },
      },
      priorities: { overprovisioning: 1.4 },
      retry: { attempts: 1, on: [], budget: 0.2, backoff: 25, maxBackoff: 250 },
      timeouts: { connect: 5000, firstByte: 15_000, idle: 300_000, total: 15_000 },
      limits: { maxInFlight: 'unlimited', total: 1024, queue: 1024, queueTimeout: 15_000 },
      slowStart: 'off',
      breaker: 'off',
    },
  },
  {
    id: 'traefik',
    title: 'Like Traefik',
    says: 'No checks unless they are configured, and nothing learnt from requests. One try only. Connects within 30 s and then waits as long as it takes (an hour here). No limits; its circuit breaker has to be configured, too: Evenkeel’s works the same way.',
    source:
      'health checks, the retry and circuit breaker middlewares, and forwardingTimeouts of a servers transport in Traefik’s documentation',
    policies: { ...NOTHING_CONFIGURED, timeouts: { connect: 30_000, firstByte: HOUR, idle: 'off', total: 'off' } },
  },
  {
    id: 'caddy',
    title: 'Like Caddy',
    says: 'No active checks unless health_uri is set, no ejections unless fail_duration is. One try only. Connects within 3 s and then waits as long as it takes (an hour here). No limits.',
    source: 'health_uri, fail_duration, lb_retries, lb_try_duration and dial_timeout of Caddy’s reverse_proxy',
    policies: { ...NOTHING_CONFIGURED, timeouts: { connect: 3000, firstByte: HOUR, idle: 'off', total: 'off' } },
  },
];

/** The preset that the policies are the same as; undefined when they are somebody's own. */
export function presetOf(policies: Policies): PolicyPreset | undefined {
  return POLICY_PRESETS.find((preset) => {
    const whole = completePolicies(preset.policies, policies);
    return Object.entries(whole).every(([name, value]) => same(value, policies[name as keyof Policies]));
  });
}

/** Whether two plain values say the same, whatever the order of their keys. */
function same(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => same((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]))
  );
}
