// What has to be true of a lab whenever nothing is going on in it.

/** What one thread may hold more of than at the first look, and how much its memory may have grown since the records were full. */
const MORE_TIMERS = 4;
const MORE_HEAP = 12 * 1024 * 1024;
const MORE_HEAP_SHARE = 0.25;

/** @returns what is broken, one sentence each */
export function brokenCounts(metrics, seen) {
  const broken = [];
  const { sum, origins } = metrics;
  const same = (what, one, other) => {
    if (one !== other) broken.push(`${what}: ${one} and ${other}`);
  };
  const ended = sum('requests_completed_total') + sum('requests_failed_total');
  same('requests that came and that ended', sum('requests_total'), ended);
  same('requests in flight', sum('requests_in_flight'), 0);
  same('requests queued', sum('requests_queued'), 0);
  same('requests that ended and their durations', ended, sum('request_duration_seconds_count'));
  const atOrigins = sum('origin_attempts_total') + sum('forgotten_attempts_total');
  same('attempts in all and at the origins', sum('attempts_total'), atOrigins);
  for (const [name, own] of origins) {
    const of = (metric) => own.get(`evenkeel_origin_${metric}`) ?? 0;
    same(`attempts in flight at ${name}`, of('attempts_in_flight'), 0);
    same(
      `attempts at ${name} that began and that ended`,
      of('attempts_total'),
      of('attempts_completed_total') + of('attempts_failed_total'),
    );
  }
  if (seen === undefined) return broken;
  if (seen.missed === 0) {
    same('attempts counted and told one by one', sum('attempts_total'), seen.attempts);
    same('requests counted and told one by one', sum('requests_total'), seen.requests);
    const first = seen.attempts - sum('retries_total');
    same('requests, and first attempts with those that got none', sum('requests_total'), first + seen.refused);
  } else {
    const told = seen.attempts + seen.refused + seen.missed;
    if (told < sum('attempts_total')) broken.push(`attempts told or missed: ${told} of ${sum('attempts_total')}`);
  }
  return broken;
}

/** Origins that have left, but are still counted one by one. @param origins those of the lab */
export function brokenSeries(metrics, origins) {
  const present = new Set(origins.map(({ name }) => name));
  const left = [...metrics.origins.keys()].filter((name) => !present.has(name));
  return left.length === 0 ? [] : [`series of origins that have left: ${left.slice(0, 5).join(', ')}`];
}

/** @param processes how many origin processes the lab says it has */
export function brokenProcesses({ children }, processes) {
  const broken = children
    .filter(({ state }) => state === 'Z')
    .map(({ pid }) => `process ${pid} has ended and nobody has noticed`);
  const alive = children.filter(({ state }) => state !== 'Z');
  if (alive.length !== processes) {
    const list = alive.map(({ pid, command }) => `${pid} ${command}`).join('; ');
    broken.push(`the lab has ${processes} origin processes, but these are there: ${list}`);
  }
  return broken;
}

/**
 * What of its connections nobody needs any more. The lab's own traffic may keep some to the balancer, and whoever asks the control API
 * to that.
 */
export function brokenConnections({ connections }, { proxy, control }) {
  const broken = [];
  const both = new Set(connections.map(({ local, remote }) => `${local} ${remote}`));
  const inside = ({ local, remote }) => both.has(`${remote} ${local}`);
  const left = connections.filter(({ local, remote }) => local !== control && remote !== control);
  const waiting = left.filter(({ state }) => state !== '01');
  if (waiting.length > 0) broken.push(`${waiting.length} connections whose other end is closed: ${shown(waiting)}`);
  const clients = left.filter((one) => one.local === proxy && !inside(one));
  if (clients.length > 0) broken.push(`${clients.length} connections of clients that have left: ${shown(clients)}`);
  const origins = left.filter((one) => one.local !== proxy && one.remote !== proxy);
  if (origins.length > 0) broken.push(`${origins.length} connections to origins after ${shown(origins)}`);
  return broken;
}

function shown(connections) {
  return connections
    .slice(0, 5)
    .map(({ local, remote, state }) => `${local}-${remote} (${state})`)
    .join(', ');
}

/** Timers of a thread beyond those of the first look. */
export function brokenTimers(look, first) {
  const broken = [];
  for (const [thread, { timers }] of look.threads) {
    const more = timers - (first.threads.get(thread)?.timers ?? timers);
    if (more > MORE_TIMERS) broken.push(`${thread}: ${more} timers more than at the first look`);
  }
  return broken;
}

export function brokenMemory(look, base) {
  const broken = [];
  for (const [thread, { heap }] of look.threads) {
    const before = base.threads.get(thread)?.heap;
    if (before === undefined || heap <= before * (1 + MORE_HEAP_SHARE) + MORE_HEAP) continue;
    const mega = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
    broken.push(`${thread}: the heap grew from ${mega(before)} to ${mega(heap)}`);
  }
  return broken;
}
