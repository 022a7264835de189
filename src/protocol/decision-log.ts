import type { Balancer, Decision } from '../core/balancer.ts';
import type { RequestInfo } from '../core/strategy.ts';
import type { OtherChoices } from '../core/what-if.ts';
import type { Recorder } from './recorder.ts';
import type { DecisionDetail, RequestDetail } from './request-detail.ts';
import { isSampled } from './sampling.ts';

/** Requests whose decisions are kept. */
const REQUESTS_KEPT = 8192;
/** Decisions explained in one second, about: one costs as much as moving a request, so a busy lab explains a part. */
const PER_SECOND = 100;
/** The most, further tries included. */
const MOST_PER_SECOND = 200;

/** What changes seldom from one decision to the next, shared by all that have it alike. */
interface Layout {
  readonly origins: readonly {
    readonly name: string;
    readonly available: boolean;
    readonly status: string;
    readonly labels: readonly string[];
  }[];
}

/** What was just decided, before it is made small. */
interface Fresh {
  readonly request: number;
  readonly now: number;
  readonly attempt: number;
  readonly tried: ReadonlySet<string> | undefined;
  /** Only for a request's first decision: later ones are about where it had not been tried yet. */
  readonly others: OtherChoices | undefined;
  readonly decision: Decision | undefined;
}

interface Entry {
  readonly at: number;
  readonly strategy: string;
  readonly layout: Layout;
  /** The figures of all origins, one after the other. */
  readonly values: readonly number[];
  readonly tried: readonly string[] | undefined;
  readonly attempt: number;
  readonly others: OtherChoices | undefined;
  readonly chosen: string;
  readonly reason: DecisionDetail['reason'];
}

/**
 * Lets the balancer choose and remembers what it compared, for those requests that can reach a screen: the ones in the
 * sample that frames carry, and every further try of a request. Compact, because thousands are kept: names and labels are
 * shared, so one decision among four origins takes about 200 bytes.
 */
export class DecisionLog {
  readonly #balancer: Balancer;
  readonly #recorder: Recorder;
  readonly #capacity: number;
  readonly #epoch: number;
  /** In the order in which the requests came, so the first is the oldest. */
  readonly #byRequest = new Map<number, Entry[]>();
  #layout: Layout = { origins: [] };
  #newestForgotten = 0;
  #second = 0;
  #spent = 0;
  /** The decision that is not kept yet. */
  #fresh: Fresh | undefined;

  /** @param epoch where the 0 of the balancer's clock lies on the recorder's, ms */
  constructor(balancer: Balancer, recorder: Recorder, capacity = REQUESTS_KEPT, epoch = 0) {
    this.#balancer = balancer;
    this.#recorder = recorder;
    this.#capacity = capacity;
    this.#epoch = epoch;
  }

  /**
   * `Balancer.choose` for one attempt of a request; `keep` is to be called when nobody waits for it any more.
   * @param attempt 1 for the request's first decision
   */
  choose(
    request: number,
    attempt: number,
    info: RequestInfo,
    now: number,
    tried?: ReadonlySet<string>,
    own?: string,
  ): Decision | undefined {
    if (!this.#isWanted(request, attempt, now + this.#epoch)) return this.#balancer.choose(info, now, tried, own);
    return this.#balancer.together(() => this.#explainedChoice(request, attempt, info, now, tried, own));
  }

  #explainedChoice(
    request: number,
    attempt: number,
    info: RequestInfo,
    now: number,
    tried: ReadonlySet<string> | undefined,
    own: string | undefined,
  ): Decision | undefined {
    this.keep();
    const { insight } = this.#balancer;
    // Before the choice: strategies that take turns have moved on after it.
    insight.note(info, now);
    const others = attempt === 1 ? insight.whatIf(info, now) : undefined;
    const decision = this.#balancer.choose(info, now, tried, own);
    this.#fresh = { request, attempt, now, tried, others, decision };
    return decision;
  }

  /** Keeps what `choose` has decided. To look and to choose is all that a request waits for; the rest may be done once it is on its way. */
  keep(): void {
    const fresh = this.#fresh;
    if (fresh === undefined) return;
    this.#fresh = undefined;
    const { request } = fresh;
    const entry = this.#entryOf(fresh);
    const entries = this.#byRequest.get(request);
    if (entries) {
      entries.push(entry);
      return;
    }
    this.#byRequest.set(request, [entry]);
    if (this.#byRequest.size <= this.#capacity) return;
    const [oldest = 0] = this.#byRequest.keys();
    this.#byRequest.delete(oldest);
    this.#newestForgotten = Math.max(this.#newestForgotten, oldest);
  }

  detail(request: number): RequestDetail {
    this.keep();
    const entries = this.#byRequest.get(request);
    if (entries) return { request, decisions: entries.map(expand) };
    return { request, decisions: [], missing: request <= this.#newestForgotten ? 'overwritten' : 'sampled' };
  }

  #isWanted(request: number, attempt: number, now: number): boolean {
    if (attempt === 1 && !isSampled(request, this.#recorder.oneIn(PER_SECOND, now))) return false;
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#spent = 0;
    }
    return ++this.#spent <= MOST_PER_SECOND;
  }

  #entryOf({ attempt, now, tried, others, decision }: Fresh): Entry {
    const explained = this.#balancer.insight.noted();
    const known = this.#layout.origins;
    const values: number[] = [];
    let same = known.length === explained.length;
    explained.forEach(({ origin, available, status, figures }, index) => {
      const before = known[index];
      same &&=
        before?.name === origin &&
        before.available === available &&
        before.status === status &&
        before.labels.length === figures.length;
      figures.forEach(({ label, value }, place) => {
        same &&= before?.labels[place] === label;
        values.push(value);
      });
    });
    if (!same) {
      this.#layout = {
        origins: explained.map(({ origin, available, status, figures }) => ({
          name: origin,
          available,
          status,
          labels: figures.map(({ label }) => label),
        })),
      };
    }
    return {
      at: now + this.#epoch,
      strategy: this.#balancer.strategy.use,
      layout: this.#layout,
      values,
      tried: tried && [...tried],
      attempt,
      others,
      chosen: decision?.origin.name ?? '',
      reason: decision?.reason ?? 'none',
    };
  }
}

function expand({ attempt, at, strategy, reason, chosen, layout, values, tried, others }: Entry): DecisionDetail {
  let next = 0;
  return {
    attempt,
    at,
    strategy,
    reason,
    chosen,
    ...(others && { others: others.list }),
    candidates: layout.origins.map(({ name, available, status, labels }) => ({
      origin: name,
      available,
      status,
      tried: tried?.includes(name) ?? false,
      figures: labels.map((label) => ({ label, value: values[next++] ?? 0 })),
    })),
  };
}
