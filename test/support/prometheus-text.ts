/** What a scraper makes of a family of metrics. */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** In the order of the text; names include `_bucket`, `_sum` and `_count`. */
  readonly samples: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'] };

/**
 * Reads the Prometheus text format 0.0.4, more strictly than a scraper: every family has its help and type once, before its samples,
 * which stand together; nothing occurs twice; histograms are whole.
 * @throws Error that says which line is wrong
 */
export function parsePrometheus(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  let help: [name: string, text: string] | undefined;
  let current: Family | undefined;
  const seen = new Set<string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const wrong = (why: string): Error => new Error(`${why}: ${line}`);
    const [, comment, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (comment === 'HELP') {
      if (!NAME.test(name) || families.has(name)) throw wrong('a bad name, or one that was there');
      if (/\\(?![\\n])/.test(rest) || rest === '') throw wrong('a bad help');
      help = [name, rest];
    } else if (comment === 'TYPE') {
      if (help?.[0] !== name) throw wrong('a type without its help before it');
      if (!['counter', 'gauge', 'histogram', 'summary', 'untyped'].includes(rest)) throw wrong('no such type');
      current = { name, type: rest, help: help[1], samples: [] };
      families.set(name, current);
      help = undefined;
    } else {
      const match = SAMPLE.exec(line);
      if (match === null || current === undefined || help !== undefined) throw wrong('not a sample, or out of place');
      const [, sample = '', written = '', number = ''] = match;
      const allowed = SUFFIXES[current.type]?.map((suffix) => `${current?.name}${suffix}`) ?? [current.name];
      if (!allowed.includes(sample)) throw wrong(`not of ${current.name}`);
      const value = /^[+-]?Inf$/.test(number) ? Number(number.replace('Inf', 'Infinity')) : Number(number);
      if (number !== 'NaN' && (Number.isNaN(value) || !/^[+\-\dINE]/.test(number))) throw wrong('no number');
      const labels = readLabels(written, wrong);
      const key = `${sample}${JSON.stringify(Object.entries(labels).sort())}`;
      if (seen.has(key)) throw wrong('twice');
      seen.add(key);
      current.samples.push({ name: sample, labels, value });
    }
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function readLabels(written: string, wrong: (why: string) => Error): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = written;
  while (rest !== '') {
    const match = LABEL.exec(rest);
    if (match === null) throw wrong('bad labels');
    const [whole, name = '', value = ''] = match;
    if (name in labels || name.startsWith('__')) throw wrong('a label twice, or a reserved one');
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
    rest = rest.slice(whole.length);
    if (rest === '' && whole.endsWith(',')) throw wrong('a comma too many');
  }
  return labels;
}

function checkFamily({ name, type, samples }: Family): void {
  const fail = (why: string): never => {
    throw new Error(`${name}: ${why}`);
  };
  if ((type === 'counter') !== name.endsWith('_total')) fail('counters, and only they, end in _total');
  if (/_(milliseconds|ms|kilobytes|percent|minutes)(_|$)/.test(name)) fail('not a base unit');
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) fail('a counter below 0');
  if (type !== 'histogram') return;
  const series = new Map<string, typeof samples>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [labels, own] of series) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const one = (suffix: string): number => {
      const found = own.filter((sample) => sample.name === `${name}${suffix}`);
      return found.length === 1 ? (found[0]?.value ?? 0) : fail(`${labels} has not one ${suffix}`);
    };
    const bounds = buckets.map((bucket) => Number((bucket.labels.le ?? '').replace('Inf', 'Infinity')));
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY) fail('no +Inf at the end');
    for (let index = 1; index < buckets.length; index++) {
      if (!((bounds[index] ?? 0) > (bounds[index - 1] ?? 0))) fail('bounds do not rise');
      if ((buckets[index]?.value ?? 0) < (buckets[index - 1]?.value ?? 0)) fail('buckets are not cumulative');
    }
    if (buckets.at(-1)?.value !== one('_count')) fail('+Inf is not the count');
    if (!(one('_sum') >= 0)) fail('no sum');
  }
}

/** The value of the sample with exactly these labels. */
export function sampleOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  for (const family of families.values()) {
    for (const sample of family.samples) {
      if (sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted) return sample.value;
    }
  }
  return undefined;
}
