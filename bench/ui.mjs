// npm run bench:ui [-- --seconds 20 --rates 20,400,5000 --origins 4 --port 18080 --trace --profile PREFIX]
// Frame times, long tasks and heap of the page in a real browser at several request rates. Each is set beside an empty page's
// in the same run and under the same load, since that is what the machine allows: software drawing, shared processors.
// A task over 50 ms counts by the clock. With --trace, which slows the browser down so much that a third of 5,000 requests/s are not
// made any more, it is also said how many took as much processor time of their own: the others waited for a processor. The dots have
// a thread and so frames of their own. --seconds 600 watches the heap for ten minutes per rate; --profile writes a CPU profile per rate.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { CHROMIUM, startLab, wait } from '../scripts/lab-process.mjs';
import { traceMainThread } from './main-thread.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    rates: { type: 'string', default: '20,400,5000' },
    origins: { type: 'string', default: '4' },
    port: { type: 'string', default: '18080' },
    trace: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const rates = values.rates.split(',').map(Number);
/** p95 of frame times, ms, by rate: what is aimed at where the empty page has it too. */
const AIMS = { 20: 16.7, 400: 16.7, 5000: 33 };
const LONG_TASK = 50;
/** Frames of a 60 Hz display are 16.67 ms apart, a bit more or less as the clock is read. */
const JITTER = 0.6;
/** Seconds from which the heap is looked at half-way, too. */
const LONG_RUN = 240;
/** Seconds in which an empty page has shown what this machine allows. */
const USUAL_LENGTH = 20;
/** Starting, compiling and the first layout are not what it is about. */
const SETTLE = 6;

const root = fileURLToPath(new URL('..', import.meta.url));
const config = mkdtempSync(join(tmpdir(), 'evenkeel-bench-ui-'));

execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: root, stdio: 'inherit' });
const lab = join(config, 'lab.yaml');
writeFileSync(
  lab,
  `evenkeel: 1
name: Bench
listen: 127.0.0.1:${values.port}
origins:
  - { name: O, port: ${Number(values.port) + 1}, count: ${values.origins}, service: { time: { exponential: 20ms } } }
traffic: { open: { rate: 20/s, arrivals: poisson } }
`,
);
const { url, command, state, stop } = await startLab(['dist/node/cli.cjs', '--no-open', lab], config);

/** Runs in the page, or in the dots' thread: collects the time between frames and tasks over 50 ms until asked. */
function watch() {
  const frames = [];
  const tasks = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tasks.push(entry.duration);
  });
  if (PerformanceObserver.supportedEntryTypes.includes('longtask')) observer.observe({ type: 'longtask' });
  let last;
  let request;
  const frame = (now) => {
    if (last !== undefined) frames.push(now - last);
    last = now;
    request = requestAnimationFrame(frame);
  };
  request = requestAnimationFrame(frame);
  globalThis.__watched = () => {
    cancelAnimationFrame(request);
    for (const entry of observer.takeRecords()) tasks.push(entry.duration);
    observer.disconnect();
    return { frames, tasks };
  };
}

/** What is to be known of frames, in ms. */
function figuresOf(frames, length) {
  frames.sort((a, b) => a - b);
  const at = (share) => frames[Math.min(frames.length - 1, Math.floor(frames.length * share))] ?? Number.NaN;
  return { fps: frames.length / length, p50: at(0.5), p95: at(0.95), p99: at(0.99), worst: frames.at(-1) };
}

async function heap(session) {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1048576;
}

