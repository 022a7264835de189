import type { Balancer, Decision } from '../core/balancer.ts';
import type { RequestInfo } from '../core/strategy.ts';
import type { OtherChoice } from '../core/what-if.ts';
import type { Recorder } from './recorder.ts';
import type { DecisionDetail, RequestDetail } from './request-detail.ts';

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

interface Entry {
  readonly at: number;
  readonly strategy: string;
  readonly layout: Layout;
  /** The figures of all origins, one after the other. */
  readonly values: readonly number[];
  readonly tried: readonly string[] | undefined;
  readonly attempt: number;
  /** Only for a request's first decision: later ones are about where it had not been tried yet. */
  others: readonly OtherChoice[] | undefined;
  chosen: string;
  reason: DecisionDetail['reason'];
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
  /** The decision about which others have not been asked yet. */
  #unasked: { readonly entry: Entry; readonly info: RequestInfo; readonly now: number } | undefined;

  /** @param epoch where the 0 of the balancer's clock lies on the recorder's, ms */
  constructor(balancer: Balancer, recorder: Recorder, capacity = REQUESTS_KEPT, epoch = 0) {
    this.#balancer = balancer;
    this.#recorder = recorder;
    this.#capacity = capacity;
    this.#epoch = epoch;
  }

  /**
   * `Balancer.choose` for one attempt of a request. `askOthers` is to be called before the balancer is told that the attempt has
   * started, or anything else.
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
    // Before the choice: strategies that take turns have moved on after it.
    const entry = this.#explain(attempt, info, now, tried);
    const decision = this.#balancer.choose(info, now, tried, own);
    entry.chosen = decision?.origin.name ?? '';
    entry.reason = decision?.reason ?? 'none';
    this.#keep(request, entry);
    if (attempt === 1) this.#unasked = { entry, info, now };
    return decision;
  }

  /**
   * Finds out what others would have chosen for the request that `choose` was about. It takes longer than to choose, so that whoever moves
   * the request sends it on its way first: then nobody waits for it.
   */
  askOthers(): void {
    if (!this.#unasked) return;
    const { entry, info, now } = this.#unasked;
    this.#unasked = undefined;
    entry.others = this.#balancer.insight.whatIf(info, now);
  }

  detail(request: number): RequestDetail {
    const entries = this.#byRequest.get(request);
    if (entries) return { request, decisions: entries.map(expand) };
    return { request, decisions: [], missing: request <= this.#newestForgotten ? 'overwritten' : 'sampled' };
  }

  #isWanted(request: number, attempt: number, now: number): boolean {
    if (attempt === 1 && request % this.#recorder.oneIn(PER_SECOND, now) !== 0) return false;
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#spent = 0;
    }
    return ++this.#spent <= MOST_PER_SECOND;
  }

  #explain(attempt: number, info: RequestInfo, now: number, tried: ReadonlySet<string> | undefined): Entry {
    const balancer = this.#balancer;
    const explained = balancer.insight.explain(info, now);
    const { origins } = balancer;
    const known = this.#layout.origins;
    const values: number[] = [];
    let same = known.length === explained.length;
    explained.forEach(({ origin, available, figures }, index) => {
      const before = known[index];
      same &&=
        before?.name === origin &&
        before.available === available &&
        before.status === origins[index]?.status &&
        before.labels.length === figures.length;
      figures.forEach(({ label, value }, place) => {
        same &&= before?.labels[place] === label;
        values.push(value);
      });
    });
    if (!same) {
      this.#layout = {
        origins: explained.map(({ origin, available, figures }, index) => ({
          name: origin,
          available,
          status: origins[index]?.status ?? '',
          labels: figures.map(({ label }) => label),
        })),
      };
    }
    return {
      at: now + this.#epoch,
      strategy: balancer.strategy.use,
      layout: this.#layout,
      values,
      tried: tried && [...tried],
      attempt,
      others: undefined,
      chosen: '',
      reason: 'none',
    };
  }

  #keep(request: number, entry: Entry): void {
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
}

function expand({ attempt, at, strategy, reason, chosen, layout, values, tried, others }: Entry): DecisionDetail {
  let next = 0;
  return {
    attempt,
    at,
    strategy,
    reason,
    chosen,
    ...(others && { others }),
    candidates: layout.origins.map(({ name, available, status, labels }) => ({
      origin: name,
      available,
      status,
      tried: tried?.includes(name) ?? false,
      figures: labels.map((label) => ({ label, value: values[next++] ?? 0 })),
    })),
  };
}
