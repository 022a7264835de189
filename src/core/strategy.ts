import type { Comparison } from './comparison.ts';
import type { FailureKind } from './failure.ts';
import type { Rng } from './rng.ts';

/** What an origin last said of its own load, and when the lab heard it (ms). */
export interface LoadReport {
  /** 0 = idle, 1 = every worker busy; above 1 when requests wait. */
  readonly value: number;
  readonly at: number;
  /** Requests it answers a second, and those of them with an error; absent where it does not say. */
  readonly rate?: number;
  readonly errorRate?: number;
}

/** What a strategy may see of an origin. The balancer keeps these objects up to date; strategies only read them. */
export interface Candidate {
  /** Counts up from 0 as origins are added: whoever keeps data of them may keep it in an array. */
  readonly id: number;
  /** Unique in a lab; what people call the origin. */
  readonly name: string;
  /** `host:port`; what hashing strategies place on their rings and tables. */
  readonly address: string;
  /** Configured weight, above 0. */
  readonly weight: number;
  /** Attempts sent to this origin and not yet finished. */
  readonly inFlight: number;
  /** Requests that wait for this origin alone (of clients that stay with it) because it is full. */
  readonly queued: number;
  readonly load: LoadReport | undefined;
}

/** The origins to choose from. Strategies never ask why an origin is not available: they only see that it is not. */
export interface Pool {
  /** Every origin in the lab's order. A new array (new identity) whenever origins or weights change. */
  readonly all: readonly Candidate[];
  /** Those that may be chosen now, in the lab's order; never empty. A new array whenever it or a weight changes. */
  readonly available: readonly Candidate[];
  isAvailable(candidate: Candidate): boolean;
}

/** What a strategy may see of a request. */
export interface RequestInfo {
  /** The client's address, from X-Forwarded-For where the lab trusts the peer. */
  readonly client: string;
  /** Stands for `client`, as a small whole number, where whoever drives the balancer has numbered them: then nobody need hash it twice. */
  readonly clientNumber?: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  header(name: string): string | undefined;
}

/** `failure`: no answer, or a broken one (a 5xx is an answer). `abandoned`: the client left before the end, which says nothing about the origin. */
export type Outcome = 'success' | 'failure' | 'abandoned';

/** How an attempt went; times in ms from its start. Whoever keeps it copies it: the object may tell of another attempt later. */
export interface AttemptTimes {
  readonly duration: number;
  /** To the first byte of the answer; absent when there was none or nobody measured it. */
  readonly firstByte?: number | undefined;
  /** What went wrong, an answer with a 5xx included; absent when nothing did. */
  readonly failure?: FailureKind | undefined;
}

/** How one origin is chosen for one request. One file each in `strategies/`. */
export interface Strategy {
  /**
   * Undefined when none of the available origins may serve this request (a path rule whose group is down).
   * @param now ms on the lab's clock
   */
  choose(pool: Pool, request: RequestInfo, now: number, rng: Rng): Candidate | undefined;
  /** Whether any of the available origins may serve the request; absent: each of them may. Changes nothing. */
  serves?(pool: Pool, request: RequestInfo): boolean;
  /** Feedback for those that learn: an attempt at `origin` began. */
  started?(origin: Candidate, now: number): void;
  /** Feedback for those that learn: an attempt at `origin` ended. */
  finished?(origin: Candidate, outcome: Outcome, times: AttemptTimes, now: number): void;
  /** For those that keep it in order: `inFlight` or `queued` of an origin is another. */
  loadChanged?(origin: Candidate): void;
  /** For those that remember anything, where several threads do so together: goes on where the others have come to. */
  takeOver?(turns: SharedTurns, all: readonly Candidate[]): void;
  /** The same: tells the others how far it has come. */
  handOver?(turns: SharedTurns, all: readonly Candidate[]): void;
  /** The figures this strategy compares, for "why B?"; called on demand and while the request waits, must not change any state. */
  explain?(pool: Pool, request: RequestInfo, now: number, into: Comparison): void;
}

