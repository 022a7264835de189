import fc from 'fast-check';
import { DEFAULT_POLICIES, RETRY_CONDITIONS } from '../../../src/core/policies.ts';
import { normaliseSpec, STRATEGIES } from '../../../src/core/strategies/registry.ts';
import type { Parameter, StrategySpec } from '../../../src/core/strategy.ts';
import {
  type LabDefinition,
  type OriginDefinition,
  type OriginRole,
  roleOf,
  type ScheduledFault,
} from '../../../src/protocol/lab.ts';
import { breakerProblem } from '../../../src/protocol/lab-file-policies.ts';
import type { Expectation } from '../../../src/protocol/measure.ts';

const DAY = 24 * 3_600_000;
const real = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
/** Round figures, as people write them, and any other. */
const duration = (min: number, max = DAY) =>
  fc.oneof(fc.integer({ min: Math.ceil(min), max }), fc.constantFrom(1000, 1500, 60_000), real(min, max));
const share = fc.oneof(fc.constantFrom(0, 0.1, 0.07, 0.5, 1), real(0, 1));
const optional = <Value>(value: fc.Arbitrary<Value>, standard: NoInfer<Value>) =>
  fc.oneof(fc.constant(standard), value);

const offOr = <Value>(value: fc.Arbitrary<Value>) => fc.oneof(fc.constant('off' as const), value);
const limit = (min: number) => fc.oneof(fc.constant('unlimited' as const), fc.integer({ min, max: 100_000 }));

const service = fc.record(
  {
    time: fc.oneof(
      fc.record({ constant: duration(0, 600_000) }),
      fc.record({ exponential: duration(0.001, 600_000) }),
      fc
        .tuple(duration(0, 600_000), duration(0, 600_000))
        .map(([a, b]) => ({ uniform: { min: Math.min(a, b), max: Math.max(a, b) } })),
      fc.record({ lognormal: fc.record({ median: duration(0.001, 600_000), sigma: real(0, 5) }) }),
      fc.record({ pareto: fc.record({ min: duration(0.001, 600_000), alpha: real(0.001, 100) }) }),
    ),
    workers: limit(1),
    queue: limit(0),
    errorRate: share,
    abandoned: fc.constantFrom('skip', 'serve', 'cancel'),
    crashAbove: fc.integer({ min: 1, max: 1_000_000 }),
    coldStart: fc.record({ factor: real(1, 1000), requests: fc.integer({ min: 1, max: 1_000_000 }) }),
  },
  { requiredKeys: ['time', 'workers', 'queue', 'errorRate'] },
);

const name = fc.stringMatching(/^[A-Za-zÄé0-9](?:[A-Za-z0-9 ._-]{0,20}[A-Za-z0-9._-])?$/);
const weight = optional(real(0.001, 1000), 1);
const role = fc.record(
  { backup: fc.boolean(), priority: fc.integer({ min: 0, max: 9 }), maxInFlight: limit(1) },
  { requiredKeys: [] },
) as fc.Arbitrary<OriginRole>;
const origins: fc.Arbitrary<OriginDefinition[]> = fc
  .uniqueArray(
    fc.oneof(
      fc
        .tuple(fc.record({ name, port: fc.integer({ min: 1024, max: 65_534 }), weight, service }), role)
        .map(([origin, its]) => ({ ...origin, ...roleOf(its) })),
      fc.record({
        name,
        url: fc.constantFrom('http://10.0.0.1:9000', 'http://[2001:db8::1]:80', 'http://shop.test'),
        weight,
      }),
    ),
    { minLength: 1, maxLength: 6, selector: ({ name: own }) => own },
  )
  .map((list) =>
    list.filter(
      (origin, index) =>
        !('port' in origin) || !list.slice(0, index).some((other) => 'port' in other && other.port === origin.port),
    ),
  );