async function measure(page, session, length, label) {
  const before = await heap(session);
  if (label) {
    await session.send('Profiler.enable');
    await session.send('Profiler.start');
  }
  const dots = page.workers().find((each) => each.url().includes('dots'));
  const stopTrace = values.trace ? await traceMainThread(browser, page) : undefined;
  await page.evaluate(watch);
  await dots?.evaluate(watch);
  await wait(length / 2);
  const half = length >= LONG_RUN ? await heap(session) : undefined;
  await wait(length / 2);
  const { frames, tasks } = await page.evaluate(() => globalThis.__watched());
  const dotFrames = await dots?.evaluate(() => globalThis.__watched().frames);
  if (label) {
    const { profile } = await session.send('Profiler.stop');
    writeFileSync(`${label}.cpuprofile`, JSON.stringify(profile));
  }
  const own = (await stopTrace?.())?.map((task) => task.own);
  return {
    ...figuresOf(frames, length),
    dots: dotFrames && figuresOf(dotFrames, length),
    tasks: tasks.length,
    longest: Math.max(0, ...tasks),
    own: own?.filter((ms) => ms > LONG_TASK).length,
    ownLongest: own?.reduce((most, ms) => Math.max(most, ms), 0),
    // In the first minutes the browser compiles what is often run: between the last two the heap should be flat.
    heap: [before, ...(half === undefined ? [] : [half]), await heap(session)],
  };
}

const written = ({ fps, p50, p95, p99, worst }) =>
  fps.toFixed(1).padStart(10) + [p50, p95, p99, worst].map((ms) => ms.toFixed(1).padStart(7)).join('');

const browser = await chromium.launch(CHROMIUM);
const misses = [];
try {
  console.log(
    `${values.origins} origins, ${seconds} s each, 1440 × 900, ${browser.version()}, drawn in software; frames in ms\n\n` +
      'rate wanted  rate had  page     frames/s    p50    p95    p99  worst  tasks>50  longest  own>50  longest  heap MB',
  );
  for (const rate of rates) {
    await command({ command: 'set-traffic', traffic: { open: { rate, arrivals: 'poisson' }, paths: ['/'] } });
    const rows = {};
    for (const kind of ['empty', 'lab']) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
      const session = await page.context().newCDPSession(page);
      await page.goto(kind === 'lab' ? url : 'data:text/html,<title>empty</title>');
      await wait(SETTLE);
      const from = (await state()).traffic.completed;
      const started = performance.now();
      const length = kind === 'lab' ? seconds : Math.min(seconds, USUAL_LENGTH);
      const row = await measure(page, session, length, kind === 'lab' && values.profile && `${values.profile}-${rate}`);
      const had = (((await state()).traffic.completed - from) / (performance.now() - started)) * 1000;
      rows[kind] = row;
      console.log(
        String(rate).padStart(11) +
          had.toFixed(0).padStart(10) +
          `  ${kind.padEnd(7)}` +
          written(row) +
          String(row.tasks).padStart(10) +
          row.longest.toFixed(0).padStart(9) +
          String(row.own ?? '–').padStart(8) +
          (row.ownLongest?.toFixed(0) ?? '–').padStart(9) +
          `  ${row.heap.map((mb) => mb.toFixed(1)).join(' → ')}`,
      );
      if (row.dots) console.log(`${' '.repeat(23)}dots   ${written(row.dots)}`);
      await page.close();
    }
    const aim = Math.max(AIMS[rate] ?? 33, rows.empty.p95) + JITTER;
    for (const [name, { p95 }] of [
      ['page', rows.lab],
      ['dots', rows.lab.dots],
    ]) {
      if (p95 > aim) misses.push(`${rate}/s: p95 of the ${name} ${p95.toFixed(1)} ms, aim ${aim.toFixed(1)}`);
    }
    if (rows.lab.longest > Math.max(LONG_TASK, rows.empty.longest)) {
      misses.push(
        `${rate}/s: ${rows.lab.tasks} tasks over ${LONG_TASK} ms, the longest ${rows.lab.longest.toFixed(0)}` +
          (rows.lab.own === undefined ? '' : `; by their own processor time ${rows.lab.own}`),
      );
    }
  }
  console.log(misses.length === 0 ? '\nevery aim is met' : `\nmissed:\n  ${misses.join('\n  ')}`);
} finally {
  await browser.close();
  stop();
  rmSync(config, { recursive: true, force: true });
}
