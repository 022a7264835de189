// npm run bench:proxy [-- --seconds 1 --rounds 15 --connections 32 --rate 1000 --threads 1 --minutes 0]
// One proxied small GET, side by side in one run: a direct connection, bare http-proxy, Evenkeel with and without telemetry,
// and nginx, HAProxy and Caddy where installed. All of them stay alive, warm and stopped (SIGSTOP), and take turns of a few seconds: what else
// the machine does changes from minute to minute, and so meets all of them. In each turn as many requests/s as it makes (closed
// loop), then what it adds to the latency of a direct connection at `rate` requests/s (open loop, latency from the intended start). Figures are
// medians over the rounds, ratios of one round's each. Only the ratios mean anything on a shared machine. With --threads N (Node 22.12 on
// Linux, and N processors) also Evenkeel with N threads and nginx with N workers. With --minutes N instead: Evenkeel alone at full load
// for so long, and its memory.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { contestants as single, startOrigins, threadedContestants } from './contestants.mjs';
import { median, startLoad } from './measure.mjs';
import { endAll, freePort, freeze, has, here, listening, pinning, thaw } from './servers.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '15' },
    connections: { type: 'string', default: '32' },
    rate: { type: 'string', default: '1000' },
    threads: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '0' },
  },
});
const [seconds, rounds, connections, rate, threads, minutes] = [
  values.seconds,
  values.rounds,
  values.connections,
  values.rate,
  values.threads,
  values.minutes,
].map(Number);

const [major, minor] = process.versions.node.split('.').map(Number);
if (threads > 1 && (major < 22 || (major === 22 && minor < 12))) {
  console.error(`--threads ${threads} needs Node 22.12 or newer; this is Node ${process.versions.node}.`);
  process.exit(2);
}
if (threads > cpus().length) {
  console.error(`--threads ${threads} needs as many processors; this machine has ${cpus().length}.`);
  process.exit(2);
}
const contestants = threads > 1 ? [...single, ...threadedContestants(threads)] : single;

/** Seconds of full load before anything is measured. */
const WARM_UP = 6;
/** Seconds of load, not measured, after it was stopped: caches are cold, and timers overdue. */
const SETTLE = 0.2;
/** ms in which a server that goes on closes what it finds idle for too long. */
const THAW_MS = 100;

const load = startLoad(connections);

/** Starts a contestant and warms it up. @returns its port, and its process if it is not the origin itself */
async function started({ run }, origins) {
  const port = await freePort();
  const child = run({ port, origins });
  const target = typeof child === 'number' ? child : port;
  await listening(target);
  // Until compilers have done their work, which is not what it is about: Node's own HTTP and http-proxy take seconds in a thread.
  await load(target, WARM_UP, 0);
  return { port: target, child: typeof child === 'number' ? undefined : child };
}

/** One turn: everything else is stopped. */
async function turn({ port, child, full, paced }) {
  if (child) thaw(child);
  await new Promise((resolve) => setTimeout(resolve, THAW_MS));
  await load(port, SETTLE, 0);
  full.push(await load(port, seconds, 0));
  await load(port, SETTLE, rate);
  paced.push(await load(port, seconds, rate));
  if (child) freeze(child);
}

async function compare(origins) {
  const runners = new Map();
  for (const contestant of contestants) {
    const runner = await started(contestant, origins);
    if (runner.child) freeze(runner.child);
    runners.set(contestant.name, { ...runner, full: [], paced: [] });
  }
  for (let round = 0; round < rounds; round++) {
    const inTurn = [...runners.values()];
    for (const runner of round % 2 === 0 ? inTurn : inTurn.reverse()) await turn(runner);
  }
  report(runners);
}

const column = (value, digits, width) => value.toFixed(digits).padStart(width);

function report(runners) {
  const speeds = (name) => runners.get(name).full.map((run) => run.requests / run.seconds);
  const ratio = (name, other) => median(speeds(name).map((speed, round) => speed / speeds(other)[round]));
  const direct = runners.get('direct (no proxy)').paced;
  const added = (name, figure) =>
    median(runners.get(name).paced.map((run, round) => run[figure] - direct[round][figure]));
  console.log(`\n                                as fast as it goes              at ${rate} requests/s, added ms`);
  console.log('                          requests/s  × bare   p50 ms   p99 ms       p50      p95      p99');
  for (const [name, { full }] of runners) {
    console.log(
      name.padEnd(24) +
        column(median(speeds(name)), 0, 12) +
        column(ratio(name, 'bare http-proxy'), 2, 8) +
        ['p50', 'p99'].map((figure) => column(median(full.map((run) => run[figure])), 2, 9)).join('') +
        column(added(name, 'p50'), 3, 10) +
        ['p95', 'p99'].map((figure) => column(added(name, figure), 3, 9)).join(''),
    );
  }
  const ours = 'Evenkeel, telemetry on';
  const cost = 1 - ratio(ours, 'Evenkeel, telemetry off');
  console.log(`\ntelemetry costs ${(cost * 100).toFixed(1)} % of the throughput (aim: at most 10 %)`);
  console.log(
    `Evenkeel with telemetry runs at ${ratio(ours, 'bare http-proxy').toFixed(2)} × bare http-proxy (aim: at least 3)`,
  );
  for (const [peer, aim] of [
    ['nginx', 0.45],
    ['Caddy', 1],
  ]) {
    if (runners.has(peer)) console.log(`and at ${ratio(ours, peer).toFixed(2)} × ${peer} (aim: at least ${aim})`);
  }
  if (threads > 1) reportThreads(ratio, runners);
  if (!runners.has('nginx')) return;
  const theirs = added('nginx', 'p99');
  console.log(
    theirs > 0
      ? `it adds ${(added(ours, 'p99') / theirs).toFixed(2)} × what nginx adds at p99 (aim: at most 2)`
      : 'what nginx adds at p99 is lost in the noise of this run, so there is nothing to compare with',
  );
}

function reportThreads(ratio, runners) {
  const [many, theirs] = [`Evenkeel, ${threads} threads`, `nginx, ${threads} workers`];
  console.log(`${threads} threads make ${ratio(many, 'Evenkeel, telemetry on').toFixed(2)} × what one does`);
  if (runners.has(theirs))
    console.log(`nginx's ${threads} workers make ${ratio(theirs, 'nginx').toFixed(2)} × what one does`);
  if (cpus().length <= threads)
    console.log('(load and origins share their processors, so neither can reach the full multiple)');
}

/** Evenkeel alone at full load: what its memory does. */
async function watchMemory(origins) {
  const ours = contestants.find(({ name }) => name === 'Evenkeel, telemetry on');
  const { port, child } = await started(ours, origins);
  const megabytes = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
  const line = () => console.log(`${new Date().toISOString().slice(11, 19)}  ${megabytes().toFixed(0)} MB`);
  const timer = setInterval(line, 15_000);
  const { requests, seconds: took } = await load(port, minutes * 60, 0);
  clearInterval(timer);
  line();
  console.log(`${requests} requests at ${(requests / took).toFixed(0)}/s`);
}

try {
  execFileSync(process.execPath, [here('../scripts/build.mjs'), '--if-stale'], { stdio: 'inherit' });
  const origins = await startOrigins();
  console.log(
    `${connections} keep-alive connections, origins by ${has('nginx') ? 'nginx' : 'Node'}, ` +
      `${pinning ? 'each proxy alone on processor 0' : 'not pinned'}`,
  );
  if (minutes > 0) await watchMemory(origins);
  else await compare(origins);
} finally {
  endAll();
}
