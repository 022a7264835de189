import { stringify } from 'yaml';
import {
  BREAKER,
  type BreakerPolicy,
  DEFAULT_POLICIES,
  type EjectionTerms,
  type HealthPolicy,
  NO_HEALTH,
  type Policies,
  type RetryPolicy,
} from '../core/policies.ts';
import {
  type ClientsDefinition,
  isSpawned,
  type LabDefinition,
  type OriginDefinition,
  roleOf,
  type ScheduledFault,
  type ServiceDefinition,
  type TimeDistribution,
  type TrafficDefinition,
} from './lab.ts';
import { DEFAULT_CLIENTS, DEFAULT_SEED, DEFAULT_SERVICE, DEFAULT_THREADS } from './lab-file-defaults.ts';
import { writtenExpectation } from './lab-file-expect.ts';
import { LAB_FILE_VERSION } from './lab-file-schema.ts';
import { writtenStrategy } from './lab-file-strategy.ts';
import { printDuration, printFactor, printRate, printShare } from './units.ts';

/** A lab as a tidy lab file: units written out, what has its default left out. `parseLabFile` reads it back as it was. */
export function printLabFile(lab: LabDefinition): string {
  const host = lab.listen.host.includes(':') ? `[${lab.listen.host}]` : lab.listen.host;
  const address = `${host}:${lab.listen.port}`;
  const file = withoutUndefined({
    evenkeel: LAB_FILE_VERSION,
    name: lab.name,
    look: lab.look,
    seed: unless(lab.seed, DEFAULT_SEED),
    listen: lab.listen.tls ? { address, tls: lab.listen.tls } : address,
    trustForwarded: unless(lab.trustForwarded, 'loopback'),
    forwarder: unless(lab.forwarder, 'native'),
    threads: unless(lab.threads, DEFAULT_THREADS),
    sticky: unless(lab.sticky, 'off'),
    requestHeaders: lab.requestHeaders.length > 0 ? lab.requestHeaders : undefined,
    responseHeaders: lab.responseHeaders.length > 0 ? lab.responseHeaders : undefined,
    strategy: writtenStrategy(lab.strategy),
    origins: lab.origins.map(writtenOrigin),
    clients: writtenClients(lab.clients),
    traffic: writtenTraffic(lab.traffic),
    ...writtenPolicies(lab),
    faults: lab.faults.length > 0 ? lab.faults.map(writtenFault) : undefined,
    network: lab.network && { delay: printDuration(lab.network.delay) },
    duration: lab.duration === undefined ? undefined : printDuration(lab.duration),
    expect: lab.expect?.map((each) => withoutUndefined(writtenExpectation(each))),
  });
  return stringify(file, { lineWidth: 0, flowCollectionPadding: true });
}

function writtenOrigin(origin: OriginDefinition): unknown {
  const weight = unless(origin.weight, 1);
  const role = roleOf(origin);
  if (!isSpawned(origin))
    return withoutUndefined({ name: origin.name, url: origin.url, ca: origin.ca, weight, ...role });
  return withoutUndefined({
    name: origin.name,
    port: origin.port,
    weight,
    ...role,
    service: writtenService(origin.service),
  });
}

function writtenService(service: ServiceDefinition): unknown {
  const written = withoutUndefined({
    time: unless(writtenTime(service.time), writtenTime(DEFAULT_SERVICE.time)),
    workers: unless(service.workers, DEFAULT_SERVICE.workers),
    queue: unless(service.queue, DEFAULT_SERVICE.queue),
    errorRate: service.errorRate === DEFAULT_SERVICE.errorRate ? undefined : printShare(service.errorRate),
    abandoned: service.abandoned,
    crashAbove: service.crashAbove,
    coldStart: service.coldStart && { ...service.coldStart, factor: printFactor(service.coldStart.factor) },
  });
  return Object.keys(written).length > 0 ? written : undefined;
}

function writtenClients(clients: ClientsDefinition): unknown {
  const { timeout } = clients;
  return unless({ ...clients, ...(timeout !== undefined && { timeout: printDuration(timeout) }) }, DEFAULT_CLIENTS);
}

function writtenTime(time: TimeDistribution): unknown {
  if ('constant' in time) return { constant: printDuration(time.constant) };
  if ('exponential' in time) return { exponential: printDuration(time.exponential) };
  if ('uniform' in time) {
    return { uniform: { min: printDuration(time.uniform.min), max: printDuration(time.uniform.max) } };
  }
  if ('lognormal' in time) {
    return { lognormal: { median: printDuration(time.lognormal.median), sigma: time.lognormal.sigma } };
  }
  return { pareto: { min: printDuration(time.pareto.min), alpha: time.pareto.alpha } };
}

function writtenTraffic(traffic: TrafficDefinition): unknown {
  const paths = unless(traffic.paths, ['/']);
  if ('open' in traffic) {
    const { rate, arrivals } = traffic.open;
    return withoutUndefined({ open: { rate: printRate(rate), arrivals }, paths, fanOut: traffic.fanOut });
  }
  if ('closed' in traffic) {
    const { users, think } = traffic.closed;
    return withoutUndefined({ closed: { users, think: printDuration(think) }, paths, fanOut: traffic.fanOut });
  }
  return paths === undefined ? 'off' : { off: true, paths };
}

