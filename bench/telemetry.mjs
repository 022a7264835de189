// npm run bench:telemetry [-- --seconds 5 --rounds 3 --rate 1000 --connections 32 --other dist/node/engine.cjs of another build]
// What telemetry costs the engine's thread, alternating with and without it (and with another build): processor time per request, which
// others on the machine disturb less than the clock, and for how long single tasks keep requests waiting. Linux only, as it reads /proc.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { proxyCore, startEngine, startOrigins } from './contestants.mjs';
import { gone, median, startLoad } from './measure.mjs';
import { endAll, folder, freePort, here, listening } from './servers.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '32' },
    other: { type: 'string' },
  },
});
const [seconds, rounds, rate, connections] = [values.seconds, values.rounds, values.rate, values.connections].map(
  Number,
);
/** Seconds of full load before anything is measured. */
const WARM_UP = 5;
const STALLS = join(folder, 'stalls.json');

const builds = [
  ['this build', here('../dist/node/engine.cjs')],
  ...(values.other ? [['the other', values.other]] : []),
];
const contestants = builds.flatMap(([name, engine]) =>
  ['on', 'off'].map((telemetry) => ({ name: `${name}, telemetry ${telemetry}`, engine, telemetry })),
);

/** Processor time (ns) of each thread of a process. */
function threadTimes(pid) {
  const times = new Map();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    times.set(thread, Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]));
  }
  return times;
}

const load = startLoad(connections);
let reports = 0;
/** What the probe has measured since it was last asked. */
async function stalls(child) {
  reports++;
  process.kill(child.pid, 'SIGUSR2');
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!existsSync(STALLS)) continue;
    try {
      const found = JSON.parse(readFileSync(STALLS, 'utf8'));
      if (found.report === reports) return found;
    } catch {
      // It is being written.
    }
  }
}

/** How long (ms) a request that comes at any time waits for a task under way, in all but one of a hundred. */
function waitAt99({ ms, tasks, collections }) {
  const waiting = (time) => [...tasks, ...collections].reduce((sum, one) => sum + Math.max(0, one - time), 0) / ms;
  let [low, high] = [0, 100];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (waiting(middle) > 0.01) low = middle;
    else high = middle;
  }
  return low;
}

async function measured(child, port, perSecond) {
  const before = threadTimes(child.pid);
  await stalls(child);
  const { requests, seconds: took, p99 } = await load(port, seconds, perSecond);
  const told = await stalls(child);
  const spent = [...threadTimes(child.pid)].map(([thread, time]) => time - (before.get(thread) ?? 0));
  const tasks = told.tasks.sort((a, b) => b - a);
  return {
    speed: requests / took,
    p99,
    engine: Math.max(...spent) / requests / 1000,
    process: spent.reduce((sum, time) => sum + time, 0) / requests / 1000,
    wait: waitAt99(told),
    // The 100 longest of a second are those that matter.
    long: tasks[Math.floor((told.ms / 1000) * 5)] ?? 0,
    longest: tasks[0] ?? 0,
    gc: told.collections.reduce((sum, one) => sum + one, 0) / (told.ms / 1000),
    longestGc: Math.max(0, ...told.collections),
  };
}

const COLUMNS = [
  ['speed', 'requests/s', 0],
  ['engine', 'engine µs/req', 1],
  ['process', 'process µs/req', 1],
  ['wait', 'waits p99 ms', 3],
  ['long', '5/s longer ms', 3],
  ['longest', 'longest ms', 2],
  ['gc', 'gc ms/s', 2],
  ['longestGc', 'longest gc ms', 2],
  ['p99', 'seen p99 ms', 2],
];

try {
  execFileSync(process.execPath, [here('../scripts/build.mjs'), '--if-stale'], { stdio: 'inherit' });
  const origins = await startOrigins();
  const full = new Map(contestants.map(({ name }) => [name, []]));
  const paced = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, engine, telemetry } of contestants) {
      const port = await freePort();
      reports = 0;
      const child = startEngine({
        port,
        origins,
        cores: proxyCore,
        telemetry,
        options: ['--require', here('stall-probe.cjs')],
        env: { ENGINE: engine, STALLS },
      });
      await listening(port);
      await load(port, WARM_UP, 0);
      paced.get(name).push(await measured(child, port, rate));
      full.get(name).push(await measured(child, port, 0));
      await gone(child);
    }
  }
  for (const [title, runs] of [
    [`at ${rate} requests/s`, paced],
    ['as fast as it goes', full],
  ]) {
    console.log(`\n${title.padEnd(26)}${COLUMNS.map(([, heading]) => heading.padStart(15)).join('')}`);
    for (const [name, list] of runs) {
      const row = COLUMNS.map(([key, , digits]) =>
        median(list.map((run) => run[key]))
          .toFixed(digits)
          .padStart(15),
      );
      console.log(name.padEnd(26) + row.join(''));
    }
    for (const [name] of builds) {
      const of = (telemetry) => median(runs.get(`${name}, telemetry ${telemetry}`).map((run) => run.engine));
      console.log(`${name}: telemetry costs ${((1 - of('off') / of('on')) * 100).toFixed(1)} % of the thread's time`);
    }
  }
  console.log(
    '\nwaits p99: what 99 of 100 requests at most wait for a timer or a collection that is under way when they come',
  );
} finally {
  endAll();
}
