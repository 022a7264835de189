// npm run bench:proxy [-- --seconds 4 --rounds 3 --connections 32 --rate 1000 --threads 1 --minutes 0]
// One proxied small GET, side by side in one run: a direct connection, bare http-proxy, Evenkeel with and without telemetry,
// and nginx, HAProxy and Caddy where installed. First as many requests/s as each makes (closed loop), then what each adds to
// the latency at `rate` requests/s (open loop, latency from the intended start). Only the ratios mean anything on a shared
// machine. With --threads N (Node 22.12 on Linux, and N processors) also Evenkeel with N threads and nginx with N workers. With --minutes N instead: Evenkeel alone at full load for so long, and its memory.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { contestants as single, startOrigins, threadedContestants } from './contestants.mjs';
import { gone, load, median } from './measure.mjs';
import { endAll, freePort, has, here, listening, outputOf, pinning } from './servers.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
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

/** Starts a contestant, warms it up, and ends it after `measure(port, child)`. */
async function withContestant({ run }, origins, measure) {
  const port = await freePort();
  const child = run({ port, origins });
  const target = typeof child === 'number' ? child : port;
  await listening(target);
  // Until compilers have done their work, which is not what it is about: Node's own HTTP and http-proxy take seconds in a thread.
  await outputOf([process.execPath, here('load.mjs'), ...[target, connections, WARM_UP].map(String)]);
  try {
    return await measure(target, child);
  } finally {
    if (typeof child !== 'number') await gone(child);
  }
}

const column = (value, digits, width) => value.toFixed(digits).padStart(width);

async function compare(origins) {
  const full = new Map(contestants.map(({ name }) => [name, []]));
  const paced = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      await withContestant(contestant, origins, async (port) => {
        full.get(contestant.name).push(await load(port, connections, seconds, 0));
        paced.get(contestant.name).push(await load(port, connections, seconds, rate));
      });
    }
  }
  const speed = (name) => median(full.get(name).map((run) => run.requests / run.seconds));
  const of = (runs, figure) => median(runs.map((run) => run[figure]));
  const base = speed('bare http-proxy');
  console.log(
    `\n                                as fast as it goes                       at ${rate} requests/s, added ms`,
  );
  console.log('                          requests/s  × bare   p50 ms   p99 ms            p50      p99');
  const direct = paced.get('direct (no proxy)');
  const added = (name, figure) => Math.max(0, of(paced.get(name), figure) - of(direct, figure));
  for (const [name, runs] of full) {
    console.log(
      name.padEnd(24) +
        column(speed(name), 0, 12) +
        column(speed(name) / base, 2, 8) +
        column(of(runs, 'p50'), 2, 9) +
        column(of(runs, 'p99'), 2, 9) +
        column(added(name, 'p50'), 2, 15) +
        column(added(name, 'p99'), 2, 9),
    );
  }
  const ours = 'Evenkeel, telemetry on';
  const cost = 1 - speed(ours) / speed('Evenkeel, telemetry off');
  console.log(`\ntelemetry costs ${(cost * 100).toFixed(1)} % of the throughput (aim: at most 10 %)`);
  console.log(`Evenkeel with telemetry runs at ${(speed(ours) / base).toFixed(2)} × bare http-proxy (aim: at least 3)`);
  for (const [peer, aim] of [
    ['nginx', 0.45],
    ['Caddy', 1],
  ]) {
    if (full.has(peer))
      console.log(`and at ${(speed(ours) / speed(peer)).toFixed(2)} × ${peer} (aim: at least ${aim})`);
  }
  if (threads > 1) {
    const [many, theirs] = [`Evenkeel, ${threads} threads`, `nginx, ${threads} workers`];
    console.log(`${threads} threads make ${(speed(many) / speed(ours)).toFixed(2)} × what one does`);
    if (full.has(theirs))
      console.log(`nginx's ${threads} workers make ${(speed(theirs) / speed('nginx')).toFixed(2)} × what one does`);
    if (cpus().length <= threads)
      console.log('(load and origins share their processors, so neither can reach the full multiple)');
  }
  if (paced.has('nginx')) {
    const theirs = added('nginx', 'p99');
    console.log(
      theirs > 0
        ? `it adds ${(added(ours, 'p99') / theirs).toFixed(2)} × what nginx adds at p99 (aim: at most 2)`
        : 'what nginx adds at p99 is lost in the noise of this run, so there is nothing to compare with',
    );
  }
}

/** Evenkeel alone at full load: what its memory does. */
async function watchMemory(origins) {
  const ours = contestants.find(({ name }) => name === 'Evenkeel, telemetry on');
  await withContestant(ours, origins, async (port, child) => {
    const megabytes = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
    const line = () => console.log(`${new Date().toISOString().slice(11, 19)}  ${megabytes().toFixed(0)} MB`);
    const timer = setInterval(line, 15_000);
    const { requests, seconds: took } = await load(port, connections, minutes * 60, 0);
    clearInterval(timer);
    line();
    console.log(`${requests} requests at ${(requests / took).toFixed(0)}/s`);
  });
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
