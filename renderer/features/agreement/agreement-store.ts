import { createStore } from 'zustand/vanilla';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import type { LabState } from '../../../src/protocol/state.ts';
import type { AgreementRow, ComparedFigures } from '../../../src/simulation/agreement.ts';
import type { LabClient } from '../../app/lab-client.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { Calm, watchWork } from './calm.ts';
import { arrivedIn, liveFigures } from './live-figures.ts';
import { labAsItIs, lastCause, whyNotSimulated } from './simulated-lab.ts';

/** What the worker is asked. Times in ms. */
export interface SimulationOrder {
  readonly lab: LabDefinition;
  readonly warmup: number;
  readonly duration: number;
  readonly runs: number;
  readonly live: ComparedFigures;
}

/** What it answers. */
export interface FromWorker {
  readonly rows: readonly AgreementRow[];
  /** Whether queues grew for ever in any of its runs. */
  readonly unstable: boolean;
}

export interface AgreementResult {
  readonly rows: readonly AgreementRow[];
  readonly agrees: boolean;
  /** ms that were measured, and the requests that arrived in them. */
  readonly measured: number;
  readonly requests: number;
  readonly runs: number;
}

export type AgreementState =
  /** `ready`: ms since the epoch when enough will have been measured, if as many requests come as now. */
  | { readonly phase: 'measuring'; readonly ready: number }
  | { readonly phase: 'compared'; readonly result: AgreementResult }
  | { readonly phase: 'none'; readonly why: string };

/** Seconds after a change that are left out, in both. */
const SETTLE = 10;
/** The last seconds are left out, too: what arrived in them may not have ended. */
const TAIL = 3;
/** Seconds that are measured: at least, and at most. */
const LEAST = 20;
const MOST = 60;
const ENOUGH_REQUESTS = 100;
/** Seconds between two comparisons of a lab that nobody changes. */
const EVERY = 60;
/** Seconds since a change beyond which a simulation is not begun as early as the lab. */
const FROM_ITS_START = 120;
/** Simulated runs: as many as the requests of a comparison allow, some two seconds of one processor. */
const RUNS = 12;
const LEAST_RUNS = 5;
const MOST_REQUESTS = 400_000;

const MEASURING: AgreementState = { phase: 'measuring', ready: 0 };

/** How well the live lab and a simulation of it agree; kept up to date while it is looked at. */
export const agreementStore = createStore<AgreementState>(() => MEASURING);

/** Compares from here on, each time enough was measured since the last change. Returns what ends it. */
export function watchAgreement(client: LabClient): () => void {
  let worker: Worker | undefined;
  let cause = 0;
  let compared = 0;
  /** Nothing before it is measured, on the lab's clock: the page itself was at work. Undefined: it still is. */
  let calmFrom: number | undefined;
  const calm = new Calm(performance.now());
  const endWork = watchWork(calm);
  const drop = (): void => {
    // The simulations took processor time from the lab, too.
    if (worker) calmFrom = client.telemetry.now;
    worker?.terminate();
    worker = undefined;
  };
  const look = (): void => {
    const { lab, connection } = client.store.getState();
    if (!lab || connection !== 'open' || document.visibilityState === 'hidden') return;
    const since = Math.max(lastCause(lab), lab.startedAt);
    const why = whyNotSimulated(lab);
    if (since !== cause || why !== undefined) {
      drop();
      cause = since;
      compared = 0;
    }
    if (why !== undefined) {
      tell({ phase: 'none', why });
      return;
    }
    const { now } = client.telemetry;
    if (calmFrom === undefined && now > 0) {
      const page = performance.now();
      const from = calm.since(page);
      if (from !== undefined) {
        endWork();
        calmFrom = now - (page - from);
      }
    }
    // A plan goes through every request there is in the list.
    if (compared !== 0 && (worker || now - compared < EVERY * 1000)) return;
    const plan = planOf(client.telemetry, lab, since, calmFrom ?? now);
    if ('why' in plan) tell({ phase: 'none', why: plan.why });
    else if ('ready' in plan) {
      if (compared === 0) tell({ phase: 'measuring', ready: plan.ready });
    } else {
      compared = now;
      const own = new Worker(new URL('./agreement-worker.ts', import.meta.url), { type: 'module', name: 'agreement' });
      worker = own;
      own.onmessage = ({ data }: MessageEvent<FromWorker>): void => {
        if (worker !== own) return;
        drop();
        tell(plan.late && data.unstable ? GROWING : { phase: 'compared', result: resultOf(plan, data.rows) });
      };
      own.onerror = (event): void => {
        event.preventDefault();
        drop();
        tell({
          phase: 'none',
          why: `The simulation could not be run: ${event.message || 'the page refused its thread'}.`,
        });
      };
      own.postMessage(plan.order);
    }
  };
  const timer = setInterval(look, 1000);
  look();
  return () => {
    clearInterval(timer);
    endWork();
    drop();
    agreementStore.setState(MEASURING, true);
  };
}

function tell(state: AgreementState): void {
  if (JSON.stringify(state) !== JSON.stringify(agreementStore.getState())) agreementStore.setState(state, true);
}

interface Plan {
  readonly order: SimulationOrder;
  readonly requests: number;
  /** Whether the simulation begins later than the lab did after its last change. */
  readonly late: boolean;
}

/**
 * What can be compared now: a plan, when there will be one, or why there will be none. Times in ms since the epoch.
 * @param since when the lab was last changed: there the simulation begins
 * @param calmFrom from when on it can be measured, as the page leaves the machine alone
 */
export function planOf(
  telemetry: Telemetry,
  lab: LabState,
  since: number,
  calmFrom = since,
): Plan | { readonly ready: number } | { readonly why: string } {
  const first = Math.ceil(since / 1000) + SETTLE;
  const to = telemetry.lastSecond - TAIL;
  const earliest = Math.max(first, Math.ceil(calmFrom / 1000));
  const from = Math.max(earliest, to - MOST + 1);
  const names = lab.origins.map(({ name }) => name);
  const requests = arrivedIn(telemetry, from, to);
  const measured = to - from + 1;
  if (measured < LEAST) return { ready: (earliest + LEAST + TAIL + 1) * 1000 };
  if (requests < ENOUGH_REQUESTS) {
    return measured < MOST
      ? { ready: (to + Math.ceil(((ENOUGH_REQUESTS - requests) * measured) / Math.max(1, requests))) * 1000 }
      : { why: 'Too few requests come for a comparison.' };
  }
  const begun = from - first + SETTLE;
  const late = begun > FROM_ITS_START;
  const warmup = Math.min(begun, FROM_ITS_START);
  const each = (requests / measured) * (warmup + measured);
  const runs = Math.min(RUNS, Math.floor(MOST_REQUESTS / each));
  if (runs < LEAST_RUNS)
    return { why: 'So many requests come that simulating them beside the lab would slow it down.' };
  return {
    order: {
      lab: labAsItIs(lab),
      warmup: warmup * 1000,
      duration: (warmup + measured) * 1000,
      runs,
      live: liveFigures(telemetry, names, from, to),
    },
    requests,
    late,
  };
}

const GROWING: AgreementState = {
  phase: 'none',
  why: 'The queues grow for as long as the lab runs, so how long it has run decides every figure.',
};

function resultOf({ order, requests }: Plan, rows: readonly AgreementRow[]): AgreementResult {
  return {
    rows,
    agrees: rows.every(({ verdict }) => verdict !== 'differs'),
    measured: order.duration - order.warmup,
    requests,
    runs: order.runs,
  };
}