function writtenPolicies(policies: Policies): Record<string, unknown> {
  const { timeouts, limits, slowStart, priorities, loadInfo, breaker } = policies;
  const usual = DEFAULT_POLICIES;
  return {
    health: writtenHealth(policies.health),
    retry: writtenRetry(policies.retry),
    timeouts: unlessEmpty({
      connect: unlessDefault(timeouts.connect, usual.timeouts.connect, printDuration),
      firstByte: unlessDefault(timeouts.firstByte, usual.timeouts.firstByte, printDuration),
      idle: unlessDefault(timeouts.idle, usual.timeouts.idle, printDuration),
      total: unlessDefault(timeouts.total, usual.timeouts.total, printDuration),
    }),
    loadInfo: loadInfo.every > 0 ? { every: printDuration(loadInfo.every) } : undefined,
    limits: unlessEmpty({
      maxInFlight: unless(limits.maxInFlight, usual.limits.maxInFlight),
      total: unless(limits.total, usual.limits.total),
      queue: unless(limits.queue, usual.limits.queue),
      queueTimeout: unlessDefault(limits.queueTimeout, usual.limits.queueTimeout, printDuration),
    }),
    slowStart:
      slowStart === 'off'
        ? undefined
        : {
            window: printDuration(slowStart.window),
            min: printShare(slowStart.min),
            aggression: slowStart.aggression,
          },
    breaker: breaker === 'off' ? undefined : writtenBreaker(breaker),
    priorities: unlessEmpty({
      overprovisioning: unlessDefault(priorities.overprovisioning, usual.priorities.overprovisioning, printShare),
    }),
  };
}

function writtenHealth(health: HealthPolicy): unknown {
  if (same(health, NO_HEALTH)) return 'off';
  const { active, passive, outliers, panic } = health;
  return unlessEmpty({
    active: same(active, DEFAULT_POLICIES.health.active)
      ? undefined
      : active === 'off'
        ? 'off'
        : { ...active, every: printDuration(active.every), timeout: printDuration(active.timeout) },
    passive: same(passive, DEFAULT_POLICIES.health.passive)
      ? undefined
      : passive === 'off'
        ? 'off'
        : { failures: passive.failures, ...writtenTerms(passive) },
    outliers:
      outliers === 'off' ? undefined : { ...outliers, every: printDuration(outliers.every), ...writtenTerms(outliers) },
    panic: panic === 'off' ? undefined : printShare(panic.below),
  });
}

function writtenTerms({ base, max, maxShare }: EjectionTerms): Record<keyof EjectionTerms, string> {
  return { base: printDuration(base), max: printDuration(max), maxShare: printShare(maxShare) };
}

function writtenRetry(retry: RetryPolicy): unknown {
  const usual = DEFAULT_POLICIES.retry;
  if (same(retry, { ...usual, attempts: 1 })) return 'off';
  return unlessEmpty({
    attempts: unless(retry.attempts, usual.attempts),
    on: unless(retry.on, usual.on),
    budget: unlessDefault(retry.budget, usual.budget, printShare),
    backoff: unlessDefault(retry.backoff, usual.backoff, printDuration),
    maxBackoff: unlessDefault(retry.maxBackoff, usual.maxBackoff, printDuration),
  });
}

function writtenBreaker(breaker: BreakerPolicy): unknown {
  const written = unlessEmpty({
    network: unlessDefault(breaker.network, BREAKER.network, printShare),
    errors: unlessDefault(breaker.errors, BREAKER.errors, printShare),
    latency: unlessDefault(breaker.latency, BREAKER.latency, printDuration),
    percentile: unless(breaker.percentile, BREAKER.percentile),
    minRequests: unless(breaker.minRequests, BREAKER.minRequests),
    every: unlessDefault(breaker.every, BREAKER.every, printDuration),
    open: unlessDefault(breaker.open, BREAKER.open, printDuration),
    recover: unlessDefault(breaker.recover, BREAKER.recover, printDuration),
  });
  return written ?? 'on';
}

function writtenFault(fault: ScheduledFault): unknown {
  return withoutUndefined({
    at: printDuration(fault.at),
    origin: fault.origin,
    do: fault.do === 'slow' || fault.do === 'errors' ? undefined : fault.do,
    slow: fault.do === 'slow' ? printFactor(fault.factor) : undefined,
    errors: fault.do === 'errors' ? printShare(fault.share) : undefined,
    for: fault.for === undefined ? undefined : printDuration(fault.for),
  });
}

/** Values of a lab are plain JSON, so their text says whether they are alike; keys come in the order of the types. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function unless<Value>(value: Value, standard: Value): Value | undefined {
  return same(value, standard) ? undefined : value;
}

/** Words such as `off` stay as they are. */
function unlessDefault(value: number | string, standard: number | string, print: (value: number) => string): unknown {
  if (value === standard) return undefined;
  return typeof value === 'number' ? print(value) : value;
}

function withoutUndefined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function unlessEmpty(object: Record<string, unknown>): Record<string, unknown> | undefined {
  const some = withoutUndefined(object);
  return Object.keys(some).length > 0 ? some : undefined;
}
