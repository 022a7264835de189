// npm run bench:simulation [-- --requests 1000000]
// Simulated requests per second of one thread, for several strategies and numbers of origins, beside a ceiling of the same run: the
// bare event heap with as many events and nothing that decides. Ratios are what counts: absolute figures are the machine's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '1000000' } } });
const wanted = Number(values.requests);
const STRATEGIES = ['round-robin', 'least-connections', 'power-of-two-choices', 'ring-hash'];
/** Simulated requests/s aimed at for round robin over ten origins, and the part of the ceiling for each strategy. */
const AIM = 1e6;
const AIM_OF_CEILING = 1 / 3;
const root = fileURLToPath(new URL('..', import.meta.url));

const out = mkdtempSync(join(tmpdir(), 'evenkeel-bench-simulation-'));
try {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: out,
      minify: false,
      rolldownOptions: {
        input: {
          runner: 'src/simulation/runner.ts',
          heap: 'src/simulation/event-heap.ts',
          lab: 'src/protocol/lab-file.ts',
        },
        output: { entryFileNames: '[name].mjs' },
      },
    },
    ssr: { noExternal: true },
  });
  const part = (name) => import(pathToFileURL(join(out, `${name}.mjs`)).href);
  const [{ LabRunner }, { EventHeap }, { parseLabFile }] = await Promise.all(['runner', 'heap', 'lab'].map(part));
  run({ LabRunner, EventHeap, parseLabFile });
} finally {
  rmSync(out, { recursive: true, force: true });
}

function run({ LabRunner, EventHeap, parseLabFile }) {
  /** Exponential service at 80 % of capacity. */
  const labOf = (origins, health) => {
    const { lab, problems } = parseLabFile(
      JSON.stringify({
        evenkeel: 1,
        name: 'Bench',
        origins: [{ name: 'O', port: 9000, service: { time: { exponential: '50ms' }, workers: 1 } }],
        // Many, so that hashing spreads them: few would overload some origins, which is another story.
        clients: { count: origins * 100 },
        traffic: { open: { rate: `${origins * 16}/s` } },
        ...(health ? {} : { health: { active: 'off', passive: 'off' } }),
      }),
      'bench',
    );
    if (!lab) throw new Error(problems[0].message);
    // A lab file may have 200 origins, which are processes; simulated ones cost nothing. Hashing goes by their ports.
    const [one] = lab.origins;
    return {
      ...lab,
      origins: Array.from({ length: origins }, (_, index) => ({ ...one, name: `O${index}`, port: one.port + index })),
    };
  };

  /** One run; ns per request, events of which each has so many, and the heap (MB) that it needs at the end. */
  const simulate = (strategy, origins, requests, health = false) => {
    const lab = labOf(origins, health);
    const duration = (requests / (origins * 16)) * 1000;
    const runner = new LabRunner(lab, { strategies: [{ use: strategy }], duration, warmup: 0, seed: 1 });
    globalThis.gc?.();
    const begun = performance.now();
    while (!runner.done) runner.work(1_000_000);
    const wall = performance.now() - begun;
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed / 1e6;
    const { offered } = runner.result().results[0];
    return { ns: (wall * 1e6) / offered, heap, offered };
  };

  /** An arrival and an end for each request, with as many pending as there are on average; nothing else. */
  const ceiling = (origins, requests) => {
    const heap = new EventHeap();
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed + 0.5) / 4294967296;
    };
    const gap = 1000 / (origins * 16);
    let now = 0;
    heap.add(0, 0);
    const begun = performance.now();
    for (let left = requests; left > 0; ) {
      now = heap.nextAt;
      if (heap.take() === 0) {
        left--;
        heap.add(now - gap * Math.log(random()), 0);
        heap.add(now - 250 * Math.log(random()), 1);
      }
    }
    return { ns: ((performance.now() - begun) * 1e6) / requests };
  };

  const median = (take) => {
    const runs = [take(), take(), take()].sort((a, b) => a.ns - b.ns);
    return runs[1];
  };
  const perSecond = ({ ns }) => Math.round(1e9 / ns).toLocaleString('en-US');
  const misses = [];

  // The first runs compile.
  for (const strategy of STRATEGIES) simulate(strategy, 10, wanted / 4);
  ceiling(10, wanted / 4);

  const top = median(() => ceiling(10, wanted));
  console.log(`${wanted.toLocaleString('en-US')} requests, one thread, 80 % load, medians of three\n`);
  console.log(`bare event heap, 10 origins   ${perSecond(top).padStart(12)} requests/s\n`);
  console.log('strategy               requests/s   of ceiling   ns at 10    ×  at 100   ×  at 1,000');
  for (const strategy of STRATEGIES) {
    const [ten, hundred, thousand] = [10, 100, 1000].map((origins) =>
      median(() => simulate(strategy, origins, wanted)),
    );
    const ratio = top.ns / ten.ns;
    console.log(
      strategy.padEnd(21) +
        perSecond(ten).padStart(12) +
        ratio.toFixed(2).padStart(13) +
        ten.ns.toFixed(0).padStart(11) +
        (hundred.ns / ten.ns).toFixed(2).padStart(11) +
        (thousand.ns / ten.ns).toFixed(2).padStart(13),
    );
    if (ratio < AIM_OF_CEILING)
      misses.push(`${strategy}: ${ratio.toFixed(2)} of the ceiling, aim ${AIM_OF_CEILING.toFixed(2)}`);
    if (strategy === 'round-robin' && 1e9 / ten.ns < AIM) misses.push(`${strategy}: ${perSecond(ten)}/s, aim ${AIM}`);
  }
  const checked = median(() => simulate('round-robin', 10, wanted, true));
  console.log(`\nround robin with active and passive health checks: ${perSecond(checked)} requests/s`);
  const small = simulate('round-robin', 10, wanted / 4);
  const large = simulate('round-robin', 10, wanted * 4);
  console.log(
    `heap after ${small.offered.toLocaleString('en-US')} and ${large.offered.toLocaleString('en-US')} requests: ` +
      `${small.heap.toFixed(1)} and ${large.heap.toFixed(1)} MB`,
  );
  console.log(misses.length === 0 ? '\nevery aim is met' : `\nmissed:\n  ${misses.join('\n  ')}`);
}
