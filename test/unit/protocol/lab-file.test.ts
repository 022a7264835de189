import { describe, expect, it } from 'vitest';
import { BREAKER, DEFAULT_POLICIES, OUTLIERS } from '../../../src/core/policies.ts';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { parseLabFile } from '../../../src/protocol/lab-file.ts';

function labOf(text: string, fileName?: string): LabDefinition {
  const parsed = parseLabFile(text, fileName);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems, null, 1));
  return parsed.lab;
}

/** A lab of three origins with more lines. */
const lab = (lines: string): LabDefinition => labOf(`evenkeel: 1\norigins: [{}, {}, {}]\n${lines}`);

/** A lab of these origins. */
const origins = (list: string) => labOf(`evenkeel: 1\norigins: ${list}`).origins;

const SERVICE = { time: { exponential: 50 }, workers: 'unlimited', queue: 'unlimited', errorRate: 0 };

/** The example of the contract, as it stands there. */
const CONTRACT = `
evenkeel: 1
name: One slow origin
seed: 1
listen: 127.0.0.1:8080
strategy: least-connections            # or { use: ring-hash, key: client-ip, vnodes: 100 }
origins:
  - { name: A, port: 8081, weight: 1, count: 1,      # count: 3 makes A1 A2 A3
      service: { time: { exponential: 50ms }, workers: 1, queue: unlimited, errorRate: 0 } }
  - { name: B, port: 8082 }
  - { name: legacy, url: "http://127.0.0.1:9000" }   # run by someone else: proxied and checked, never killed
clients: { count: 100, popularity: uniform }         # or { zipf: 1 }
traffic: { open: { rate: 32/s, arrivals: poisson } } # or { closed: { users: 50, think: 1s } }
health: { active: { path: /healthz, every: 2s, timeout: 1s, fall: 3, rise: 2 }, passive: off }
retry: { attempts: 3, on: [connect-failure] }
faults: [ { at: 10s, origin: B, do: kill }, { at: 20s, origin: B, do: restart } ]
duration: 60s
`;

describe('a lab file', () => {
  it('becomes a lab in ms, 1/s and 0–1', () => {
    expect(labOf(CONTRACT)).toEqual({
      name: 'One slow origin',
      seed: 1,
      listen: { host: '127.0.0.1', port: 8080 },
      trustForwarded: 'loopback',
      forwarder: 'native',
      threads: 1,
      sticky: 'off',
      requestHeaders: [],
      responseHeaders: [],
      strategy: { use: 'least-connections', as: 'nginx' },
      origins: [
        { name: 'A', port: 8081, weight: 1, service: { ...SERVICE, workers: 1 } },
        { name: 'B', port: 8082, weight: 1, service: SERVICE },
        { name: 'legacy', url: 'http://127.0.0.1:9000', weight: 1 },
      ],
      clients: { count: 100, popularity: 'uniform' },
      traffic: { paths: ['/'], open: { rate: 32, arrivals: 'poisson' } },
      health: {
        active: { path: '/healthz', every: 2000, timeout: 1000, fall: 3, rise: 2 },
        passive: 'off',
        outliers: 'off',
        panic: 'off',
      },
      retry: DEFAULT_POLICIES.retry,
      timeouts: DEFAULT_POLICIES.timeouts,
      limits: DEFAULT_POLICIES.limits,
      slowStart: 'off',
      priorities: { overprovisioning: 1.4 },
      loadInfo: DEFAULT_POLICIES.loadInfo,
      breaker: 'off',
      faults: [
        { at: 10_000, origin: 'B', do: 'kill' },
        { at: 20_000, origin: 'B', do: 'restart' },
      ],
      duration: 60_000,
    });
  });

  it('may be as short as its origins', () => {
    expect(labOf('evenkeel: 1\norigins: [{}]', 'lessons/my lesson.yaml')).toEqual({
      name: 'my lesson',
      seed: 1,
      listen: { host: '127.0.0.1', port: 8080 },
      trustForwarded: 'loopback',
      forwarder: 'native',
      threads: 1,
      sticky: 'off',
      requestHeaders: [],
      responseHeaders: [],
      strategy: { use: 'round-robin' },
      origins: [{ name: 'A', port: 8081, weight: 1, service: SERVICE }],
      clients: { count: 100, popularity: 'uniform' },
      traffic: { paths: ['/'], open: { rate: 20, arrivals: 'poisson' } },
      ...DEFAULT_POLICIES,
      faults: [],
    });
  });

  it('may be JSON', () => {
    const json = JSON.stringify({ evenkeel: 1, name: 'J', origins: [{ name: 'A', port: 9001 }], traffic: 'off' });
    expect(labOf(json)).toMatchObject({ name: 'J', origins: [{ name: 'A', port: 9001 }], traffic: { off: true } });
  });

  it('may have a byte order mark, Windows line ends, and aliases', () => {
    const text =
      '\uFEFFevenkeel: 1\r\norigins:\r\n  - { service: &s { time: 20ms } }\r\n  - { service: *s, weight: 2 }\r\n';
    expect(labOf(text).origins).toMatchObject([
      { name: 'A', weight: 1, service: { time: { constant: 20 } } },
      { name: 'B', weight: 2, service: { time: { constant: 20 } } },
    ]);
  });
});

