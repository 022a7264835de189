import type {
  ActiveCheckPolicy,
  BreakerPolicy,
  LimitPolicy,
  OutlierPolicy,
  PanicPolicy,
  PassivePolicy,
  Policies,
  PriorityPolicy,
  RetryCondition,
  RetryPolicy,
  SlowStartPolicy,
  TimeoutPolicy,
} from '../../../src/core/policies.ts';
import type { PolicyPatch } from '../../../src/protocol/lab-file-defaults.ts';
import type { FieldsOf, FieldWords } from '../forms/field-kinds.ts';

/** One mechanism as a form: what it is called, where its values are, what each means. */
export interface PolicySection {
  readonly id: string;
  readonly title: string;
  /** Plain words: what it is for. */
  readonly says: string;
  readonly switchable: boolean;
  readonly fields: readonly (readonly [key: string, words: FieldWords])[];
  readonly choices?: Choices;
  /** Its values now, or that it is off. */
  of(policies: Policies): Readonly<Record<string, unknown>> | 'off';
  /** What `set-policies` is told to change them. */
  patch(part: unknown): unknown;
}

/** A list of conditions, each on or off. */
interface Choices {
  readonly key: string;
  readonly title: string;
  readonly options: readonly { readonly value: string; readonly title: string; readonly help: string }[];
}

interface SectionOptions<Values extends object, Listed extends keyof Values = never> {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly switchable?: boolean;
  readonly fields: FieldsOf<Omit<Values, Listed>>;
  readonly choices?: Choices & { readonly key: Listed };
  readonly of: (policies: Policies) => Values | 'off';
  readonly patch: (part: Values) => PolicyPatch;
}

function section<Values extends object, Listed extends keyof Values = never>(
  options: SectionOptions<Values, Listed>,
): PolicySection {
  const { id, title, says, switchable = false, choices } = options;
  return {
    id,
    title,
    says,
    switchable,
    fields: Object.entries(options.fields) as [string, FieldWords][],
    ...(choices && { choices: choices as Choices }),
    of: (policies) => options.of(policies) as Readonly<Record<string, unknown>> | 'off',
    // What people typed is judged by the lab's schema, not by types.
    patch: (part) => options.patch(part as Values),
  };
}

const CONDITIONS: readonly { readonly value: RetryCondition; readonly title: string; readonly help: string }[] = [
  { value: 'connect-failure', title: 'No connection', help: 'Nothing was sent yet, so any request may go elsewhere.' },
  {
    value: 'reset',
    title: 'Connection broken off',
    help: 'Only requests that do no harm when sent twice, such as GET.',
  },
  { value: 'timeout', title: 'No answer in time', help: 'Likewise; the first origin may still be working on it.' },
  { value: 'server-error', title: 'Answer 5xx', help: 'Likewise; hides an origin’s errors from the client.' },
  { value: 'gateway-error', title: 'Answer 502, 503 or 504', help: 'Only these: an origin that is full or broken.' },
];

