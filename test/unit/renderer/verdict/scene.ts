import type { OriginView, Situation } from '../../../../renderer/features/verdict/situation.ts';
import { type Verdict, verdictsOf } from '../../../../renderer/features/verdict/verdict.ts';
import { parseLabFile } from '../../../../src/protocol/lab-file.ts';
import type { OriginState } from '../../../../src/protocol/state.ts';
import { originOf, RUNNING } from '../origins.ts';

/** What a test says of one origin: changes of its state, its faults, and its figures. */
export interface Actor {
  readonly state?: Partial<OriginState>;
  readonly faults?: Partial<typeof RUNNING.faults>;
  readonly waiting?: number;
  readonly figures?: Partial<OriginView>;
}

type SceneChange = Partial<Omit<Situation, 'lab' | 'origins'>> & {
  readonly strategy?: string;
  readonly lab?: Partial<Situation['lab']['lab']>;
  readonly paused?: boolean;
  readonly clock?: Situation['lab']['clock'];
  readonly balancer?: Situation['lab']['balancer'];
  readonly timeline?: Situation['lab']['timeline'];
};

const CALM = { queued: 0, panic: false };

/** Four healthy origins (or those given) under round robin, each with its fair share of 400 requests in 10 s. */
export function scene(actors: Readonly<Record<string, Actor>>, change: SceneChange = {}): Situation {
  const {
    strategy = 'round-robin',
    lab,
    paused = false,
    clock = 'live',
    timeline = [],
    balancer = CALM,
    ...rest
  } = change;
  const names = [...new Set(['A', 'B', 'C', 'D', ...Object.keys(actors)])];
  const states = names.map((name) => stateOf(name, actors[name] ?? {}));
  const weight = states.reduce((sum, state) => sum + (state.available ? state.weight : 0), 0);
  const origins = states.map((state): OriginView => {
    const fair = state.available ? state.weight / weight : 0;
    const figures = { started: fair * 400, failed: 0, ...actors[state.name]?.figures };
    return {
      state,
      name: state.name,
      fair,
      share: figures.started / 400,
      ended: figures.started,
      growth: 0,
      inFlight: 1,
      p50: 35,
      ...figures,
    };
  });
  const definition = defaultLab();
  return {
    lab: {
      clock,
      lab: { ...definition, ...lab },
      timeline,
      traffic: { paused, sent: 0, completed: 0, failed: 0, inFlight: 0 },
      strategy: { use: strategy },
      balancer,
    },
    title: 'Round robin',
    origins,
    expected: undefined,
    seconds: 10,
    requests: { started: 400, ended: 400, failed: 0, retries: 0 },
    lastTen: { started: 400, ended: 400, failed: 0 },
    now: 100_000,
    ...rest,
  };
}

function stateOf(name: string, { state, faults, waiting = 0 }: Actor): OriginState {
  const process = { ...RUNNING, waiting, faults: { ...RUNNING.faults, ...faults } };
  return originOf(name, { process, ...state });
}

function defaultLab(): Situation['lab']['lab'] {
  const parsed = parseLabFile('{ "evenkeel": 1, "origins": [{ "name": "A" }] }');
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.lab;
}

/** Both sentences of the first verdict, with ordinary spaces; empty when there is none. */
export function said(situation: Situation): string {
  const first = verdictsOf(situation)[0];
  return first ? sentence(first) : '';
}

function sentence({ news, more }: Verdict): string {
  return `${news} ${more}`.trim().replaceAll('\u00a0', ' ');
}
