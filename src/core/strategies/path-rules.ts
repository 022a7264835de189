import type { Rng } from '../rng.ts';
import type {
  AttemptTimes,
  Candidate,
  Outcome,
  PathRule,
  Pool,
  RequestInfo,
  Strategy,
  StrategyDefinition,
  StrategyFactory,
  StrategySpec,
} from '../strategy.ts';

/** The origins of one rule as its own strategy sees them: the pool cut down to the group, in the lab's order. */
class Group {
  readonly strategy: Strategy;
  readonly #prefix: string;
  readonly #names: ReadonlySet<string>;
  #source: Pick<Pool, 'all' | 'available'> = { all: [], available: [] };
  #members: Pick<Pool, 'all' | 'available'> = { all: [], available: [] };

  constructor(rule: PathRule, strategy: Strategy) {
    this.strategy = strategy;
    this.#prefix = rule.prefix.replace(/\/+$/, '');
    this.#names = new Set(rule.origins);
  }

  has(candidate: Candidate): boolean {
    return this.#names.has(candidate.name);
  }

  matches(path: string): boolean {
    if (!path.startsWith(this.#prefix)) return false;
    const next = path[this.#prefix.length];
    return next === undefined || next === '/' || next === '?';
  }

  /** Undefined when none of its origins is available. The arrays keep their identity as long as those of `pool` do. */
  poolWithin(pool: Pool): Pool | undefined {
    if (this.#source.all !== pool.all || this.#source.available !== pool.available) this.#follow(pool);
    const { all, available } = this.#members;
    if (available.length === 0) return undefined;
    return { all, available, isAvailable: (candidate) => pool.isAvailable(candidate) && this.has(candidate) };
  }

  #follow(pool: Pool): void {
    const members = (candidates: readonly Candidate[]) => candidates.filter((candidate) => this.has(candidate));
    const all = this.#source.all === pool.all ? this.#members.all : members(pool.all);
    this.#members = { all, available: members(pool.available) };
    this.#source = { all: pool.all, available: pool.available };
  }
}

class PathRules implements Strategy {
  readonly #groups: readonly Group[];
  readonly #default: Strategy;

  constructor(rules: readonly PathRule[], fallback: StrategySpec, createNested: StrategyFactory) {
    this.#groups = rules.map((rule) => new Group(rule, createNested(rule.strategy ?? { use: 'round-robin' })));
    this.#default = createNested(fallback);
  }

  choose(pool: Pool, request: RequestInfo, now: number, rng: Rng): Candidate | undefined {
    const group = this.#groupOf(request);
    if (group === undefined) return this.#default.choose(pool, request, now, rng);
    const within = group.poolWithin(pool);
    return within && group.strategy.choose(within, request, now, rng);
  }

  serves(pool: Pool, request: RequestInfo): boolean {
    const group = this.#groupOf(request);
    return group === undefined || group.poolWithin(pool) !== undefined;
  }

  started(origin: Candidate, now: number): void {
    for (const strategy of this.#concerned(origin)) strategy.started?.(origin, now);
  }

  finished(origin: Candidate, outcome: Outcome, times: AttemptTimes, now: number): void {
    for (const strategy of this.#concerned(origin)) strategy.finished?.(origin, outcome, times, now);
  }

  loadChanged(origin: Candidate): void {
    for (const strategy of this.#concerned(origin)) strategy.loadChanged?.(origin);
  }

  explain(pool: Pool, request: RequestInfo, now: number) {
    const group = this.#groupOf(request);
    const within = group ? group.poolWithin(pool) : pool;
    return (within && (group?.strategy ?? this.#default).explain?.(within, request, now)) ?? new Map();
  }

  #groupOf(request: RequestInfo): Group | undefined {
    return this.#groups.find((group) => group.matches(request.path));
  }

  /** An origin may be in several groups; what happens to it concerns each, whichever sent the request. */
  #concerned(origin: Candidate): Strategy[] {
    const groups = this.#groups.filter((group) => group.has(origin)).map((group) => group.strategy);
    return [...groups, this.#default];
  }
}

export const pathRules: StrategyDefinition = {
  id: 'path-rules',
  title: 'Path rules',
  rule: "The first rule that fits the request's path decides which group of origins may serve it.",
  goodWhen: 'Different parts of a site run on different origins, such as /api and /images.',
  failsWhen: 'All origins of a group are down: its requests fail even while other groups are idle.',
  knownAs: ['HAProxy use_backend', 'nginx location', 'Envoy routes', 'Traefik PathPrefix', 'Caddy handle_path'],
  oneThread: () => 'has a strategy for each group',
  parameters: {
    rules: { kind: 'rules', label: 'Rules, the first that matches wins' },
    default: {
      kind: 'strategy',
      label: 'Strategy among all origins when no rule matches',
      default: { use: 'round-robin' },
    },
  },
  create: (spec, createNested) =>
    new PathRules(spec.rules as readonly PathRule[], spec.default as StrategySpec, createNested),
};