function parameter(kind: Parameter, names: readonly string[]): fc.Arbitrary<unknown> {
  switch (kind.kind) {
    case 'integer':
      return fc.integer({ min: kind.min, max: Math.min(kind.max, Number.MAX_SAFE_INTEGER) });
    case 'number':
    case 'duration':
      return real(kind.min, Math.min(kind.max, DAY));
    case 'ratio':
      return fc.oneof(fc.constantFrom('off', kind.min, kind.max), real(kind.min, kind.max));
    case 'key':
      return fc.constantFrom('client-ip', 'path', 'uri', 'header:X-User', 'cookie:sid', 'query:a');
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...kind.options);
    case 'strategy':
      return fc.constantFrom('random', 'least-connections', { use: 'ip-hash', octets: 4 });
    case 'rules':
      return fc.array(
        fc.record({
          prefix: fc.constantFrom('/', '/api', '/a/b'),
          origins: fc.subarray([...names], { minLength: 1 }),
          strategy: fc.constantFrom({ use: 'round-robin' }, { use: 'ip-hash', octets: 4 }),
        }),
        { maxLength: 3 },
      );
  }
}

const strategy = (names: readonly string[]): fc.Arbitrary<StrategySpec> =>
  fc.constantFrom(...STRATEGIES).chain(({ id, parameters }) =>
    fc
      .record(Object.fromEntries(Object.entries(parameters).map(([key, kind]) => [key, parameter(kind, names)])), {
        requiredKeys: [],
      })
      .map((given) => normaliseSpec({ ...given, use: id })),
  );

const fault = (spawned: readonly string[]): fc.Arbitrary<ScheduledFault> =>
  fc
    .tuple(
      fc.record(
        { at: duration(0), origin: fc.constantFrom(...spawned), for: duration(0.001) },
        { requiredKeys: ['at', 'origin'] },
      ),
      fc.oneof(
        fc.record({
          do: fc.constantFrom('kill', 'restart', 'freeze', 'thaw', 'hang', 'reset', 'drain', 'resume', 'heal'),
        }),
        fc.record({ do: fc.constant('slow'), factor: real(0.001, 1000) }),
        fc.record({ do: fc.constant('errors'), share }),
      ),
    )
    .map(([when, what]) => ({ ...when, ...what }) as ScheduledFault);

const path = fc.stringMatching(/^\/[!-~]{0,20}$/);
const paths = optional(fc.array(path, { minLength: 1, maxLength: 3 }), ['/']);
const integer = (min: number, max: number) => fc.integer({ min, max });

const line = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => /^[^\p{Cc}]*$/u.test(text) && text.trim() !== '');

const expectation = (names: readonly string[]): fc.Arbitrary<Expectation> =>
  fc
    .tuple(
      fc.record(
        {
          with: fc.constantFrom({ strategy: 'random' }, { 'health.active': 'off', seed: 2 }),
          during: fc.tuple(integer(0, 1000), integer(1001, 9999)),
          runs: integer(1, 1000),
          because: line,
          live: fc.boolean(),
        },
        { requiredKeys: ['because'] },
      ),
      fc.oneof(
        fc.record({ measure: fc.constantFrom('mean', 'p99', 'page-mean'), min: duration(0) }),
        fc.record({ measure: fc.constantFrom('share'), of: fc.constantFrom(...names), max: share }),
        fc.record({ measure: fc.constantFrom('slower'), over: duration(0), min: share }),
        fc.record({ measure: fc.constantFrom('retried'), min: real(0, 10), max: real(10, 1e6) }),
        fc.record({ measure: fc.constantFrom('stable'), is: fc.boolean() }),
        fc.record({ measure: fc.constantFrom('order'), is: fc.constant('A B A') }),
      ),
    )
    .map(([how, what]) => ({ ...how, ...what }) as Expectation);

