import { describe, expect, it } from 'vitest';
import { Recorder } from '../../../src/protocol/recorder.ts';
import { RequestJournal } from '../../../src/simulation/request-journal.ts';
import { Simulation } from '../../../src/simulation/simulation.ts';
import { endedAttempts } from '../../support/records.ts';
import { labOf } from './support.ts';

const START = 1_000_000;

/** A run of `lab` for 20 s, filed. */
function filed(...lines: readonly string[]) {
  const lab = labOf(...lines);
  const recorder = new Recorder();
  const journal: RequestJournal = new RequestJournal({
    lab,
    recorder,
    startedAt: START,
    run: () => simulation,
  });
  const simulation: Simulation = new Simulation(lab, {
    strategy: lab.strategy,
    seed: 1,
    duration: 20_000,
    warmup: 0,
    watcher: journal,
  });
  simulation.run(1_000_000);
  const rows = endedAttempts(recorder);
  return { simulation, journal, recorder, rows, measures: simulation.measures };
}

const ORIGINS = [
  'origins:',
  '  - { name: A, port: 8081, service: { time: { constant: 100ms }, workers: 1 } }',
  '  - { name: B, port: 8082, service: { time: { constant: 100ms }, workers: 1 } }',
];

describe('the journal of a simulated run', () => {
  it('files each request once, with the times that the run counted', () => {
    const { recorder, rows, measures } = filed(
      ...ORIGINS,
      'traffic: { open: { rate: 4/s, arrivals: constant } }',
      'strategy: round-robin',
    );
    expect(recorder.requests).toMatchObject({ started: 79, completed: 79, failed: 0, inFlight: 0 });
    expect(measures.completed).toBe(79);
    expect([...recorder.origins.values()].map(({ name, started }) => [name, started])).toEqual([
      ['A', 40],
      ['B', 39],
    ]);
    expect(rows.map(({ request }) => request)).toEqual(rows.map((_, index) => index + 1));
    expect(rows[0]).toMatchObject({ origin: 'A', attempt: 1, status: 200, last: true, reason: 'strategy' });
    expect(rows.every(({ total, waited }) => Math.abs(total - 100) < 1e-6 && waited === 0)).toBe(true);
    expect(rows[0]?.at).toBe(START + 250);
  });

  it('tells a retry from the attempt before it', () => {
    const { rows, recorder } = filed(
      ...ORIGINS,
      'traffic: { open: { rate: 4/s, arrivals: constant } }',
      'health: off',
      'retry: { attempts: 2, on: [connect-failure] }',
      'faults: [ { at: 5s, origin: B, do: kill } ]',
    );
    expect(recorder.requests.failed).toBe(0);
    const failed = rows.find(({ failure }) => failure !== undefined);
    expect(failed).toMatchObject({ origin: 'B', attempt: 1, failure: 'connect-refused', last: false, status: 0 });
    expect(rows.find(({ request, attempt }) => request === failed?.request && attempt === 2)).toMatchObject({
      origin: 'A',
      status: 200,
      last: true,
      reason: 'retry',
    });
    expect(recorder.requests.retries).toBeGreaterThan(10);
  });

  it('has a row for those that no origin got, and the time others stood in the queue', () => {
    const { rows, recorder } = filed(
      ...ORIGINS,
      'traffic: { open: { rate: 40/s, arrivals: constant } }',
      'limits: { maxInFlight: 1, queue: 3, queueTimeout: 1s }',
    );
    const refused = rows.filter(({ attempt }) => attempt === 0);
    expect(refused.length).toBe(recorder.requests.failed);
    expect(refused[0]).toMatchObject({ origin: '', failure: 'queue-full', status: 503, reason: 'none' });
    expect(rows.some(({ inQueue }) => inQueue > 100)).toBe(true);
  });

  it('keeps what was compared, and says what became of it', () => {
    const { journal, rows } = filed(
      ...ORIGINS,
      'traffic: { open: { rate: 4/s, arrivals: constant } }',
      'strategy: least-connections',
    );
    const detail = journal.detail(3);
    expect(detail.decisions).toHaveLength(1);
    expect(detail.decisions[0]?.chosen).toBe(rows[2]?.origin);
    expect(detail.decisions[0]?.at).toBe(rows[2]?.at);
  });

  it('changes nothing of the run it is about', () => {
    const lines = [
      ...ORIGINS,
      'traffic: { open: { rate: 12/s, arrivals: poisson } }',
      'strategy: power-of-two-choices',
    ];
    const watched = filed(...lines).simulation;
    const { strategy } = watched.options;
    const alone = new Simulation(labOf(...lines), { strategy, seed: 1, duration: 20_000, warmup: 0 });
    alone.run(1_000_000);
    expect(watched.state()).toEqual(alone.state());
    expect(watched.measures.completed).toBe(alone.measures.completed);
  });
});
