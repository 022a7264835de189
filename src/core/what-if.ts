import { Moment } from './moment.ts';
import { createRng } from './rng.ts';
import { createStrategy, STRATEGIES } from './strategies/registry.ts';
import type { AttemptTimes, Candidate, Outcome, Pool, RequestInfo, Strategy } from './strategy.ts';

/** What a strategy that is not in use would have chosen. */
interface OtherChoice {
  /** Its id. */
  readonly strategy: string;
  /** The origin's name. */
  readonly origin: string;
}

/** What others would have chosen for one request, in the order of the registry, without those that know no origin. */
export class OtherChoices {
  #work: (() => readonly OtherChoice[]) | undefined;
  #list: readonly OtherChoice[] = [];

  /** @param work called once, when somebody wants to know */
  constructor(work: () => readonly OtherChoice[]) {
    this.#work = work;
  }

  get list(): readonly OtherChoice[] {
    const work = this.#work;
    if (work === undefined) return this.#list;
    this.#work = undefined;
    this.#list = work();
    return this.#list;
  }
}

interface Shadow {
  readonly id: string;
  readonly strategy: Strategy;
  /** Its answers by origin, each made once: thousands of them are remembered. */
  readonly choices: Map<string, OtherChoice>;
}

/** Fixed: shadows draw from a stream of their own, so that asking them never changes what the lab does. */
const SEED = 0x5ad0;

/**
 * Answers "what would others have chosen?" with a shadow of every strategy, each with its default parameters.
 *
 * A shadow sees the lab as it is, not as it would be had that strategy been in use: the requests in flight, the loads and the
 * times are those that the strategy in use has brought about. What a shadow remembers is its own: a round robin's turn is that
 * of the requests it was asked about, a lot that it draws is one of many that it could have drawn. Path rules have no shadow:
 * without rules they are their default.
 */
export class WhatIf {
  readonly #rng = createRng(SEED);
  readonly #shadows: readonly Shadow[] = STRATEGIES.filter(
    ({ parameters }) => !Object.values(parameters).some(({ kind }) => kind === 'rules'),
  ).map(({ id }) => ({ id, strategy: createStrategy(id), choices: new Map() }));
  // Told of every attempt, so only those that learn of it: all the others would cost a fast proxy more than the rest of telemetry.
  // Those that only look at loads are told of them when they are asked.
  readonly #learners = this.#shadows.map(({ strategy }) => strategy).filter(({ loadChanged }) => !loadChanged);
  readonly #startLearners = this.#learners.filter(({ started }) => started);
  readonly #endLearners = this.#learners.filter(({ finished }) => finished);

  readonly #moment = new Moment();
  /** Asked last, and perhaps not worked out yet. */
  #open: OtherChoices | undefined;
  /** What began since then: shadows learn of it when they have answered. */
  readonly #begun: { readonly origin: Candidate; readonly now: number }[] = [];

  started(origin: Candidate, now: number): void {
    if (this.#open) this.#begun.push({ origin, now });
    else this.#begin(origin, now);
  }

  /** By now a client has an answer: a good time to work out what is open, as nobody waits for it. */
  finished(origin: Candidate, outcome: Outcome, times: AttemptTimes, now: number): void {
    this.#settle();
    for (const strategy of this.#endLearners) strategy.finished?.(origin, outcome, times, now);
  }

  /**
   * Asks about the lab as it is at this moment. The answer takes longer than a choice, so it is worked out later: when it is looked at, or
   * before the shadows learn anything new.
   * @param used id of the strategy in use, which is left out
   */
  ask(pool: Pool, request: RequestInfo, now: number, used: string): OtherChoices {
    this.#settle();
    this.#moment.take(pool);
    const open = new OtherChoices(() => this.#others(request, now, used));
    this.#open = open;
    return open;
  }

  #settle(): void {
    if (this.#open === undefined) return;
    void this.#open.list;
    this.#open = undefined;
    for (const { origin, now } of this.#begun) this.#begin(origin, now);
    this.#begun.length = 0;
  }

  #begin(origin: Candidate, now: number): void {
    for (const strategy of this.#startLearners) strategy.started?.(origin, now);
  }

  #others(request: RequestInfo, now: number, used: string): OtherChoice[] {
    const pool = this.#moment;
    const others: OtherChoice[] = [];
    for (const { id, strategy, choices } of this.#shadows) {
      if (id === used) continue;
      if (strategy.loadChanged) for (const origin of pool.available) strategy.loadChanged(origin);
      const origin = strategy.choose(pool, request, now, this.#rng)?.name;
      if (origin === undefined) continue;
      let choice = choices.get(origin);
      if (choice === undefined) {
        choice = { strategy: id, origin };
        choices.set(origin, choice);
      }
      others.push(choice);
    }
    return others;
  }
}
