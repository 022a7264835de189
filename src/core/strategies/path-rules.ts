import type { Comparison } from '../comparison.ts';
import type { Rng } from '../rng.ts';
import type {
  AttemptTimes,
  Candidate,
  Outcome,
  PathRule,
  Pool,
  RequestInfo,
  SharedTurns,
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

  /** Those of `all` that are its own; the same array as long as `all` is. */
  membersOf(all: readonly Candidate[]): readonly Candidate[] {
    return this.#source.all === all ? this.#members.all : all.filter((candidate) => this.has(candidate));
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
  /** Where several threads take turns together, for as long as this one does. */
  #turns: { readonly shared: SharedTurns; readonly all: readonly Candidate[] } | undefined;

  constructor(rules: readonly PathRule[], fallback: StrategySpec, createNested: StrategyFactory) {
    this.#groups = rules.map((rule) => new Group(rule, createNested(rule.strategy ?? { use: 'round-robin' })));
    this.#default = createNested(fallback);
  }

  choose(pool: Pool, request: RequestInfo, now: number, rng: Rng): Candidate | undefined {
    const group = this.#groupOf(request);
    const within = group ? group.poolWithin(pool) : pool;
    if (within === undefined) return undefined;
    this.#takeOver(group);
    const chosen = (group?.strategy ?? this.#default).choose(within, request, now, rng);
    this.#handOver(group);
    return chosen;
  }

  serves(pool: Pool, request: RequestInfo): boolean {
    const group = this.#groupOf(request);
    return group === undefined || group.poolWithin(pool) !== undefined;
  }

  started(origin: Candidate, now: number): void {
    for (const group of this.#concerned(origin)) {
      const strategy = group?.strategy ?? this.#default;
      if (strategy.started === undefined) continue;
      this.#takeOver(group);
      strategy.started(origin, now);
      this.#handOver(group);
    }
  }

  finished(origin: Candidate, outcome: Outcome, times: AttemptTimes, now: number): void {
    for (const group of this.#concerned(origin)) {
      const strategy = group?.strategy ?? this.#default;
      if (strategy.finished === undefined) continue;
      this.#takeOver(group);
      strategy.finished(origin, outcome, times, now);
      this.#handOver(group);
    }
  }

  loadChanged(origin: Candidate): void {
    for (const group of this.#concerned(origin)) (group?.strategy ?? this.#default).loadChanged?.(origin);
  }

  /** What is shared is taken over group by group, as only one of them decides. */
  takeOver(shared: SharedTurns, all: readonly Candidate[]): void {
    this.#turns = { shared, all };
  }

  handOver(): void {
    this.#turns = undefined;
  }

  explain(pool: Pool, request: RequestInfo, now: number, into: Comparison): void {
    const group = this.#groupOf(request);
    const within = group ? group.poolWithin(pool) : pool;
    if (within === undefined) return;
    this.#takeOver(group);
    (group?.strategy ?? this.#default).explain?.(within, request, now, into);
    this.#handOver(group);
  }

  #groupOf(request: RequestInfo): Group | undefined {
    return this.#groups.find((group) => group.matches(request.path));
  }

  /** An origin may be in several groups; what happens to it concerns each, whichever sent the request. */
  #concerned(origin: Candidate): (Group | undefined)[] {
    return [...this.#groups.filter((group) => group.has(origin)), undefined];
  }

  /** @param group undefined: what no rule is for */
  #takeOver(group: Group | undefined): void {
    if (this.#turns === undefined) return;
    const { shared, all } = this.#turns;
    if (group === undefined) this.#default.takeOver?.(shared, all);
    else group.strategy.takeOver?.(this.#partOf(group, shared), group.membersOf(all));
  }

  #handOver(group: Group | undefined): void {
    if (this.#turns === undefined) return;
    const { shared, all } = this.#turns;
    if (group === undefined) this.#default.handOver?.(shared, all);
    else group.strategy.handOver?.(this.#partOf(group, shared), group.membersOf(all));
  }

  #partOf(group: Group, shared: SharedTurns): SharedTurns {
    return shared.part(this.#groups.indexOf(group) + 1);
  }
}

export const pathRules: StrategyDefinition = {
  id: 'path-rules',
  title: 'Path rules',
  rule: "The first rule that fits the request's path decides which group of origins may serve it.",
  goodWhen: 'Different parts of a site run on different origins, such as /api and /images.',
  failsWhen: 'All origins of a group are down: its requests fail even while other groups are idle.',
  knownAs: ['HAProxy use_backend', 'nginx location', 'Envoy routes', 'Traefik PathPrefix', 'Caddy handle_path'],
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
