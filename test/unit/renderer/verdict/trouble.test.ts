import { describe, expect, it } from 'vitest';
import { verdictsOf } from '../../../../renderer/features/verdict/verdict.ts';
import type { OriginStatus } from '../../../../src/protocol/state.ts';
import { originOf, RUNNING } from '../origins.ts';
import { said, scene } from './scene.ts';

const dead = { process: { ...RUNNING, status: 'exited', detail: 'killed (SIGKILL)' } } as const;
const out = (status: OriginStatus) => ({ state: { status, available: false } });

describe('without trouble', () => {
  it('has nothing to say', () => {
    expect(verdictsOf(scene({}))).toEqual([]);
  });
});

describe('an outage', () => {
  const all = (status: OriginStatus) => ({ A: out(status), B: out(status), C: out(status), D: out(status) });

  it('is worse than anything else', () => {
    expect(said(scene(all('down')))).toBe('No origin is available. Every new request is answered with 503.');
    expect(said(scene(all('drained')))).toBe('Every origin is drained. Every new request is answered with 503.');
    expect(said({ ...scene({}), origins: [] })).toContain('There is no origin.');
  });

  it('is none while everything starts, or while one is left', () => {
    expect(said(scene(all('starting')))).toBe('A, B, C and D are starting.');
    expect(said(scene({ ...all('down'), D: {} }))).toBe('3 of 4 origins are out. D takes all requests.');
  });
});

describe('a circuit breaker', () => {
  const balancer = (state: 'open' | 'recovering' | 'closed') => ({
    balancer: {
      queued: 0,
      panic: false,
      breaker: { state, since: 98_000, until: 108_000, why: '31 % of the last 101 requests failed' },
    },
  });

  it('says why it is open, how long, and how much it lets in while it recovers', () => {
    expect(said(scene({}, balancer('open')))).toBe(
      'The circuit breaker is open: 31 % of the last 101 requests failed. Every request is answered with 503; in 8 s some are let in again.',
    );
    expect(said(scene({}, balancer('recovering')))).toBe(
      'The circuit breaker lets requests in little by little. 20 % pass now, all of them in 8 s, unless they fail again.',
    );
    expect(said(scene({}, balancer('closed')))).toBe('');
  });
});

describe('a dead origin that is still chosen', () => {
  const requests = { started: 50, ended: 50, failed: 0, retries: 0 };

  it('is told with what it costs', () => {
    expect(said(scene({ B: { state: dead } }, { seconds: 4, requests: { ...requests, failed: 12 } }))).toBe(
      'B is dead, and the balancer has not noticed yet. Round robin still sends it 25 % of the requests; 12 failed so far.',
    );
    expect(said(scene({ B: { state: dead } }, { requests: { ...requests, retries: 12 } }))).toContain(
      'but each is tried again elsewhere: none failed.',
    );
  });

  it('makes no claim about a share nobody measured', () => {
    expect(said(scene({ B: { state: dead, figures: { share: undefined } } }))).toContain('It may still be chosen.');
  });

  it('is frozen when its process is stopped', () => {
    const frozen = { process: { ...RUNNING, status: 'frozen' } } as const;
    expect(said(scene({ B: { state: frozen, figures: { inFlight: 7 } } }))).toBe(
      'B is frozen, and the balancer has not noticed yet. Round robin still sends it 25 % of the requests; 7 requests wait there.',
    );
  });

  it('is told of together with the others of its kind', () => {
    const frozen = { process: { ...RUNNING, status: 'frozen' } } as const;
    expect(said(scene({ A: { state: dead }, B: { state: dead }, D: { state: dead } }))).toBe(
      'A, B and D are dead, and the balancer has not noticed yet. Round robin still sends them 75 % of the requests.',
    );
    expect(said(scene({ A: { state: dead }, B: { state: frozen } }))).toContain('A and B are dead or frozen, and');
    const stuck = { state: frozen, figures: { inFlight: 3, share: undefined } };
    expect(said(scene({ A: stuck, C: stuck }))).toContain('They may still be chosen; 6 requests wait there.');
  });

  it('is no news once it is noticed, nor while it restarts', () => {
    expect(said(scene({ B: { state: { ...dead, status: 'down', available: false } } }))).toMatch(/^B is down/);
    expect(said(scene({ B: { state: { process: { ...RUNNING, status: 'starting' } } } }))).toBe('');
  });
});

describe('a panic', () => {
  const used = (status: OriginStatus, process = {}) => ({ state: { status, panic: true, ...process } }) as const;

  it('is what unhealthy origins are used for, dead ones as well: the balancer knows of them', () => {
    const scenes = { A: used('down', dead), B: used('ejected'), C: used('down', dead) };
    const requests = { started: 400, ended: 400, failed: 200, retries: 0 };
    expect(said(scene(scenes, { requests }))).toBe(
      'Panic: only 1 of 4 origins is healthy, so the balancer uses the others, too. 50 % of the requests of the last 10 s failed.',
    );
    expect(said(scene({ ...scenes, D: used('going-up') }))).toBe(
      'Panic: no origin is healthy, so the balancer uses them all the same.',
    );
    expect(verdictsOf(scene(scenes)).map(({ id }) => id)).toEqual(['panic']);
    const backup = { state: { definition: { ...originOf('D').definition, backup: true } } };
    expect(said(scene({ A: used('down'), B: used('down'), D: backup }))).toContain('only 1 of 3 origins is healthy');
  });
});