/** What the strategies of several threads know together: whose turn it is, how the origins did. All numbers are 0 at first. */
export interface SharedTurns {
  /** A number for all origins, whatever it means to the strategy. @param which 0 to 2 */
  common(which: number): number;
  setCommon(which: number, value: number): void;
  /** Grows in the lab's order; 0 or more. */
  placeOf(origin: Candidate): number;
  /** A number of an origin. @param which 0 to 9 */
  of(origin: Candidate, which: number): number;
  set(origin: Candidate, which: number, value: number): void;
  /** The same for a strategy within the strategy. @param index 1 to MOST_PARTS - 1; 0 is this one */
  part(index: number): SharedTurns;
}

/** One compared figure, e.g. { label: 'in flight', value: 3 }. */
export interface Figure {
  readonly label: string;
  readonly value: number;
}

/** A parameter of a strategy: enough for the schema, the CLI, the form and the docs. */
export type Parameter =
  | {
      readonly kind: 'integer' | 'number';
      readonly label: string;
      readonly min: number;
      readonly max: number;
      readonly default: number;
    }
  /** In ms; lab files may also write it with a unit, `10s`. */
  | {
      readonly kind: 'duration';
      readonly label: string;
      readonly min: number;
      readonly max: number;
      readonly default: number;
    }
  /** A ratio, 1.25 for 125%, or `off`; lab files may also write it in percent. */
  | {
      readonly kind: 'ratio';
      readonly label: string;
      readonly min: number;
      readonly max: number;
      readonly default: number | 'off';
    }
  | { readonly kind: 'boolean'; readonly label: string; readonly default: boolean }
  | { readonly kind: 'choice'; readonly label: string; readonly options: readonly string[]; readonly default: string }
  /** What of a request is hashed: see `REQUEST_KEYS`. */
  | { readonly kind: 'key'; readonly label: string; readonly default: string }
  /** A list of `PathRule`; none by default. */
  | { readonly kind: 'rules'; readonly label: string }
  /** Another strategy, with its own parameters. */
  | { readonly kind: 'strategy'; readonly label: string; readonly default: StrategySpec };

/** A strategy as a serialisable value, as lab files and commands carry it: the id and its parameters. */
export interface StrategySpec {
  readonly use: string;
  readonly [parameter: string]: unknown;
}

/** One path rule of `path-rules`: the first whose prefix matches decides the group of origins. */
export interface PathRule {
  /** Matches whole path segments: `/api` matches `/api` and `/api/x`, not `/apix`. */
  readonly prefix: string;
  /** Names of the origins of this group, in the lab's order. */
  readonly origins: readonly string[];
  /** The group's own strategy; default round-robin. */
  readonly strategy?: StrategySpec;
}

/** Makes a strategy from its value; how one that holds others gets them without knowing the registry. */
export type StrategyFactory = (spec: StrategySpec) => Strategy;

/** A strategy as people meet it. The registry (`strategies/registry.ts`) is the one list of them. */
export interface StrategyDefinition {
  /** File name, lab-file name and key in the UI. */
  readonly id: string;
  readonly title: string;
  /** One plain sentence: what it does. At most about 90 characters. */
  readonly rule: string;
  readonly goodWhen: string;
  readonly failsWhen: string;
  /** Products and their names for it, e.g. "HAProxy leastconn". */
  readonly knownAs: readonly string[];
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** @param spec parameters already validated and filled with defaults */
  create(spec: StrategySpec, createNested: StrategyFactory): Strategy;
  /**
   * Whether an origin of a smaller weight gets its part of the requests and no key but its own is moved by it. Then slow start
   * lowers the weight for a while; else it leaves the origin out of some choices, as where a smaller weight may mean nothing at
   * all, or no request at all while the lab is idle.
   */
  followsWeights?(spec: StrategySpec): boolean;
  /** Why balancers in several threads cannot use it as one (a clause after "which"); absent or undefined: they can. */
  oneThread?(spec: StrategySpec): string | undefined;
  /**
   * The long-run share of each origin of `available` when all requests are alike and every origin equally fast, in
   * that order and adding up to 1; absent or undefined where theory gives none (it depends on load or on the clients).
   */
  expectedShares?(available: readonly Candidate[]): readonly number[] | undefined;
}
