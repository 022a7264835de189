export type Labels = Readonly<Record<string, string>>;

/** Values that add up over labels and time, or a state of now. */
export interface PlainMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly (readonly [labels: Labels, value: number])[];
}

/** How values are spread. */
interface HistogramMetric {
  readonly name: string;
  readonly type: 'histogram';
  readonly help: string;
  readonly samples: readonly (readonly [labels: Labels, buckets: Buckets])[];
}

export interface Buckets {
  /** Rising. */
  readonly bounds: readonly number[];
  /** For each bound how many values were in its bucket alone; and one more: beyond all bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

export type Metric = PlainMetric | HistogramMetric;

/** One metric in the Prometheus text format 0.0.4. */
export function metricText(metric: Metric): string {
  const { name, type, help } = metric;
  const lines = [`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`];
  if (metric.type === 'histogram') {
    for (const [labels, buckets] of metric.samples) lines.push(...histogramLines(name, labels, buckets));
  } else {
    for (const [labels, value] of metric.samples) lines.push(sampleLine(name, labels, value));
  }
  return `${lines.join('\n')}\n`;
}

/** Buckets are cumulative: each counts all that the ones before it do. */
function histogramLines(name: string, labels: Labels, { bounds, counts, sum }: Buckets): string[] {
  let total = 0;
  const lines = counts.map((count, index) => {
    total += count;
    const bound = bounds[index];
    return sampleLine(`${name}_bucket`, { ...labels, le: bound === undefined ? '+Inf' : String(bound) }, total);
  });
  return [...lines, sampleLine(`${name}_sum`, labels, sum), sampleLine(`${name}_count`, labels, total)];
}

function sampleLine(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, content]) => `${label}="${escapeLabel(content)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