/** Any lab that a lab file can hold. */
export const lab: fc.Arbitrary<LabDefinition> = origins.chain((list) => {
  const names = list.map((origin) => origin.name);
  const spawned = list.filter((origin) => 'port' in origin).map((origin) => origin.name);
  return fc.record(
    {
      name: line,
      look: line,
      seed: integer(0, 4_294_967_295),
      // Port 65535 is no origin's.
      listen: fc.record({ host: fc.constantFrom('127.0.0.1', '::1', 'localhost'), port: fc.constant(65_535) }),
      trustForwarded: fc.constantFrom('loopback', 'none'),
      forwarder: fc.constantFrom('native', 'http-proxy'),
      // More of them do not go with all that follows.
      threads: fc.constant(1),
      sticky: fc.constantFrom('off', { cookie: 'evenkeel_origin' }, { cookie: 'shop' }),
      requestHeaders: fc.constantFrom([], ['forwarded']),
      responseHeaders: fc.constantFrom([], ['server-timing'], ['x-evenkeel-origin', 'server-timing']),
      strategy: strategy(names),
      origins: fc.constant(list),
      clients: fc.record(
        {
          count: integer(1, 1_000_000),
          popularity: fc.oneof(fc.constant('uniform' as const), fc.record({ zipf: real(0.001, 10) })),
          timeout: duration(0.001),
        },
        { requiredKeys: ['count', 'popularity'] },
      ),
      traffic: fc.oneof(
        fc.record({
          paths,
          open: fc.record({ rate: real(0.001, 100_000), arrivals: fc.constantFrom('constant', 'poisson') }),
        }),
        fc.record({
          paths,
          fanOut: integer(1, 1000),
          closed: fc.record({ users: integer(1, 10_000), think: duration(0) }),
        }),
        fc.record({ paths, off: fc.constant(true) }),
      ),
      health: fc.record({
        active: fc.oneof(
          fc.constantFrom('off', DEFAULT_POLICIES.health.active),
          fc.record({ path, every: duration(100), timeout: duration(1), fall: integer(1, 100), rise: integer(1, 100) }),
        ),
        passive: fc.oneof(
          fc.constantFrom('off', DEFAULT_POLICIES.health.passive),
          fc.record({ failures: integer(1, 1000), base: duration(1), max: duration(1), maxShare: share }),
        ),
        outliers: offOr(
          fc.record({
            every: duration(100),
            minOrigins: integer(2, 200),
            minRequests: integer(1, 1_000_000),
            deviations: real(0, 100),
            base: duration(1),
            max: duration(1),
            maxShare: share,
          }),
        ),
        panic: offOr(fc.record({ below: real(0.001, 1) })),
      }),
      priorities: fc.record({ overprovisioning: optional(real(1, 100), 1.4) }),
      retry: fc.record({
        attempts: optional(integer(1, 20), 1),
        on: optional(fc.subarray([...RETRY_CONDITIONS]), ['connect-failure']),
        budget: optional(offOr(share), 0.2),
        backoff: optional(duration(0), 25),
        maxBackoff: optional(duration(0), 250),
      }),
      timeouts: fc.record({
        connect: optional(duration(1), 2000),
        firstByte: optional(duration(1), 15_000),
        idle: optional(offOr(duration(1)), 60_000),
        total: optional(offOr(duration(1)), 'off'),
      }),
      limits: fc.record({
        maxInFlight: limit(1),
        total: limit(1),
        queue: limit(0),
        queueTimeout: optional(duration(1), 5000),
      }),
      slowStart: offOr(fc.record({ window: duration(100), min: real(0.001, 1), aggression: real(0.001, 100) })),
      loadInfo: fc.record({ every: duration(0) }),
      breaker: offOr(
        fc
          .record({
            network: offOr(share),
            errors: offOr(share),
            latency: offOr(duration(0.001)),
            percentile: real(0.001, 100),
            minRequests: integer(1, 1_000_000),
            every: duration(10),
            open: duration(100),
            recover: duration(100),
          })
          .filter((breaker) => breakerProblem(breaker) === undefined),
      ),
      network: fc.record({ delay: duration(0) }),
      expect: fc.array(expectation(names), { maxLength: 3 }),
      faults: spawned.length > 0 ? fc.array(fault(spawned), { maxLength: 4 }) : fc.constant([]),
      duration: duration(0.001),
    },
    {
      requiredKeys: [
        'name',
        'seed',
        'listen',
        'trustForwarded',
        'forwarder',
        'threads',
        'sticky',
        'requestHeaders',
        'responseHeaders',
        'strategy',
        'origins',
        'clients',
        'traffic',
        'health',
        'retry',
        'timeouts',
        'limits',
        'slowStart',
        'breaker',
        'priorities',
        'loadInfo',
        'faults',
      ],
    },
  ) as fc.Arbitrary<LabDefinition>;
});
