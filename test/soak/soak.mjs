// npm run soak -- --minutes 5 --seed 1 --threads 1
// A lab under random faults, strategy switches, changes of all kinds, and clients who misbehave. In rounds: some seconds of chaos, then
// calm, in which the invariants have to hold: counts add up, nothing is in flight, no socket, timer, process or memory is left behind,
// and every answer went to who asked. Prints a line per round; ends with 1 and what is broken.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomCommand } from './chaos.mjs';
import { goodClients, misbehave } from './clients.mjs';
import { createDice } from './dice.mjs';
import { startEchoOrigin } from './echo-origin.mjs';
import {
  brokenConnections,
  brokenCounts,
  brokenMemory,
  brokenProcesses,
  brokenSeries,
  brokenTimers,
} from './invariants.mjs';
import { childrenOf, LabProcess } from './lab-process.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    threads: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const CHAOS_MS = 12_000;
/** Connections that are kept for the next request are closed after 4 to 5 s; origins that have left are forgotten after 10. */
const IDLE_MS = 11_000;
const CALM_PATIENCE_MS = 30_000;
/** From then on the ring of records is full, and memory has to stay as it is. */
const RECORDS = 70_000;

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-soak-'));
const dice = createDice(seed);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const broken = [];
const history = [];
const note = (text) => {
  history.push(`${((performance.now() - begun) / 1000).toFixed(1)} s  ${text}`);
  if (history.length > 60) history.shift();
  if (values.verbose) console.error(history.at(-1));
};
const begun = performance.now();
let lab;
let echoes = [];

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function labText(port) {
  const spawned = ['A', 'B', 'C', 'D'].map(
    (name) => `  - { name: ${name}, port: ${0}, service: { time: { exponential: 10ms } } }`,
  );
  const foreign = echoes.map(({ port: own }, index) => `  - { name: echo${index}, url: "http://127.0.0.1:${own}" }`);
  return `evenkeel: 1
name: Soak
seed: ${seed}
listen: 127.0.0.1:${port}
threads: ${values.threads}
origins:
${[...spawned, ...foreign].join('\n')}
traffic: off
health: { active: { every: 300ms, timeout: 200ms, fall: 2, rise: 1 }, passive: { failures: 5, base: 500ms, max: 2s } }
retry: { attempts: 3, on: [connect-failure, reset, timeout] }
timeouts: { connect: 500ms, firstByte: 2s }
`;
}

/** Some seconds in which anything may happen. */
async function chaos() {
  const until = performance.now() + CHAOS_MS;
  const bad = new Set();
  const clients = goodClients(lab.port, 12, dice, (what) => broken.push(what));
  const badClients = (async () => {
    while (performance.now() < until) {
      const one = misbehave(lab.port, dice);
      bad.add(one);
      void one.then(() => bad.delete(one));
      await wait(dice.below(60));
    }
  })();
  let commands = 0;
  while (performance.now() < until && lab.exited === undefined) {
    await wait(dice.below(300));
    const { origins } = await lab.state();
    const names = (own) => origins.filter((origin) => (origin.process !== undefined) === own).map(({ name }) => name);
    const echoPorts = echoes.map(({ port }) => port);
    const command = randomCommand(dice, { spawned: names(true), foreign: names(false), echoPorts });
    note(JSON.stringify(command).slice(0, 160));
    const { status, body } = await lab.command(command);
    commands++;
    if (status >= 500 && body.error?.code === 'internal')
      broken.push(`${JSON.stringify(command)} got ${JSON.stringify(body)}`);
    if (dice.chance(0.05)) await (await lab.follow()).close();
  }
  await badClients;
  await clients.stop();
  await Promise.all(bad);
  return { commands, ...clients.counts };
}

/** Everything works again, no traffic, and nobody asks: waits until nothing is in flight. */
async function calm() {
  await lab.command({ command: 'pause' });
  await lab.command({ command: 'set-forwarder', forwarder: 'native' });
  // Faults with an end of their own may come back after a heal.
  await wait(2100);
  for (const { name, process } of (await lab.state()).origins) {
    if (process === undefined) continue;
    await lab.command({ command: 'fault', origin: name, do: 'thaw' });
    await lab.command({ command: 'fault', origin: name, do: 'heal' });
    await lab.command({ command: 'fault', origin: name, do: 'restart' });
    await lab.command({ command: 'fault', origin: name, do: 'resume' });
  }
  const until = performance.now() + CALM_PATIENCE_MS;
  for (;;) {
    const metrics = await lab.metrics();
    if (metrics.sum('requests_in_flight') === 0 && metrics.sum('requests_queued') === 0) break;
    if (performance.now() > until) break;
    await wait(100);
  }
  await wait(IDLE_MS);
}

async function look() {
  const outside = await lab.outside();
  const reports = await lab.probe();
  const threads = new Map(
    reports.map(({ thread, heapUsed, resources }) => [
      thread,
      { heap: heapUsed, timers: resources.Timeout ?? 0, resources },
    ]),
  );
  return { threads, outside };
}

