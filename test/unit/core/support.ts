import { Balancer, type BalancerOptions, type Transition } from '../../../src/core/balancer.ts';
import { Comparison, type Explained } from '../../../src/core/comparison.ts';
import { DEFAULT_POLICIES, type Policies } from '../../../src/core/policies.ts';
import { createRng } from '../../../src/core/rng.ts';
import { createStrategy } from '../../../src/core/strategies/registry.ts';
import type {
  Candidate,
  Figure,
  LoadReport,
  Outcome,
  Pool,
  RequestInfo,
  Strategy,
  StrategySpec,
} from '../../../src/core/strategy.ts';

/** A candidate that a test may change. */
export type TestCandidate = { -readonly [Key in keyof Candidate]: Candidate[Key] };

/** Those of one name have one number, so that numbers stay as low as in a lab. */
const ids = new Map<string, number>();

export function candidate(
  name: string,
  values: { weight?: number; inFlight?: number; load?: LoadReport } = {},
): TestCandidate {
  const { weight = 1, inFlight = 0, load } = values;
  const id = ids.get(name) ?? ids.size;
  ids.set(name, id);
  return { id, name, address: `${name}:80`, weight, inFlight, queued: 0, load };
}

/** Candidates A, B, C… with the given weights. */
export function candidates(...weights: number[]): TestCandidate[] {
  return weights.map((weight, index) => candidate(letter(index), { weight }));
}

export function letter(index: number): string {
  return String.fromCharCode(65 + index);
}

/** All of `all` are available but those called `down`. */
export function poolOf(all: readonly Candidate[], down: readonly string[] = []): Pool {
  const available = all.filter(({ name }) => !down.includes(name));
  return { all, available, isAvailable: (one) => available.includes(one) };
}

export function request(values: Partial<RequestInfo> = {}): RequestInfo {
  return { client: '10.0.0.1', method: 'GET', path: '/', header: () => undefined, ...values };
}

/** Asks a strategy `times` times. @returns the names it chose, `-` for none */
export function picks(strategy: Strategy, pool: Pool, times: number, rng = createRng(1)): string {
  const chosen = Array.from({ length: times }, () => strategy.choose(pool, request(), 0, rng)?.name ?? '-');
  return chosen.join('');
}

export function strategy(spec: StrategySpec | string): Strategy {
  return createStrategy(spec);
}

/** What a strategy compares, by candidate in the order in which it names them. */
export function explain(
  one: Strategy,
  pool: Pool,
  info = request(),
  now = 0,
): ReadonlyMap<Candidate, readonly Figure[]> {
  const comparison = new Comparison();
  one.explain?.(pool, info, now, comparison);
  const figures = [...comparison.figures()];
  return new Map(figures.map(([id, those]) => [pool.all.find((origin) => origin.id === id) as Candidate, those]));
}

/** What a balancer would compare for a request now. */
export function explained({ insight }: Balancer, info = request(), now = 0): Explained[] {
  insight.note(info, now);
  return insight.noted();
}

/** Tells a strategy that a request was sent to an origin that has one more in flight now. */
export function tellStart(one: Strategy, origin: Candidate, now: number): void {
  one.loadChanged?.(origin);
  one.started?.(origin, now);
}

/** Tells a strategy that an attempt ended at an origin that has one fewer in flight now. */
export function tellEnd(
  one: Strategy,
  origin: Candidate,
  now: number,
  duration = 1,
  outcome: Outcome = 'success',
): void {
  one.loadChanged?.(origin);
  one.finished?.(origin, outcome, { duration }, now);
}

/** How often each name occurs. */
export function tally(names: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** A balancer over A, B, C… of the given weights, and the transitions it reported. */
export function lab(
  weights: readonly number[],
  options: Partial<BalancerOptions> & { policies?: Policies } = {},
): { balancer: Balancer; transitions: Transition[] } {
  const transitions: Transition[] = [];
  const balancer = new Balancer({
    strategy: { use: 'round-robin' },
    policies: DEFAULT_POLICIES,
    rng: createRng(1),
    onTransition: (transition) => transitions.push(transition),
    ...options,
  });
  weights.forEach((weight, index) => {
    balancer.add({ name: letter(index), address: `${letter(index)}:80`, weight }, 0);
  });
  return { balancer, transitions };
}

/** Default policies with some replaced. */
export function policies(values: {
  active?: Partial<Exclude<Policies['health']['active'], 'off'>> | 'off';
  passive?: Partial<Exclude<Policies['health']['passive'], 'off'>> | 'off';
  outliers?: Policies['health']['outliers'];
  retry?: Partial<Policies['retry']>;
  limits?: Partial<Policies['limits']>;
  slowStart?: Policies['slowStart'];
  breaker?: Policies['breaker'];
  panic?: number;
  overprovisioning?: number;
}): Policies {
  const { health, retry, timeouts, limits, loadInfo } = DEFAULT_POLICIES;
  return {
    health: {
      active: values.active === 'off' ? 'off' : { ...(health.active as object), ...values.active },
      passive: values.passive === 'off' ? 'off' : { ...(health.passive as object), ...values.passive },
      outliers: values.outliers ?? 'off',
      panic: values.panic === undefined ? 'off' : { below: values.panic },
    } as Policies['health'],
    retry: { ...retry, ...values.retry },
    timeouts,
    limits: { ...limits, ...values.limits },
    slowStart: values.slowStart ?? 'off',
    priorities: { overprovisioning: values.overprovisioning ?? 1.4 },
    loadInfo,
    breaker: values.breaker ?? 'off',
  };
}

/** Sends one request through the balancer that fails or succeeds at once at the origin called `name`. */
export function attempt(balancer: Balancer, name: string, failure: 'reset' | undefined, now: number): void {
  const origin = balancer.origin(name);
  if (!origin) throw new Error(`no ${name}`);
  balancer.started(origin, now);
  balancer.finished(origin, failure ? { failure, duration: 1 } : { duration: 1 }, now);
}

/**
 * Runs the balancer's checks in virtual time from one moment to another; each answers at once.
 * @param isUp whether the origin answers its check at that time
 */
export function runChecks(
  balancer: Balancer,
  from: number,
  until: number,
  isUp: (name: string, now: number) => boolean,
): void {
  let now = from;
  for (let steps = 0; now <= until; steps++) {
    if (steps > 1_000_000) throw new Error('the balancer asks to be woken without end');
    balancer.advance(now);
    for (const { name } of balancer.checksDue(now)) {
      const ok = isUp(name, now);
      balancer.checkResult(name, { ok, reason: ok ? '200' : 'connection refused' }, now);
    }
    now = balancer.nextEventAt(now);
  }
}
