// npm run bench:simulation [-- --requests 1000000]
// Simulated requests per second of one thread, for several strategies and numbers of origins, beside a ceiling: the bare event heap
// with as many events, as many of them pending, times drawn in the same way, and nothing that decides or counts, in slices that
// alternate with the run's. Ratios are what counts: absolute figures are the machine's.
import { parseArgs } from 'node:util';
import { fromSource } from './from-source.mjs';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '1000000' } } });
const wanted = Number(values.requests);
const STRATEGIES = ['round-robin', 'least-connections', 'power-of-two-choices', 'ring-hash'];
const ORIGINS = [10, 100, 1000];
/** Events at a time: about 10 ms. Each slice of a run follows one of the ceiling. */
const SLICE = 20_000;
/** Of a request: its arrival and its end. */
const EVENTS = 2;
/** Requests/s of an origin at the usual load: 80 % of the 20 that it can serve. */
const USUAL = 16;
/** The same where sizes are compared: of 1,000 origins hashing gives the fullest a third more than its share, which 80 % would overload. */
const LIGHT = 12;
/** Simulated requests/s aimed at for round robin over ten origins, and the part of the ceiling for each strategy. */
const AIM = 1e6;
const AIM_OF_CEILING = 1 / 3;
/** Times each strategy is run over ten origins, in turn: a run takes less than a second, and what disturbs one lasts for as long. */
const ROUNDS = 5;

run(
  await fromSource(
    'src/simulation/runner.ts',
    'src/simulation/event-heap.ts',
    'src/core/rng.ts',
    'src/protocol/lab-file.ts',
  ),
);

function run({ LabRunner, EventHeap, createRng, parseLabFile }) {
  /** Exponential service. @param rate requests/s of an origin */
  const labOf = (origins, rate, health) => {
    const { lab, problems } = parseLabFile(
      JSON.stringify({
        evenkeel: 1,
        name: 'Bench',
        origins: [{ name: 'O', port: 9000, service: { time: { exponential: '50ms' }, workers: 1 } }],
        // Many, so that hashing spreads them: few would overload some origins, which is another story.
        clients: { count: origins * 100 },
        traffic: { open: { rate: `${origins * rate}/s` } },
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

  const newRunner = (strategy, origins, requests, { rate = USUAL, health = false } = {}) => {
    const duration = (requests / (origins * rate)) * 1000;
    return new LabRunner(labOf(origins, rate, health), {
      strategies: [{ use: strategy }],
      duration,
      warmup: 0,
      seed: 1,
    });
  };

  /**
   * An arrival and an end for each request of ten origins; nothing else. Of those in the system only the ones being served have an
   * event pending: eight on average, as here, where each takes 50 ms.
   */
  const heap = new EventHeap();
  heap.add(0, 0);
  // Until some heap grows, which in a run of many origins one does, the engine takes this one's arrays for constants and the ceiling
  // for a fifth less: no run's heap is a constant. From the start, or the ceiling would be another one from that moment on.
  const growing = new EventHeap();
  for (let event = 0; event < SLICE; event++) growing.add(event, 0);
  const rng = createRng(1);
  const bare = () => {
    const gap = 1000 / (10 * USUAL);
    for (let left = SLICE; left > 0; left--) {
      const now = heap.nextAt;
      if (heap.take() !== 0) continue;
      heap.add(now - gap * Math.log(1 - rng.next()), 0);
      heap.add(now - 50 * Math.log(1 - rng.next()), 1);
    }
  };

  const timed = (work) => {
    const begun = performance.now();
    work();
    return performance.now() - begun;
  };
  /** ns per request: the 10th percentile of the slices but for the first quarter of them, which others on the machine disturb least. */
  const typical = (slices) => {
    const late = slices.slice(slices.length >> 2).sort((a, b) => a - b);
    return (late[Math.floor(late.length / 10)] * 1e6 * EVENTS) / SLICE;
  };

  /** One run beside the ceiling. */
  const simulate = (strategy, origins, requests, options) => {
    const runner = newRunner(strategy, origins, requests, options);
    const slices = [];
    const ceiling = [];
    while (!runner.done) {
      ceiling.push(timed(bare));
      slices.push(timed(() => runner.work(SLICE)));
    }
    // The last one was not whole.
    slices.pop();
    const ns = typical(slices);
    return { ns, ratio: typical(ceiling) / ns };
  };
  /** The heap (MB) that a run needs at its end. */
  const memory = (requests) => {
    const runner = newRunner('round-robin', 10, requests);
    while (!runner.done) runner.work(SLICE);
    globalThis.gc?.();
    const { offered } = runner.result().results[0];
    return `${(process.memoryUsage().heapUsed / 1e6).toFixed(1)} MB after ${offered.toLocaleString('en-US')} requests`;
  };
  const perSecond = ({ ns }) => Math.round(1e9 / ns).toLocaleString('en-US');
  const misses = [];

  // The first runs compile; all of what later ones do, or the ceiling would be another one for the last of them.
  for (const strategy of STRATEGIES) for (const origins of ORIGINS) simulate(strategy, origins, wanted / 8);

  console.log(`${wanted.toLocaleString('en-US')} requests, one thread; ten origins at 80 % load, growth at 60 %\n`);
  console.log('strategy               requests/s   of ceiling (range)   ns at 10    ×  at 100   ×  at 1,000');
  const rounds = Array.from({ length: ROUNDS }, () => STRATEGIES.map((strategy) => simulate(strategy, 10, wanted)));
  for (const [index, strategy] of STRATEGIES.entries()) {
    const runs = rounds.map((round) => round[index]).sort((a, b) => a.ratio - b.ratio);
    const ten = runs[ROUNDS >> 1];
    const [few, hundred, thousand] = ORIGINS.map((origins) => simulate(strategy, origins, wanted, { rate: LIGHT }));
    // Other runs may have been slowed down altogether: what they have in common is the ceiling.
    const growth = (more) => few.ratio / more.ratio;
    const part = `${ten.ratio.toFixed(2)} (${runs[0].ratio.toFixed(2)}–${runs.at(-1).ratio.toFixed(2)})`;
    console.log(
      strategy.padEnd(21) +
        perSecond(ten).padStart(12) +
        part.padStart(20) +
        ten.ns.toFixed(0).padStart(11) +
        growth(hundred).toFixed(2).padStart(11) +
        growth(thousand).toFixed(2).padStart(13),
    );
    if (ten.ratio < AIM_OF_CEILING)
      misses.push(`${strategy}: ${ten.ratio.toFixed(2)} of the ceiling, aim ${AIM_OF_CEILING.toFixed(2)}`);
    if (strategy === 'round-robin' && 1e9 / ten.ns < AIM) misses.push(`${strategy}: ${perSecond(ten)}/s, aim ${AIM}`);
  }
  const checked = simulate('round-robin', 10, wanted, { health: true });
  console.log(`\nround robin with active and passive health checks: ${perSecond(checked)} requests/s`);
  console.log(`heap: ${memory(wanted / 4)}, ${memory(wanted * 4)}`);
  console.log(misses.length === 0 ? '\nevery aim is met' : `\nmissed:\n  ${misses.join('\n  ')}`);
}
