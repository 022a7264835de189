import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labOf } from './support.ts';
import { Drill, difference, THREE } from './virtual-lab-run.ts';

const NAMES = ['A', 'B', 'C', 'D'];
const origin = fc.constantFrom(...NAMES);
const share = fc.constantFrom(0, 0.5, 1);

const service = fc.record({
  time: fc.constantFrom({ constant: 0 }, { constant: 40 }, { exponential: 60 }),
  workers: fc.constantFrom(1, 3, 'unlimited'),
  queue: fc.constantFrom(0, 2, 'unlimited'),
  errorRate: share,
  abandoned: fc.constantFrom('skip', 'serve', 'cancel'),
});

const fault = fc.oneof(
  fc.constantFrom('kill', 'restart', 'freeze', 'thaw', 'hang', 'reset', 'drain', 'resume', 'heal').map((what) => ({
    do: what,
  })),
  fc.constantFrom(0.5, 10).map((factor) => ({ do: 'slow', factor })),
  share.map((part) => ({ do: 'errors', share: part })),
);

const policies = fc.oneof(
  fc.constantFrom('off', { active: 'off' }, { active: { every: 300, timeout: 200 } }).map((health) => ({ health })),
  fc.constantFrom(1, 5).map((attempts) => ({ retry: { attempts, on: ['connect-failure', 'reset', '5xx'] } })),
  fc.constantFrom({ firstByte: 30, total: 'off' }, { firstByte: 400, total: 90 }).map((timeouts) => ({ timeouts })),
  fc.constantFrom('off', { maxInFlight: 1, queue: 3, queueTimeout: 100 }).map((limits) => ({ limits })),
  fc.constantFrom('off', { window: 2000 }).map((slowStart) => ({ slowStart })),
);

const traffic = fc.oneof(
  fc.constantFrom(5, 80).map((rate) => ({ open: { rate, arrivals: 'poisson' } })),
  fc.constantFrom(1, 20).map((users) => ({ closed: { users, think: 50 }, paths: ['/x', '/y', '/z'] })),
  fc.constant({ open: { rate: 20, arrivals: 'constant' }, fanOut: 4, paths: ['/page'] }),
  fc.constant({ off: true }),
);

const command = fc.oneof(
  fc.constantFrom('random', 'least-connections', 'ring-hash', 'peak-ewma').map((strategy) => ({
    command: 'set-strategy',
    strategy,
  })),
  traffic.map((next) => ({ command: 'set-traffic', traffic: next })),
  fc.constantFrom(3, 900).map((count) => ({ command: 'set-clients', clients: { count, timeout: 300 } })),
  fc.record({ command: fc.constant('burst'), requests: fc.constantFrom(1, 60), over: fc.constantFrom(0, 500) }),
  fc.record({ command: fc.constant('set-weight'), origin, weight: fc.constantFrom(1, 7) }),
  fc.record({
    command: fc.constant('set-role'),
    origin,
    role: fc.constantFrom({}, { backup: true }, { priority: 1 }, { maxInFlight: 1 }),
  }),
  fc.record({ command: fc.constant('set-service'), origin, service }),
  policies.map((next) => ({ command: 'set-policies', policies: next })),
  fc.constantFrom('on', 'off').map((sticky) => ({ command: 'set-sticky', sticky })),
  fc.record({ command: fc.constant('add-origin'), origin: fc.record({ name: origin, weight: fc.constantFrom(1, 3) }) }),
  fc.record({ command: fc.constant('remove-origin'), origin }),
  fc.tuple(origin, fault).map(([name, what]) => ({ command: 'fault', origin: name, ...what })),
  fc.tuple(origin, fault).map(([name, what]) => ({ command: 'fault', origin: name, for: 400, ...what })),
  fc.constant({ command: 'undo' }),
);

const story = fc.record({
  lab: fc.constantFrom([], ['network: { delay: 7ms }']),
  deeds: fc.array(fc.tuple(fc.constantFrom(0, 1, 130, 900), command), { minLength: 1, maxLength: 14 }),
});

type Story = typeof story extends fc.Arbitrary<infer Value> ? Value : never;

const PATIENCE_ENDS: Story = {
  lab: [],
  deeds: [
    [900, { command: 'burst', requests: 1, over: 0 }],
    [
      0,
      {
        command: 'set-traffic',
        traffic: { open: { rate: 20, arrivals: 'constant' }, fanOut: 4, paths: ['/page'] },
      },
    ],
    [0, { command: 'set-role', origin: 'B', role: { maxInFlight: 1 } }],
    [130, { command: 'undo' }],
    [130, { command: 'set-clients', clients: { count: 3, timeout: 300 } }],
    [900, { command: 'set-clients', clients: { count: 3, timeout: 300 } }],
    [1, { command: 'set-sticky', sticky: 'on' }],
  ],
};

/** @returns the run, and which deeds were refused */
function play({ lab, deeds }: Story, step?: number, most?: number) {
  const drill = new Drill(labOf(...THREE, ...lab)).to(500);
  const refused = deeds.map(([pause, deed]) => {
    drill.to(drill.lab.simulation.now + pause, step, most);
    try {
      drill.do(deed, drill.lab.simulation.now);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  });
  return { drill, refused };
}

describe('whatever is done to a running simulation', () => {
  it('is the same again at any pace, and every request has one end', () => {
    fc.assert(
      fc.property(story, (told) => {
        const { drill, refused } = play(told);
        const other = play(told, 37, 11);
        expect(other.refused).toEqual(refused);
        expect(difference(drill, other.drill)).toBe('');
        for (const sentence of refused) expect(sentence).not.toMatch(/undefined|cannot read|not a function/i);
        // Those that hang or are frozen end by their clients' patience.
        drill.do({ command: 'set-traffic', traffic: { off: true } }).to(drill.lab.simulation.now + 200_000);
        const { requests, origins } = drill.lab.recorder;
        expect(requests.inFlight).toBe(0);
        expect(requests.completed + requests.failed).toBe(requests.started);
        for (const each of origins.values()) expect(each.inFlight).toBe(0);
        const { measures } = drill.lab.simulation;
        expect(measures.offered).toBe(requests.started);
        expect(measures.completed).toBe(requests.completed);
        for (const { inFlight, queued } of drill.lab.simulation.balancer.origins)
          expect([inFlight, queued]).toEqual([0, 0]);
        expect(drill.lab.simulation.balancer.waiting).toBe(0);
        expect(drill.lab.definition.origins.map(({ name }) => name)).toEqual(
          drill.lab.simulation.balancer.origins.map(({ name }) => name),
        );
      }),
      {
        numRuns: 60,
        // What is due by a time is not only what the heap holds: a client whose patience ends, when there was no room for one event more.
        examples: [[PATIENCE_ENDS]],
      },
    );
    // Seconds of work, for which a busy machine needs a minute.
  }, 240_000);
});
