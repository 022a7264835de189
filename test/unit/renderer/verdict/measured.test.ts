import { describe, expect, it } from 'vitest';
import { verdictsOf } from '../../../../renderer/features/verdict/verdict.ts';
import { originOf } from '../origins.ts';
import { type Actor, said, scene } from './scene.ts';

const slowB = (figures: Actor['figures'] = {}) => ({ B: { faults: { slow: 10 }, figures } });
const open = (rate: number) => ({ traffic: { paths: ['/'], open: { rate, arrivals: 'poisson' } } }) as const;
const unknown = { share: undefined, p50: undefined };

describe('a slow origin', () => {
  it('is told with what it still gets and who pays, and what would help', () => {
    const [first] = verdictsOf(scene(slowB({ p50: 500 })));
    expect(first).toMatchObject({ tone: 'warn', remedy: { strategy: 'least-connections' } });
    expect(said(scene(slowB({ p50: 500 })))).toBe(
      'B is 10× slower; round robin still sends it 25 % of the requests. One request in four takes about 500 ms, the others 35 ms.',
    );
  });

  it('is told in attempts where some requests were tried again: then these are more', () => {
    const requests = { started: 390, ended: 390, failed: 0, retries: 10 };
    expect(said(scene(slowB({ p50: 500 }), { requests }))).toBe(
      'B is 10× slower; round robin still sends it 25 % of the attempts. One attempt in four takes about 500 ms, the others 35 ms.',
    );
  });

  it('has a queue where it gets more than it can answer, whatever that did in the last seconds', () => {
    const slow = { faults: { slow: 10 }, waiting: 57 };
    const told = 'It gets 10 a second and can answer about 2: ';
    expect(said(scene({ B: { ...slow, figures: { growth: 7.8 } } }))).toContain(
      `${told}its queue grows by 8 a second.`,
    );
    expect(said(scene({ B: { ...slow, figures: { growth: 0.4 } } }))).toContain(`${told}57 requests wait.`);
  });

  it('has none to speak of where it only was busy for a while', () => {
    const figures = { started: 15, share: 0.25, growth: 2, p50: 500 };
    expect(said(scene({ B: { faults: { slow: 10 }, waiting: 9, figures } }))).toContain(
      'One request in four takes about 500 ms',
    );
  });

  it('is told at once, without figures that are not there yet', () => {
    const figures = { A: { figures: unknown }, B: { faults: { slow: 10 }, figures: unknown } };
    expect(said(scene(figures))).toBe('B is 10× slower than the others.');
    expect(verdictsOf(scene(figures))[0]?.basis).toBe('state');
  });

  it('gives credit to a strategy that spares it', () => {
    const spared = scene(slowB({ share: 0.09 }), { strategy: 'least-connections', title: 'Least connections' });
    expect(said(spared)).toBe('B is 10× slower, so least connections sends it only 9 % of the requests.');
    expect(verdictsOf(spared)[0]?.tone).toBe('calm');
    expect(said(scene(slowB({ share: 0.09 }), { strategy: 'ip-hash', title: 'IP hash' }))).toContain(
      ', and IP hash sends it only 9 %',
    );
  });

  it('suggests what looks at speed where looking at load does not help, and never what is in use', () => {
    const remedyOf = (strategy: string) => verdictsOf(scene(slowB(), { strategy }))[0]?.remedy;
    expect(remedyOf('least-connections')).toEqual({ strategy: 'peak-ewma' });
    expect(remedyOf('peak-ewma')).toBeUndefined();
    expect(remedyOf('random')).toEqual({ strategy: 'least-connections' });
  });

  it('may be several, by different factors', () => {
    const both = { B: { faults: { slow: 10 } }, C: { faults: { slow: 4 } } };
    expect(said(scene({ ...both, E: {} }))).toMatch(
      /^B and C are up to 10× slower; round robin still sends them 40 % of the requests\./,
    );
  });

  it('is measured where nobody knows what it was made to do', () => {
    const foreign = { definition: { name: 'A', url: 'http://127.0.0.1:9000', weight: 1 } };
    const slow = { B: { figures: { p50: 350 } }, A: { state: foreign } };
    expect(said(scene(slow))).toMatch(/^B is 10× slower; /);
    expect(said(scene({ ...slow, C: { figures: unknown } }))).toBe('');
  });

  it('is no news when all are as slow, or it gets nothing anyway', () => {
    const all = { faults: { slow: 10 } };
    expect(said(scene({ A: all, B: all, C: all, D: all }, { lab: open(5) }))).toBe('');
    expect(said(scene({ B: { ...all, state: { status: 'drained', available: false } } }))).toMatch(/^B is drained/);
  });
});

describe('a growing queue', () => {
  const busy = { waiting: 34, figures: { started: 300, share: 0.75, growth: 3.2 } };

  it('is told where one gets more than it can answer', () => {
    expect(said(scene({ D: busy }))).toBe(
      'D’s queue grows by 3 a second: 34 requests wait. It gets 30 a second and can answer about 20.',
    );
  });

  it('is no news while it is short, shrinks, or is measured for too short a time', () => {
    expect(said(scene({ D: { ...busy, waiting: 4 } }))).toBe('');
    expect(said(scene({ D: { ...busy, figures: { ...busy.figures, growth: -3 } } }))).toBe('');
    expect(said(scene({ D: busy }, { seconds: 4 }))).toBe('');
    expect(said(scene({ D: { ...busy, figures: { ...busy.figures, started: 150 } } }))).toBe('');
  });
});

