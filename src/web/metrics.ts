import type { BreakerStatus } from '../core/balancer.ts';
import { EvenkeelError } from '../core/errors.ts';
import { DURATION_BOUNDS, type DurationCounts, type EngineMetrics, type OriginMetrics } from '../protocol/metrics.ts';
import type { LabState, OriginState, OriginStatus } from '../protocol/state.ts';
import type { ControlledLab } from './controlled-lab.ts';
import { type Buckets, type Labels, type Metric, metricText, type PlainMetric } from './metric-text.ts';

/** ms to wait for the balancer's thread; it answers at once. */
const PATIENCE = 2000;

const STATUSES: readonly OriginStatus[] = [
  'starting',
  'up',
  'going-down',
  'down',
  'going-up',
  'ejected',
  'draining',
  'drained',
];

const BREAKER_STATES: readonly BreakerStatus['state'][] = ['closed', 'open', 'recovering'];

const SECONDS = DURATION_BOUNDS.map((bound) => bound / 1000);

/**
 * `GET /metrics`: what the balancer has counted since the start, asked for when somebody does. Names and units follow Prometheus'
 * conventions: base units (seconds, bytes, shares of 1), counters end in `_total`.
 * @throws EvenkeelError `disconnected` when the balancer does not answer in time
 */
export async function renderMetrics(lab: ControlledLab): Promise<string> {
  const counted = await inTime(lab.metrics());
  return [
    ...labMetrics(lab.state),
    ...requestMetrics(counted),
    ...attemptMetrics(counted.origins),
    ...originMetrics(lab.state),
  ]
    .map(metricText)
    .join('');
}

function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new EvenkeelError('disconnected', 'The balancer did not report its counters in time; try again.'));
    }, PATIENCE);
    answer.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

function single(type: PlainMetric['type'], name: string, help: string, value: number, labels: Labels = {}): Metric {
  return { name: `evenkeel_${name}`, type, help, samples: [[labels, value]] };
}

function labMetrics({ version, lab, strategy, startedAt, traffic, balancer }: LabState): Metric[] {
  return [
    single('gauge', 'build_info', 'The version that runs: always 1.', 1, { version }),
    single('gauge', 'info', 'The lab that runs: always 1.', 1, { version, lab: lab.name, strategy: strategy.use }),
    single('gauge', 'start_time_seconds', 'When the lab started, in seconds since the epoch.', startedAt / 1000),
    single('counter', 'traffic_requests_total', "Requests sent by the lab's own traffic.", traffic.sent),
    single('counter', 'traffic_failures_total', "Failures seen by the lab's own traffic.", traffic.failed),
    ...breakerMetrics(balancer.breaker),
  ];
}

function breakerMetrics(breaker: BreakerStatus | undefined): Metric[] {
  if (!breaker) return [];
  return [
    {
      name: 'evenkeel_circuit_breaker_state',
      type: 'gauge',
      help: 'The state of the circuit breaker: 1 for the one it is in.',
      samples: BREAKER_STATES.map((state) => [{ state }, Number(state === breaker.state)]),
    },
  ];
}

function requestMetrics({ requests, attempts, queued, refused, origins }: EngineMetrics): Metric[] {
  const { started, completed, failed, retries, inFlight, durations } = requests;
  const known = origins.reduce((sum, origin) => sum + origin.started, 0);
  return [
    single('counter', 'requests_total', 'Requests that arrived at the balancer.', started),
    single('counter', 'requests_completed_total', 'Requests answered below 500 by an origin.', completed),
    single('counter', 'requests_failed_total', 'Requests that ended any other way.', failed),
    single('gauge', 'requests_in_flight', 'Requests in flight now.', inFlight),
    single('gauge', 'requests_queued', 'Requests in the queue now, as origins are full.', queued),
    {
      name: 'evenkeel_requests_refused_total',
      type: 'counter',
      help: 'Requests that ended with no origin at work on them, by why.',
      samples: Object.entries(refused).map(([kind, count]) => [{ kind }, count]),
    },
    single('counter', 'attempts_total', 'Attempts started, the first of each request included.', attempts),
    single(
      'counter',
      'forgotten_attempts_total',
      'Those of them at origins that were removed and have no series any more.',
      attempts - known,
    ),
    single('counter', 'retries_total', 'Attempts beyond the first of a request.', retries),
    {
      name: 'evenkeel_request_duration_seconds',
      type: 'histogram',
      help: 'How long requests took, retries included.',
      samples: [[{}, inSeconds(durations)]],
    },
  ];
}

