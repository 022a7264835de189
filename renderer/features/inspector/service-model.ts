import { meanTime } from '../../../src/core/service.ts';
import type { TimeDistribution } from '../../../src/protocol/lab.ts';
import type { FieldWords } from '../forms/field-kinds.ts';

export type TimeKind = 'constant' | 'exponential' | 'uniform' | 'lognormal' | 'pareto';

interface TimeModel {
  readonly kind: TimeKind;
  readonly title: string;
  /** Plain words: which servers are like that. */
  readonly says: string;
  readonly fields: readonly (readonly [key: string, words: FieldWords])[];
  /** The one with this mean (ms). */
  ofMean(mean: number): TimeDistribution;
}

/** A spread as of many web services: its 95th percentile is 2.3 times the median. */
const SIGMA = 0.5;
/** Heavy-tailed, with a mean of twice the least. */
const ALPHA = 2;

export const TIME_MODELS: readonly TimeModel[] = [
  {
    kind: 'exponential',
    title: 'Exponential',
    says: 'Mostly short, sometimes long: the classic of queueing theory.',
    fields: [['exponential', { label: 'Mean', kind: 'duration' }]],
    ofMean: (mean) => ({ exponential: mean }),
  },
  {
    kind: 'constant',
    title: 'Constant',
    says: 'Always the same time.',
    fields: [['constant', { label: 'Time', kind: 'duration' }]],
    ofMean: (mean) => ({ constant: mean }),
  },
  {
    kind: 'uniform',
    title: 'Uniform',
    says: 'Anything between two times, all as likely.',
    fields: [
      ['min', { label: 'From', kind: 'duration' }],
      ['max', { label: 'To', kind: 'duration' }],
    ],
    ofMean: (mean) => ({ uniform: { min: mean / 2, max: mean * 1.5 } }),
  },
  {
    kind: 'lognormal',
    title: 'Lognormal',
    says: 'Most near the median, some far above, as measured of many web services.',
    fields: [
      ['median', { label: 'Median', kind: 'duration', help: 'Half of the requests take longer.' }],
      ['sigma', { label: 'Sigma', kind: 'number', help: '0 is no spread, 0.5 usual, 2 wild.' }],
    ],
    ofMean: (mean) => ({ lognormal: { median: mean / Math.exp(SIGMA ** 2 / 2), sigma: SIGMA } }),
  },
  {
    kind: 'pareto',
    title: 'Pareto',
    says: 'Heavy-tailed: a few requests take most of the time.',
    fields: [
      ['min', { label: 'At least', kind: 'duration' }],
      ['alpha', { label: 'Alpha', kind: 'number', help: 'The lower, the heavier the tail; up to 1 it has no mean.' }],
    ],
    ofMean: (mean) => ({ pareto: { min: mean / (ALPHA / (ALPHA - 1)), alpha: ALPHA } }),
  },
];

export function timeModelOf(time: TimeDistribution): TimeModel {
  return TIME_MODELS.find(({ kind }) => kind in time) ?? (TIME_MODELS[0] as TimeModel);
}

/** Its parameters by the keys of its model's fields. */
export function parametersOf(time: TimeDistribution): Readonly<Record<string, number>> {
  const value = Object.values(time)[0] as number | Readonly<Record<string, number>>;
  return typeof value === 'number' ? (time as unknown as Readonly<Record<string, number>>) : value;
}

/** `time` with one parameter replaced by what was typed, for the schema to judge. */
export function withParameter(time: TimeDistribution, key: string, input: unknown): unknown {
  const { kind } = timeModelOf(time);
  return kind === key ? { [kind]: input } : { [kind]: { ...parametersOf(time), [key]: input } };
}

/** Where a distribution has no mean, a new one gets that of the default service. */
const FALLBACK_MEAN = 50;

/** Another distribution with the same mean, rounded to what is easy to read, so that only the spread changes. */
export function withKind(time: TimeDistribution, kind: TimeKind): TimeDistribution {
  const mean = meanTime(time);
  const model = TIME_MODELS.find((one) => one.kind === kind) ?? timeModelOf(time);
  const next = model.ofMean(Number.isFinite(mean) && mean > 0 ? mean : FALLBACK_MEAN);
  return rounded(next) as TimeDistribution;
}

function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(3));
  return Object.fromEntries(Object.entries(value as object).map(([key, part]) => [key, rounded(part)]));
}