describe('too much load', () => {
  it('is told with both rates', () => {
    const growing = { figures: { growth: 1.2 } };
    expect(said(scene({ A: growing, B: growing, C: growing, D: growing }, { lab: open(85) }))).toBe(
      'Too much load: 85 requests a second come, and the origins can answer about 80. Their queues grow by 5 a second. No strategy helps; another origin does.',
    );
  });

  it('counts the requests that pages make', () => {
    const { traffic } = open(9);
    expect(said(scene({}, { lab: { traffic: { ...traffic, fanOut: 10 } } }))).toContain('90 requests a second come');
    expect(said(scene({}, { lab: { traffic } }))).toBe('');
  });

  it('is none below what they can answer, without limit on workers, or when paused', () => {
    expect(said(scene({}, { lab: open(79) }))).toBe('');
    expect(said(scene({}, { lab: open(85), paused: true }))).toMatch(/^Paused/);
    const { definition } = originOf('A');
    const unlimited = {
      definition: {
        ...definition,
        service: { time: { constant: 50 }, workers: 'unlimited', queue: 'unlimited', errorRate: 0 },
      },
    } as const;
    expect(said(scene({ A: { state: unlimited } }, { lab: open(8500) }))).toBe('');
  });
});

describe('failures', () => {
  it('are told with the part of all requests they make', () => {
    const requests = { started: 400, ended: 400, failed: 20, retries: 0 };
    expect(said(scene({ D: { figures: { failed: 20 } } }, { requests }))).toBe(
      'D fails 20 % of its requests. 25 % of all requests end there: 5 % of all fail.',
    );
  });

  it('are a part of what ended, also where much of what came still waits', () => {
    // Its queue grows: a quarter of all that came was sent to it, a tenth of all that ended was there.
    const requests = { started: 400, ended: 300, failed: 30, retries: 0 };
    expect(said(scene({ D: { figures: { started: 100, ended: 30, failed: 30 } } }, { requests }))).toBe(
      'D fails every request. 10 % of all requests end there: 10 % of all fail.',
    );
  });

  it('of others are told apart', () => {
    const requests = { started: 400, ended: 400, failed: 60, retries: 0 };
    const failing = { D: { figures: { failed: 40 } }, A: { figures: { failed: 20 } } };
    expect(said(scene(failing, { requests }))).toBe(
      'D fails 40 % of its requests. 25 % of all requests end there; with others’ failures, 15 % of all fail.',
    );
  });

  it('are no part of all requests when some were tried twice', () => {
    const requests = { started: 400, ended: 400, failed: 20, retries: 4 };
    expect(said(scene({ D: { figures: { failed: 24 } } }, { requests }))).toBe(
      'D fails 24 % of its requests. 5 % of all requests fail.',
    );
  });

  it('are announced before they can be measured', () => {
    expect(said(scene({ D: { faults: { errors: 0.5 } } }))).toBe('D answers 50 % of its requests with an error.');
  });

  it('are no news when they are few', () => {
    expect(said(scene({ D: { figures: { failed: 2 } } }))).toBe('');
    expect(said(scene({ D: { figures: { ended: 15, failed: 15 } } }))).toBe('');
  });

  it('hide behind retries', () => {
    const requests = { started: 400, ended: 400, failed: 0, retries: 50 };
    const failing = { B: { figures: { failed: 50 } } };
    expect(said(scene(failing, { requests }))).toBe(
      'B fails 50 % of its requests, and retries hide it. 400 requests needed 50 more tries elsewhere; none failed in the end.',
    );
    expect(said(scene(failing, { requests: { ...requests, failed: 40 } }))).toMatch(/^B fails 50 % of its requests\. /);
    expect(said(scene({}, { requests: { ...requests, retries: 4 } }))).toBe('');
  });
});

describe('hashing', () => {
  const uneven = { C: { figures: { started: 220 } }, A: { figures: { started: 60 } }, B: { figures: { started: 60 } } };
  const hash = { strategy: 'ip-hash', title: 'IP hash' };

  it('is uneven when its keys are', () => {
    const clients = { count: 100, popularity: { zipf: 1 } };
    expect(said(scene({ ...uneven, D: { figures: { started: 60 } } }, { ...hash, lab: { clients } }))).toBe(
      'C gets 55 % of the requests, not 25 %: IP hash sends a client always to the same origin. The busiest client alone makes 19 % of them.',
    );
    const few = { count: 8, popularity: 'uniform' } as const;
    expect(said(scene(uneven, { ...hash, lab: { clients: few } }))).toContain(
      '8 clients are too few to come out even.',
    );
  });

  it('is no news when it is even enough, too little is known, or something else decides', () => {
    expect(said(scene({ C: { figures: { started: 120 } } }, hash))).toBe('');
    const sparse = { figures: { started: 10 } };
    expect(said(scene({ A: sparse, B: sparse, C: { figures: { started: 40 } }, D: sparse }, hash))).toBe('');
    expect(said(scene(uneven))).toBe('');
  });
});