/** In the order of a request's life. */
export const POLICY_SECTIONS: readonly PolicySection[] = [
  section<ActiveCheckPolicy>({
    id: 'active',
    title: 'Health checks',
    says: 'Asks each origin regularly, whether or not requests come (active checks).',
    switchable: true,
    of: ({ health }) => health.active,
    patch: (active) => ({ health: { active } }),
    fields: {
      path: { label: 'Path', kind: 'text', help: 'What is asked for; any 2xx or 3xx is healthy.' },
      every: { label: 'Every', kind: 'duration', help: 'Between two checks of one origin, ±10 %.' },
      timeout: { label: 'Timeout', kind: 'duration', help: 'No answer by then counts as failed.' },
      fall: { label: 'Fall', kind: 'number', help: 'Failures in a row that take it down.' },
      rise: { label: 'Rise', kind: 'number', help: 'Successes in a row that bring it back.' },
    },
  }),
  section<PassivePolicy>({
    id: 'passive',
    title: 'Ejection',
    says: 'Learns from the requests themselves: an origin that keeps failing is left alone for a while (outlier detection).',
    switchable: true,
    of: ({ health }) => health.passive,
    patch: (passive) => ({ health: { passive } }),
    fields: {
      failures: {
        label: 'Failures in a row',
        kind: 'number',
        help: 'No connection, broken off, no answer in time, 5xx.',
      },
      base: { label: 'Lasts', kind: 'duration', help: 'The first time; the second twice as long, and so on.' },
      max: { label: 'At most', kind: 'duration', help: 'No ejection lasts longer.' },
      maxShare: { label: 'Share of the origins', kind: 'share', help: 'That may be ejected at once; one always may.' },
    },
  }),
  section<OutlierPolicy>({
    id: 'outliers',
    title: 'Outliers',
    says: 'Compares the origins: one that fails clearly more often than the others is left alone for a while, even if some of its answers are fine.',
    switchable: true,
    of: ({ health }) => health.outliers,
    patch: (outliers) => ({ health: { outliers } }),
    fields: {
      every: { label: 'Compares every', kind: 'duration', help: 'Then counting begins anew.' },
      minOrigins: { label: 'Origins', kind: 'number', help: 'That have to be comparable; fewer than five hardly are.' },
      minRequests: { label: 'Requests', kind: 'number', help: 'That an origin needs in that time to be compared.' },
      deviations: {
        label: 'Deviations',
        kind: 'number',
        help: 'Standard deviations below the mean success rate; Envoy 1.9.',
      },
      base: { label: 'Lasts', kind: 'duration', help: 'The first time; the second twice as long, and so on.' },
      max: { label: 'At most', kind: 'duration', help: 'No ejection lasts longer.' },
      maxShare: { label: 'Share of the origins', kind: 'share', help: 'That may be ejected at once; one always may.' },
    },
  }),
  section<RetryPolicy, 'on'>({
    id: 'retry',
    title: 'Retries',
    says: 'A request that failed is tried again, at another origin first.',
    of: ({ retry }) => retry,
    patch: (retry) => ({ retry }),
    fields: {
      attempts: { label: 'Attempts', kind: 'number', help: 'In all, the first included; 1 means no retries.' },
      budget: {
        label: 'Budget',
        kind: 'ratio',
        help: 'Of the requests in flight may be retries, at least 3: no storms. Or off.',
      },
      backoff: { label: 'Pause', kind: 'duration', help: 'A random time up to this, 3, 7… times this; 0 ms: none.' },
      maxBackoff: { label: 'Longest pause', kind: 'duration', help: 'No try waits longer.' },
    },
    choices: { key: 'on', title: 'After', options: CONDITIONS },
  }),
  section<TimeoutPolicy>({
    id: 'timeouts',
    title: 'Timeouts',
    says: 'How long the balancer waits for an origin before it gives up on an attempt.',
    of: ({ timeouts }) => timeouts,
    patch: (timeouts) => ({ timeouts }),
    fields: {
      connect: { label: 'Connect', kind: 'duration', help: 'To open a connection.' },
      firstByte: { label: 'First byte', kind: 'duration', help: 'From the request to the start of its answer.' },
      idle: { label: 'Silence', kind: 'time', help: 'In the middle of an answer; then it is cut off. Or off.' },
      total: { label: 'In all', kind: 'time', help: 'From arrival to the end, queue and retries included. Or off.' },
    },
  }),
  section<PanicPolicy>({
    id: 'panic',
    title: 'Panic',
    says: 'When so few origins are healthy, uses all: better some errors than a few origins crushed.',
    switchable: true,
    of: ({ health }) => health.panic,
    patch: (panic) => ({ health: { panic } }),
    fields: { below: { label: 'Below', kind: 'share', help: 'Of the origins of a level healthy; Envoy 50 %.' } },
  }),
  section<PriorityPolicy>({
    id: 'priorities',
    title: 'Priorities',
    says: 'Origins of a later priority take what earlier ones cannot carry; backups wait until no other is left.',
    of: ({ priorities }) => priorities,
    patch: (priorities) => ({ priorities }),
    fields: {
      overprovisioning: {
        label: 'Overprovisioning',
        kind: 'share',
        help: 'Healthy origins of a level carry so much of their part: 140 % in Envoy.',
      },
    },
  }),
  section<SlowStartPolicy>({
    id: 'slow-start',
    title: 'Slow start',
    says: 'An origin that comes back after a failure gets its share little by little: its caches are cold.',
    switchable: true,
    of: ({ slowStart }) => slowStart,
    patch: (slowStart) => ({ slowStart }),
    fields: {
      window: { label: 'Takes', kind: 'duration', help: 'Until it has its whole share again.' },
      min: { label: 'Begins with', kind: 'share', help: 'Of its weight; HAProxy 1 %, Envoy 10 %.' },
      aggression: { label: 'Aggression', kind: 'number', help: '1: evenly; more: most of it early.' },
    },
  }),
  section<BreakerPolicy>({
    id: 'breaker',
    title: 'Circuit breaker',
    says: 'When too many requests fail or are slow, refuses all for a while, then lets them in little by little: origins get time to recover.',
    switchable: true,
    of: ({ breaker }) => breaker,
    patch: (breaker) => ({ breaker }),
    fields: {
      network: { label: 'No answer', kind: 'ratio', help: 'Opens when more requests get none from an origin. Or off.' },
      errors: { label: 'Errors', kind: 'ratio', help: 'Opens when more requests end with 5xx or none. Or off.' },
      latency: { label: 'Slow', kind: 'time', help: 'Opens when the percentile takes longer. Or off.' },
      percentile: { label: 'Percentile', kind: 'number', help: '99: one request in a hundred may be slower.' },
      minRequests: { label: 'Requests', kind: 'number', help: 'In the last 10 s; from fewer nothing is concluded.' },
      every: { label: 'Looks every', kind: 'duration', help: 'At most; Traefik 100 ms.' },
      open: { label: 'Open for', kind: 'duration', help: 'Every request is answered with 503.' },
      recover: { label: 'Recovers in', kind: 'duration', help: 'The share that passes grows from nothing to all.' },
    },
  }),
  section<LimitPolicy>({
    id: 'limits',
    title: 'Limits',
    says: 'How much the origins get at once. What comes on top waits its turn in a queue, or gets 503.',
    of: ({ limits }) => limits,
    patch: (limits) => ({ limits }),
    fields: {
      maxInFlight: { label: 'At one origin', kind: 'limit', help: 'Requests in flight; then it is full.' },
      total: { label: 'At all together', kind: 'limit', help: 'Requests in flight at all origins.' },
      queue: { label: 'Queue', kind: 'limit', help: 'Requests that may wait for an origin with room.' },
      queueTimeout: { label: 'Wait', kind: 'duration', help: 'The longest wait; then 503.' },
    },
  }),
];