function attemptMetrics(origins: readonly OriginMetrics[]): Metric[] {
  return [
    ...attemptCounts(origins),
    byKind(origins, 'failures_total', 'Failed attempts by what went wrong.', 'kind', ({ failures }) => failures),
    byKind(
      origins,
      'breakdowns_total',
      'Attempts left without an answer, by what became of the request.',
      'request',
      ({ breakdowns }) => ({ ...breakdowns }),
    ),
    {
      name: 'evenkeel_origin_attempt_duration_seconds',
      type: 'histogram',
      help: 'How long attempts at this origin took.',
      samples: origins.map(({ name, durations }) => [{ origin: name }, inSeconds(durations)]),
    },
    byKind(origins, 'health_checks_total', 'Health checks by result.', 'result', ({ checks }) => ({ ...checks })),
  ];
}

/** A number of each origin. */
function attemptCounts(origins: readonly OriginMetrics[]): Metric[] {
  const perOrigin = (
    type: PlainMetric['type'],
    name: string,
    help: string,
    read: (origin: OriginMetrics) => number,
  ): Metric => ({
    name: `evenkeel_origin_${name}`,
    type,
    help,
    samples: origins.map((origin) => [{ origin: origin.name }, read(origin)]),
  });
  return [
    perOrigin('counter', 'attempts_total', 'Attempts started at this origin.', ({ started }) => started),
    perOrigin(
      'counter',
      'attempts_completed_total',
      'Attempts at this origin that went well.',
      ({ completed }) => completed,
    ),
    perOrigin('counter', 'attempts_failed_total', 'Attempts at this origin that failed.', ({ failed }) => failed),
    perOrigin('gauge', 'attempts_in_flight', 'Attempts in flight at this origin now.', ({ inFlight }) => inFlight),
    perOrigin(
      'counter',
      'retries_total',
      'Attempts at this origin that followed a failed one.',
      ({ retries }) => retries,
    ),
    perOrigin(
      'counter',
      'received_bytes_total',
      'Bytes of bodies received from this origin.',
      ({ received }) => received,
    ),
    perOrigin('counter', 'sent_bytes_total', 'Bytes of bodies sent to this origin.', ({ sent }) => sent),
    perOrigin('counter', 'ejections_total', 'Times this origin was ejected.', ({ ejections }) => ejections),
  ];
}

/** A counter of each origin for each of several kinds. @param label what the kinds are of */
function byKind(
  origins: readonly OriginMetrics[],
  name: string,
  help: string,
  label: string,
  counts: (origin: OriginMetrics) => Readonly<Record<string, number>>,
): Metric {
  return {
    name: `evenkeel_origin_${name}`,
    type: 'counter',
    help,
    samples: origins.flatMap((origin) =>
      Object.entries(counts(origin)).map(([kind, count]) => [{ origin: origin.name, [label]: kind }, count] as const),
    ),
  };
}

/** The state of now; what only our own origins tell is absent for others. */
function originMetrics({ origins }: LabState): Metric[] {
  const perOrigin = (name: string, help: string, read: (origin: OriginState) => number | undefined): Metric => ({
    name: `evenkeel_origin_${name}`,
    type: 'gauge',
    help,
    samples: origins.flatMap((origin) => {
      const value = read(origin);
      return value === undefined ? [] : [[{ origin: origin.name }, value] as const];
    }),
  });
  return [
    perOrigin('available', 'Whether the balancer may choose this origin now.', ({ available }) => (available ? 1 : 0)),
    {
      name: 'evenkeel_origin_status',
      type: 'gauge',
      help: 'What the balancer believes of this origin: 1 for the status it has.',
      samples: origins.flatMap(({ name, status }) =>
        STATUSES.map((each) => [{ origin: name, status: each }, each === status ? 1 : 0] as const),
      ),
    },
    perOrigin('weight', 'The configured weight of this origin.', ({ weight }) => weight),
    perOrigin('load', 'The load this origin last reported: 0 idle, 1 busy.', ({ load }) => load?.value),
    perOrigin('load_reported_timestamp_seconds', 'When it did, in seconds since the epoch.', ({ load }) =>
      load === undefined ? undefined : load.at / 1000,
    ),
    perOrigin(
      'requests_queued',
      'Requests of its sticky clients, waiting for this origin alone.',
      ({ queued }) => queued ?? 0,
    ),
    perOrigin('queue_length', 'Requests that wait for a worker at this origin.', ({ process }) => process?.waiting),
    perOrigin(
      'requests_serving',
      'Requests that workers of this origin are busy with.',
      ({ process }) => process?.serving,
    ),
    perOrigin('process_up', 'Whether its process really runs.', ({ process }) =>
      process === undefined ? undefined : Number(process.status === 'running'),
    ),
  ];
}

function inSeconds({ counts, sum }: DurationCounts): Buckets {
  return { bounds: SECONDS, counts, sum: sum / 1000 };
}