describe('origins', () => {
  it('get names and ports of their own where they have none', () => {
    expect(origins('[{}, { name: A }, { port: 8082 }, { name: C, port: 8081 }]')).toMatchObject([
      { name: 'B', port: 8083 },
      { name: 'A', port: 8084 },
      { name: 'D', port: 8082 },
      { name: 'C', port: 8081 },
    ]);
  });

  it('keep off the port of the balancer', () => {
    expect(labOf('evenkeel: 1\nlisten: 8081\norigins: [{}, {}]').origins).toMatchObject([
      { port: 8082 },
      { port: 8083 },
    ]);
  });

  it('multiply by their count, on ports in a row', () => {
    expect(origins('[{ count: 3 }, { name: api, port: 9000, count: 2 }]')).toMatchObject([
      { name: 'A1', port: 8081 },
      { name: 'A2', port: 8082 },
      { name: 'A3', port: 8083 },
      { name: 'api1', port: 9000 },
      { name: 'api2', port: 9001 },
    ]);
    // 8081 alone is free before 8082, but three in a row only from 8083 on.
    expect(origins('[{ name: X, port: 8082 }, { count: 3 }]')).toMatchObject([
      { name: 'X' },
      { name: 'A1', port: 8083 },
      { name: 'A2', port: 8084 },
      { name: 'A3', port: 8085 },
    ]);
  });

  it('go on after Z with AA', () => {
    const names = origins(`[${'{}, '.repeat(28)}]`).map(({ name }) => name);
    expect(names.slice(24)).toEqual(['Y', 'Z', 'AA', 'AB']);
  });

  it.each([
    ['50ms', { constant: 50 }],
    ['{ constant: 50ms }', { constant: 50 }],
    ['{ exponential: 1.5s }', { exponential: 1500 }],
    ['{ uniform: { min: 10ms, max: 90ms } }', { uniform: { min: 10, max: 90 } }],
    ['{ lognormal: { median: 50ms, sigma: 0.5 } }', { lognormal: { median: 50, sigma: 0.5 } }],
    ['{ pareto: { min: 10ms, alpha: 1.5 } }', { pareto: { min: 10, alpha: 1.5 } }],
  ])('take the service time %s', (written, time) => {
    expect(origins(`[{ service: { time: ${written}, workers: 2, queue: 0, errorRate: 10% } }]`)).toMatchObject([
      { service: { time, workers: 2, queue: 0, errorRate: 0.1 } },
    ]);
  });
});

