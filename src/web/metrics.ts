import { EvenkeelError } from '../core/errors.ts';
import { decodeFrame, type Frame } from '../protocol/frame.ts';
import type { LabState } from '../protocol/state.ts';
import type { ControlledLab } from './controlled-lab.ts';

type Labels = Readonly<Record<string, string>>;

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'summary';
  readonly help: string;
  /** Suffix of the name, labels, value. */
  readonly samples: readonly (readonly [suffix: string, labels: Labels, value: number])[];
}

/** ms to wait for the lab's snapshot; it sends one every 50 ms. */
const PATIENCE = 2000;

/** @throws EvenkeelError `disconnected` when the lab does not answer in time */
function takeSnapshot(lab: ControlledLab): Promise<Frame> {
  return new Promise((resolve, reject) => {
    const subscription = lab.subscribe((bytes) => {
      clearTimeout(timer);
      subscription.close();
      resolve(decodeFrame(bytes));
    });
    const timer = setTimeout(() => {
      subscription.close();
      reject(new EvenkeelError('disconnected', 'The balancer did not report its counters in time; try again.'));
    }, PATIENCE);
  });
}

/** `GET /metrics`: a snapshot taken when asked for, so that nobody pays for metrics that nobody scrapes. */
export async function renderMetrics(lab: ControlledLab): Promise<string> {
  const frame = await takeSnapshot(lab);
  return metricsOf(frame, lab.state).map(renderMetric).join('');
}

function metricsOf(frame: Frame, state: LabState): Metric[] {
  const totals = frame.totals.columns;
  const single = (name: string, type: Metric['type'], help: string, value: number | undefined): Metric => ({
    name: `evenkeel_${name}`,
    type,
    help,
    samples: [['', {}, value ?? 0]],
  });
  const origins = frame.origins.columns;
  const names = Array.from(origins.name.subarray(0, frame.origins.rows), (index) => frame.strings[index] ?? '');
  const perOrigin = (name: string, type: Metric['type'], help: string, column: ArrayLike<number>): Metric => ({
    name: `evenkeel_origin_${name}`,
    type,
    help,
    samples: names.map((origin, row) => ['', { origin }, column[row] ?? 0]),
  });
  const now = state.origins;
  return [
    {
      name: 'evenkeel_info',
      type: 'gauge',
      help: 'The lab that runs: always 1.',
      samples: [['', { version: state.version, lab: state.lab.name, strategy: state.strategy.use }, 1]],
    },
    single('start_time_seconds', 'gauge', 'When the lab started, in seconds since the epoch.', state.startedAt / 1000),
    single('requests_total', 'counter', 'Requests that arrived at the balancer.', totals.requests[0]),
    single('requests_completed_total', 'counter', 'Requests answered below 500 by an origin.', totals.completed[0]),
    single('requests_failed_total', 'counter', 'Requests that ended any other way.', totals.failed[0]),
    single('requests_in_flight', 'gauge', 'Requests in flight now.', totals.inFlight[0]),
    single('requests_queued', 'gauge', 'Requests in the queue now, as origins are full.', totals.queued[0]),
    single('attempts_total', 'counter', 'Attempts started, the first of each request included.', totals.attempts[0]),
    single('retries_total', 'counter', 'Attempts beyond the first of a request.', totals.retries[0]),
    perOrigin('attempts_total', 'counter', 'Attempts started at this origin.', origins.started),
    perOrigin('attempts_completed_total', 'counter', 'Attempts at this origin that went well.', origins.completed),
    perOrigin('attempts_failed_total', 'counter', 'Attempts at this origin that failed.', origins.failed),
    perOrigin('attempts_in_flight', 'gauge', 'Attempts in flight at this origin now.', origins.inFlight),
    {
      name: 'evenkeel_origin_attempt_duration_seconds',
      type: 'summary',
      help: 'How long attempts took: quantiles over the last 10 seconds, the count since the start.',
      samples: names.flatMap((origin, row) => {
        const quiet = origins.recent[row] === 0;
        const quantile = (name: string, column: Float32Array): [string, Labels, number] => [
          '',
          { origin, quantile: name },
          quiet ? Number.NaN : Math.fround(column[row] ?? 0) / 1000,
        ];
        const count = (origins.completed[row] ?? 0) + (origins.failed[row] ?? 0);
        return [
          quantile('0.5', origins.p50),
          quantile('0.95', origins.p95),
          quantile('0.99', origins.p99),
          ['_count', { origin }, count] as const,
        ];
      }),
    },
    {
      name: 'evenkeel_origin_available',
      type: 'gauge',
      help: 'Whether the balancer may choose this origin now.',
      samples: now.map((origin) => ['', { origin: origin.name }, origin.available ? 1 : 0]),
    },
    {
      name: 'evenkeel_origin_weight',
      type: 'gauge',
      help: 'The configured weight of this origin.',
      samples: now.map((origin) => ['', { origin: origin.name }, origin.weight]),
    },
  ];
}

/** One metric in the Prometheus text format 0.0.4. */
export function renderMetric({ name, type, help, samples }: Metric): string {
  const escapedHelp = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  let text = `# HELP ${name} ${escapedHelp}\n# TYPE ${name} ${type}\n`;
  for (const [suffix, labels, value] of samples) {
    const pairs = Object.entries(labels).map(([label, content]) => `${label}="${escapeLabel(content)}"`);
    text += `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
  }
  return text;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
