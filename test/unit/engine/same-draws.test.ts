import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { originStream } from '../../../src/core/random-streams.ts';
import { OriginService } from '../../../src/engine/origin-service.ts';
import { TrafficGenerator } from '../../../src/engine/traffic-generator.ts';
import { isSpawned, type LabDefinition } from '../../../src/protocol/lab.ts';
import { simulatedRequests } from '../../support/simulated-requests.ts';
import { labOf } from '../simulation/support.ts';

/** When the generator sent what; nothing is ever answered. */
const sent: { readonly at: number; readonly client: string | undefined }[] = [];

vi.mock('../../../src/engine/clock.ts', () => ({ now: () => Date.now() }));
vi.mock('../../../src/engine/traffic-exchange.ts', () => ({
  TrafficExchange: class {
    constructor(_pool: unknown, _target: unknown, text: string) {
      sent.push({ at: Date.now(), client: /X-Forwarded-For: (\S+)/.exec(text)?.[1] });
    }
    abort(): void {}
  },
}));

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => {
  vi.useRealTimers();
  sent.length = 0;
});

function generator({ seed, traffic, clients }: LabDefinition): TrafficGenerator {
  const made = new TrafficGenerator({ host: '127.0.0.1', port: 1, tls: false }, seed);
  made.set(traffic, clients);
  return made;
}

describe('a live run and a simulated one with the same seed', () => {
  const lab = labOf(
    'seed: 7',
    'strategy: ip-hash',
    'origins: [ { name: A, service: { time: { constant: 1ms } } } ]',
    'clients: { count: 50, popularity: { zipf: 1 } }',
    'traffic: { open: { rate: 80/s, arrivals: poisson } }',
  );

  it('have the same arrivals, by the same clients', () => {
    const traffic = generator(lab);
    vi.advanceTimersByTime(10_000);
    traffic.stop();
    const simulated = simulatedRequests(lab, 10_000);
    expect(simulated.length).toBeGreaterThan(700);
    // Timers tell whole milliseconds.
    expect(sent).toEqual(simulated.map(({ arrivedAt, client }) => ({ at: Math.ceil(arrivedAt), client })));
  });

  it('have them also when the traffic that runs is told to run, or other requests come on top', () => {
    const traffic = generator(lab);
    vi.advanceTimersByTime(2000);
    traffic.run();
    traffic.burst(5, 1000);
    vi.advanceTimersByTime(8000);
    traffic.stop();
    const times = sent.map(({ at }) => at);
    for (const at of [2000, 2200, 2400, 2600, 2800]) times.splice(times.indexOf(at), 1);
    expect(times).toEqual(simulatedRequests(lab, 10_000).map(({ arrivedAt }) => Math.ceil(arrivedAt)));
  });

  it('have users that think as long', () => {
    const closed = labOf(
      'origins: [ { name: A, service: { time: { constant: 10m } } } ]',
      'timeouts: { firstByte: 20m }',
      'clients: { timeout: 20m }',
      'traffic: { closed: { users: 40, think: 1s } }',
    );
    const traffic = generator(closed);
    vi.advanceTimersByTime(60_000);
    traffic.stop();
    expect(sent).toHaveLength(40);
    expect(sent.map(({ at }) => at)).toEqual(
      simulatedRequests(closed, 60_000).map(({ arrivedAt }) => Math.round(arrivedAt)),
    );
  });

  it.each([
    '{ exponential: 45ms }',
    '{ lognormal: { median: 40ms, sigma: 0.5 } }',
    '{ pareto: { min: 20ms, alpha: 2 } }',
  ])('have origins that serve as long, with errors in between: %s', (time) => {
    const served = labOf(
      'seed: 3',
      `origins: [ { name: A, service: { time: ${time}, workers: 1, errorRate: 30% } } ]`,
      'health: off',
      'retry: off',
      'traffic: { open: { rate: 20/s, arrivals: constant } }',
    );
    const simulated = simulatedRequests(served, 20_000);
    const [origin] = served.origins;
    if (!origin || !isSpawned(origin)) throw new Error('no origin');
    const rng = originStream(served.seed, 0);
    const answers: { readonly at: number; readonly failed: boolean }[] = [];
    const service = new OriginService({ service: origin.service, cold: false }, rng, () => {
      answers.push({ at: Date.now(), failed: rng.next() < origin.service.errorRate });
    });
    const response = { once: () => undefined } as unknown as ServerResponse;
    for (const { arrivedAt } of simulated) {
      vi.advanceTimersByTime(arrivedAt - Date.now());
      service.take(response);
    }
    vi.advanceTimersByTime(60_000);
    expect(answers.map(({ failed }) => failed)).toEqual(simulated.map(({ failed }) => failed));
    // However late or early a timer is (they have whole milliseconds, and pass on what rounding took), the next service begins when the one before should have ended.
    const apart = answers.map(({ at }, place) => Math.abs(at - (simulated[place]?.endedAt ?? 0)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(2);
  });
});