describe('short and long forms', () => {
  it.each([
    ['8000', { host: '127.0.0.1', port: 8000 }],
    ['localhost:8000', { host: 'localhost', port: 8000 }],
    ['"[::1]:8000"', { host: '::1', port: 8000 }],
  ])('listens on %s', (written, listen) => {
    expect(lab(`listen: ${written}`).listen).toEqual(listen);
  });

  it.each([
    ['round-robin', { use: 'round-robin' }],
    ['{ use: ip-hash }', { use: 'ip-hash', octets: 3 }],
    ['{ use: ip-hash, octets: 4 }', { use: 'ip-hash', octets: 4 }],
    ['{ use: hash, key: "cookie:sid" }', { use: 'hash', key: 'cookie:sid' }],
    [
      '{ use: least-time, halveAfter: 5s }',
      { use: 'least-time', measure: 'first-byte', halveAfter: 5000, inFlight: false },
    ],
    [
      '{ use: ring-hash, key: client-ip, vnodes: 100 }',
      { use: 'ring-hash', key: 'client-ip', vnodes: 100, boundedLoad: 'off' },
    ],
    ['{ use: ring-hash, boundedLoad: 125% }', { use: 'ring-hash', key: 'client-ip', vnodes: 160, boundedLoad: 1.25 }],
    ['{ use: ring-hash, boundedLoad: 1.25 }', { use: 'ring-hash', key: 'client-ip', vnodes: 160, boundedLoad: 1.25 }],
  ])('chooses by %s', (written, strategy) => {
    expect(lab(`strategy: ${written}`).strategy).toEqual(strategy);
  });

  it('reads path rules', () => {
    const { strategy } = lab(
      'strategy: { use: path-rules, rules: [{ prefix: /api, origins: [A, B], strategy: random }] }',
    );
    expect(strategy).toMatchObject({
      use: 'path-rules',
      rules: [{ prefix: '/api', origins: ['A', 'B'], strategy: { use: 'random' } }],
    });
  });

  it('reads any strategy with its units within path rules', () => {
    const { strategy } = lab(
      'strategy: { use: path-rules, rules: [{ prefix: /a, origins: [A], strategy: { use: ring-hash, boundedLoad: 150% } }], default: { use: peak-ewma, decay: 5s } }',
    );
    expect(strategy).toMatchObject({
      rules: [{ strategy: { use: 'ring-hash', boundedLoad: 1.5 } }],
      default: { use: 'peak-ewma', decay: 5000 },
    });
  });

  it.each([
    ['off', { paths: ['/'], off: true }],
    ['{ off: true, paths: [/a] }', { paths: ['/a'], off: true }],
    ['{ open: { rate: 300/m } }', { paths: ['/'], open: { rate: 5, arrivals: 'poisson' } }],
    ['{ open: { rate: 5/s, arrivals: constant } }', { paths: ['/'], open: { rate: 5, arrivals: 'constant' } }],
    ['{ closed: { users: 5 }, paths: [/a, /b] }', { paths: ['/a', '/b'], closed: { users: 5, think: 1000 } }],
    ['{ closed: { users: 5, think: 0ms } }', { paths: ['/'], closed: { users: 5, think: 0 } }],
  ])('has the traffic %s', (written, traffic) => {
    expect(lab(`traffic: ${written}`).traffic).toEqual(traffic);
  });

  it.each([
    ['health: off', { health: { active: 'off', passive: 'off', outliers: 'off', panic: 'off' } }],
    ['health: { active: off }', { health: { ...DEFAULT_POLICIES.health, active: 'off' } }],
    ['health: { passive: on }', { health: DEFAULT_POLICIES.health }],
    [
      'health: { active: { every: 500ms } }',
      {
        health: {
          ...DEFAULT_POLICIES.health,
          active: { path: '/healthz', every: 500, timeout: 1000, fall: 3, rise: 2 },
        },
      },
    ],
    [
      'health: { passive: { failures: 3, base: 5s, max: 1m, maxShare: 50% } }',
      { health: { ...DEFAULT_POLICIES.health, passive: { failures: 3, base: 5000, max: 60_000, maxShare: 0.5 } } },
    ],
    ['retry: off', { retry: { ...DEFAULT_POLICIES.retry, attempts: 1 } }],
    ['retry: { on: timeout, budget: 10% }', { retry: { ...DEFAULT_POLICIES.retry, on: ['timeout'], budget: 0.1 } }],
    ['retry: { backoff: off, budget: off }', { retry: { ...DEFAULT_POLICIES.retry, backoff: 0, budget: 'off' } }],
    ['timeouts: { idle: off, total: 3s }', { timeouts: { ...DEFAULT_POLICIES.timeouts, idle: 'off', total: 3000 } }],
    ['limits: { maxInFlight: 4, queue: 0 }', { limits: { ...DEFAULT_POLICIES.limits, maxInFlight: 4, queue: 0 } }],
    ['slowStart: on', { slowStart: { window: 30_000, min: 0.1, aggression: 1 } }],
    ['slowStart: { window: 5s, min: 1% }', { slowStart: { window: 5000, min: 0.01, aggression: 1 } }],
    ['health: { outliers: on }', { health: { ...DEFAULT_POLICIES.health, outliers: OUTLIERS } }],
    [
      'health: { outliers: { deviations: 1.5, minOrigins: 3 } }',
      { health: { ...DEFAULT_POLICIES.health, outliers: { ...OUTLIERS, deviations: 1.5, minOrigins: 3 } } },
    ],
    ['breaker: on', { breaker: BREAKER }],
    [
      'breaker: { network: off, errors: 50%, latency: 500ms, percentile: 95 }',
      { breaker: { ...BREAKER, network: 'off', errors: 0.5, latency: 500, percentile: 95 } },
    ],
    [
      'breaker: { every: 50ms, open: 2s, recover: 1m }',
      { breaker: { ...BREAKER, every: 50, open: 2000, recover: 60_000 } },
    ],
    ['health: { panic: on }', { health: { ...DEFAULT_POLICIES.health, panic: { below: 0.5 } } }],
    ['health: { panic: 30% }', { health: { ...DEFAULT_POLICIES.health, panic: { below: 0.3 } } }],
    ['health: { panic: { below: 30% } }', { health: { ...DEFAULT_POLICIES.health, panic: { below: 0.3 } } }],
    ['priorities: { overprovisioning: 200% }', { priorities: { overprovisioning: 2 } }],
    ['limits: off', { limits: DEFAULT_POLICIES.limits }],
    ['timeouts: { firstByte: 1s }', { timeouts: { ...DEFAULT_POLICIES.timeouts, firstByte: 1000 } }],
    ['clients: { popularity: { zipf: 1.2 } }', { clients: { count: 100, popularity: { zipf: 1.2 } } }],
    ['trustForwarded: none', { trustForwarded: 'none' }],
    ['forwarder: http-proxy', { forwarder: 'http-proxy' }],
    [
      'listen: { address: "127.0.0.1:8443", tls: { cert: a.pem, key: b.pem } }',
      { listen: { host: '127.0.0.1', port: 8443, tls: { cert: 'a.pem', key: 'b.pem' } } },
    ],
  ])('reads %s', (line, part) => {
    expect(lab(line)).toMatchObject(part);
  });

  it.each([
    ['do: kill', { do: 'kill' }],
    ['do: freeze, for: 5s', { do: 'freeze', for: 5000 }],
    ['do: slow, factor: 10x', { do: 'slow', factor: 10 }],
    ['slow: 10x', { do: 'slow', factor: 10 }],
    ['do: { slow: 10x }', { do: 'slow', factor: 10 }],
    ['do: errors, share: 50%', { do: 'errors', share: 0.5 }],
    ['errors: 50%, for: 1m', { do: 'errors', share: 0.5, for: 60_000 }],
    ['do: { errors: 50% }', { do: 'errors', share: 0.5 }],
  ])('plans the fault %s', (written, fault) => {
    expect(lab(`faults: [{ at: 10s, origin: B, ${written} }]`).faults).toEqual([{ at: 10_000, origin: 'B', ...fault }]);
  });
});