async function main() {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url)), '--if-stale'], {
    stdio: ['ignore', 2, 2],
  });
  echoes = [await startEchoOrigin(dice), await startEchoOrigin(dice)];
  const port = await freePort();
  const file = join(folder, 'soak.yaml');
  const ports = [];
  while (ports.length < 4) ports.push(await freePort());
  writeFileSync(
    file,
    labText(port).replaceAll('port: 0', () => `port: ${ports.pop() ?? 0}`),
  );
  lab = await LabProcess.start(file, folder);
  let events = await lab.follow();
  let first;
  let base;
  let records = 0;
  const end = begun + minutes * 60_000;
  for (let round = 1; performance.now() < end && broken.length === 0; round++) {
    const { startedAt } = await lab.state();
    await lab.command({ command: 'set-traffic', traffic: { open: { rate: 100, arrivals: 'poisson' } } });
    await lab.command({ command: 'run' });
    const { commands, answered, cut } = await chaos();
    if (lab.exited !== undefined) {
      broken.push(`the lab ended by itself: ${lab.exited}`);
      break;
    }
    await calm();
    const state = await lab.state();
    const metrics = await lab.metrics();
    const now = await look();
    const processes = state.origins.filter(({ process }) => process?.status === 'running').length;
    first ??= now;
    records += metrics.sum('attempts_total');
    if (base === undefined && records > RECORDS) base = now;
    // An undo may have brought another lab: then the lines tell of two.
    const seen = state.startedAt === startedAt ? events.seen : undefined;
    broken.push(...brokenCounts(metrics, seen));
    broken.push(...brokenSeries(metrics, state.origins));
    broken.push(...brokenProcesses(now.outside, processes));
    broken.push(...brokenConnections(now.outside, { proxy: lab.port, control: Number(new URL(lab.control).port) }));
    broken.push(...brokenTimers(now, first));
    if (base) broken.push(...brokenMemory(now, base));
    if (/\n\s+at |Error:/.test(lab.errors)) broken.push(`it printed an error: ${lab.errors.slice(0, 500)}`);
    if (broken.length > 0)
      for (const echo of echoes) for (const one of echo.open()) console.log(`open at an echo: ${one.slice(0, 400)}`);
    const heaps = [...now.threads.values()].map(({ heap }) => (heap / 1024 / 1024).toFixed(0));
    const timers = [...now.threads.values()].map(({ timers: count }) => count);
    console.log(
      `round ${round}: ${metrics.sum('requests_total')} requests, ${metrics.sum('retries_total')} retries, ${commands} commands, ` +
        `${answered} answers checked, ${cut} cut; ${processes} processes, ${now.outside.connections.length} connections, ` +
        `timers ${timers.join('/')}, heap ${heaps.join('/')} MiB${base === now ? ' (memory counts from here)' : ''}`,
    );
    if (values.verbose)
      console.error(
        [...now.threads].map(([thread, { resources }]) => `${thread} ${JSON.stringify(resources)}`).join('\n'),
      );
    // Now and then everything begins anew, in the same process.
    if (round % 3 === 0) {
      await events.close();
      // A range for each origin, so that no two of them get the same.
      let origin = 0;
      const nextPort = () => 8100 + 200 * origin++ + dice.below(200);
      const loaded = await lab.command({
        command: 'load-lab',
        lab: labText(lab.port).replaceAll('port: 0', () => `port: ${nextPort()}`),
      });
      if (loaded.status !== 200) broken.push(`loading a lab got ${JSON.stringify(loaded.body)}`);
      await wait(500);
      events = await lab.follow();
    } else if (state.startedAt !== startedAt) {
      await events.close();
      events = await lab.follow();
    }
  }
  await events.close();
}

async function stop() {
  if (lab === undefined) return;
  const children = lab.exited === undefined ? childrenOf(lab.pid) : [];
  if (lab.exited === undefined) lab.child.kill('SIGTERM');
  const how = await Promise.race([lab.exit, wait(15_000).then(() => 'not at all')]);
  if (how !== 0) broken.push(`asked to end, it ended with ${how}: ${lab.errors.slice(-300)}`);
  if (how === 'not at all') lab.child.kill('SIGKILL');
  await wait(300);
  for (const { pid, command } of children) {
    try {
      process.kill(pid, 0);
      broken.push(`after its end there is still ${pid} ${command}`);
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone, as it should be.
    }
  }
}

console.log(`soak: seed ${seed}, ${minutes} minutes`);
try {
  await main();
} catch (error) {
  broken.push(`the soak could not go on: ${error.stack}`);
}
await stop();
for (const echo of echoes) echo.close();
if (broken.length > 0) {
  console.log(`\nThe last things that were done:\n${history.slice(-25).join('\n')}\n`);
  if (lab?.errors) console.log(`It said:\n${lab.errors.slice(-2000)}\n`);
  for (const what of [...new Set(broken)].slice(0, 20)) console.log(`broken: ${what}`);
  console.log(`seed ${seed}`);
} else console.log(`soak: nothing broken in ${minutes} minutes (seed ${seed})`);
rmSync(folder, { recursive: true, force: true });
process.exit(broken.length > 0 ? 1 : 0);