describe('an origin that fails its checks', () => {
  it('is told of before enough have failed', () => {
    const state = { status: 'going-down', reason: '2 of 3 checks failed: connection refused' } as const;
    expect(said(scene({ B: { state } }))).toBe('B still gets requests, but 2 of 3 checks failed: connection refused.');
    expect(said(scene({ B: { state: { ...state, ...dead } } }))).toMatch(/^B is dead, and/);
  });
});

describe('an origin that is out', () => {
  it('says who takes over, with the share where theory knows it', () => {
    const expected = new Map(['A', 'C', 'D'].map((name) => [name, 1 / 3]));
    expect(said(scene({ B: out('down') }, { expected }))).toBe(
      'B is down, and the balancer knows. The other 3 take its requests: 33 % each.',
    );
    expect(said(scene({ B: out('draining') }))).toBe(
      'B is draining: it finishes what it has and gets nothing new. The other 3 take its requests.',
    );
  });

  it('says of an idle one that nothing changes', () => {
    const backup = originOf('B').definition;
    const down = { status: 'down', available: false, levelLoad: 0 } as const;
    expect(said(scene({ B: { state: { ...down, definition: { ...backup, backup: true } } } }))).toBe(
      'B is down, and the balancer knows. No request was on its way: it only waits for others to fail.',
    );
    const second = { ...down, definition: { ...backup, priority: 1 } };
    expect(said(scene({ B: { state: second }, C: { state: second } }))).toBe(
      '2 of 4 origins are out. No request was on their way: they only wait for others to fail.',
    );
    expect(said(scene({ A: out('down'), B: { state: second } }))).toContain('The other 2 take their requests.');
    expect(said(scene({ B: out('down') }, { strategy: 'first-available' }))).toContain('go to A first, as before.');
    expect(said(scene({ A: out('down') }, { strategy: 'first-available' }))).toContain('go to B first now.');
  });

  it('says when an ejection ends', () => {
    const ejected = (reason: string, ejectedUntil = 108_200) => ({
      state: { status: 'ejected', available: false, reason: `${reason}: ejected for 10 s`, ejectedUntil } as const,
    });
    const inARow = ejected('5 failures in a row');
    expect(said(scene({ B: inARow }))).toBe(
      'B is ejected: 5 failures in a row. The others take its share; it is tried again in 9 s.',
    );
    expect(said(scene({ B: ejected('61 % of its requests succeeded, 99 % on average') }))).toContain(
      'B is ejected: 61 % of its requests succeeded, 99 % on average. The others',
    );
    expect(said(scene({ B: inARow, C: ejected('5 failures in a row', 103_000) }))).toBe(
      'B and C are ejected, as their requests failed. The others take their share; the first is tried again in 3 s.',
    );
  });
});

describe('an origin that is stuck', () => {
  it('never answers, or hangs up', () => {
    expect(said(scene({ C: { faults: { hang: true }, figures: { inFlight: 4 } } }))).toBe(
      'C accepts requests and never answers. 4 requests wait there, each for up to 15 s.',
    );
    expect(said(scene({ C: { faults: { reset: true } } }))).toBe('C hangs up on every request.');
    expect(said(scene({ C: { faults: { hang: true }, ...out('down') } }))).toMatch(/^C is down/);
  });
});

describe('an origin that comes and goes', () => {
  const returned = (at: number) => ({ id: at, at, kind: 'returned', origin: 'B', text: 'B is back' }) as const;
  const lastTen = { started: 1000, ended: 1000, failed: 125 };

  it('is told of after the second time, with what it costs', () => {
    const timeline = [returned(70_000), returned(80_000), returned(90_000)];
    expect(said(scene({}, { timeline, lastTen }))).toBe(
      'B comes and goes: it came back 3 times in the last minute. 13 % of the last 10 s’ requests failed.',
    );
  });

  it('is no news after one return, nor long after', () => {
    expect(said(scene({}, { timeline: [returned(90_000)] }))).toBe('');
    expect(said(scene({}, { timeline: [returned(30_000), returned(90_000)] }))).toBe('');
  });
});

describe('a lab at rest', () => {
  it('says why nothing moves', () => {
    expect(said(scene({}, { paused: true }))).toBe('Paused: the lab sends no requests. Yours are still balanced.');
    const off = { lab: { traffic: { paths: ['/'], off: true } as const } };
    const lastTen = { started: 0, ended: 0, failed: 0 };
    expect(said(scene({}, { ...off, lastTen }))).toContain('The lab sends no requests of its own.');
    expect(said(scene({}, off))).toBe('');
    expect(said(scene({}, { paused: true, clock: 'virtual' }))).toBe('Paused: the simulated time stands still.');
    expect(said(scene({}, { ...off, lastTen, clock: 'virtual' }))).not.toContain('curl');
  });
});
