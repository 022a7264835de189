import { describe, expect, it } from 'vitest';
import { above, oneInTakes, portion } from '../../../../renderer/features/verdict/words.ts';
import { type Actor, said, scene } from './scene.ts';

const open = (rate: number) => ({ traffic: { paths: ['/'], open: { rate, arrivals: 'poisson' } } }) as const;
const words = (text: string): string => text.replaceAll('\u00a0', ' ');
const slowB = (figures: Actor['figures'] = {}) => ({ B: { faults: { slow: 10 }, figures } });
const requests = { started: 400, ended: 400, failed: 0, retries: 0 };

describe('figures in prose', () => {
  it('call nothing nothing and everything everything, and nothing else', () => {
    expect([0, 0.0004, 0.0006, 0.025, 0.5, 0.997, 1].map((share) => words(portion(share)))).toEqual([
      '0 %',
      'less than 0.1 %',
      '0.1 %',
      '2.5 %',
      '50 %',
      'more than 99 %',
      '100 %',
    ]);
  });

  it('make a sentence of any share', () => {
    expect([0.25, 0.9, 0.0001, 1].map((share) => words(oneInTakes(share, 'request')))).toEqual([
      'One request in four takes',
      '90 % of the requests take',
      'Less than 0.1 % of the requests take',
      'Every request takes',
    ]);
  });

  it('never compare a figure with itself', () => {
    expect(above(8, 5)).toEqual({ rate: '8', limit: '5' });
    expect(above(20.4, 20)).toBeUndefined();
    expect(above(5, 8)).toBeUndefined();
  });
});

describe('a slow origin', () => {
  const loads = { strategy: 'least-connections', title: 'Least connections' };

  it('that gets nothing, or next to nothing, is not sent "only 0 %"', () => {
    expect(said(scene(slowB({ share: 0, started: 0 }), loads))).toBe(
      'B is 10× slower, so least connections sends it none of the requests.',
    );
    expect(said(scene(slowB({ share: 0.0002 }), loads))).toBe(
      'B is 10× slower, so least connections sends it less than 0.1 % of the requests.',
    );
  });

  it('whose clients do not feel it costs nothing', () => {
    expect(said(scene(slowB({ p50: 36 })))).toBe('B is 10× slower; round robin still sends it 25 % of the requests.');
  });

  it('whose queue grows by chance is not said to have too much to do', () => {
    expect(said(scene(slowB({ growth: 1.2, started: 18, share: 0.25 })))).toMatch(/requests\.$/);
  });

  it('is counted where there are many', () => {
    const slow = { faults: { slow: 10 } };
    const quick = Object.fromEntries([...'KLMNOPQ'].map((name) => [name, {}]));
    expect(said(scene({ A: slow, B: slow, C: slow, D: slow, E: slow, ...quick }))).toMatch(
      /^5 origins are 10× slower; /,
    );
  });
});

describe('requests that wait', () => {
  it('are one or many', () => {
    const hung = (inFlight: number) => said(scene({ C: { faults: { hang: true }, figures: { inFlight } } }));
    expect(hung(1)).toBe('C accepts requests and never answers. 1 request waits there, for up to 15 s.');
    expect(hung(0)).toBe('C accepts requests and never answers. Whoever is sent there waits, for up to 15 s.');
  });
});

describe('failures', () => {
  it('that nobody saw are not "0 % of all requests"', () => {
    expect(said(scene({ D: { figures: { failed: 4 } } }, { requests: { ...requests, retries: 4 } }))).toBe(
      'D fails 4 % of its requests. No request fails in the end.',
    );
  });

  it('of an origin that gets nothing any more are a part of what ended', () => {
    const late = { figures: { started: 0, share: 0, ended: 40, failed: 40 } };
    expect(said(scene({ D: late }, { requests: { ...requests, failed: 40 } }))).toBe(
      'D fails every request. 10 % of all requests end there: 10 % of all fail.',
    );
  });

  it('may be all there is, told or measured', () => {
    expect(said(scene({ D: { faults: { errors: 1 } } }))).toBe('D answers every request with an error.');
    const all = { figures: { failed: 100 } };
    expect(said(scene({ A: all, B: all, C: all, D: all }, { requests: { ...requests, failed: 400 } }))).toMatch(
      /with others’ failures, every request fails\.$/,
    );
  });

  it('hidden by retries are counted in tries, of which a request may need several', () => {
    const failing = { B: { figures: { failed: 100 } } };
    expect(said(scene(failing, { requests: { ...requests, ended: 90, retries: 100 } }))).toBe(
      'B fails every request, and retries hide it. 90 requests needed 100 more tries elsewhere; none failed in the end.',
    );
  });

  it('hidden by retries do not trip over an outage', () => {
    const out = { state: { status: 'down', available: false } } as const;
    expect(said(scene({ A: out, B: out, C: out, D: out }, { requests: { ...requests, retries: 50 } }))).toMatch(
      /^No origin is available/,
    );
  });
});

describe('load', () => {
  it('just above what can be answered is called just that', () => {
    expect(said(scene({}, { lab: open(80.3) }))).toBe(
      'Too much load: 80 requests a second come, a little more than the origins can answer. No strategy helps; another origin does.',
    );
  });
});

describe('hashing', () => {
  const busy = { A: { figures: { started: 280 } }, B: { figures: { started: 40 } }, C: { figures: { started: 40 } } };
  const uneven = { ...busy, D: { figures: { started: 40 } } };
  const more = (count: number): string =>
    said(
      scene(uneven, { strategy: 'ip-hash', title: 'IP hash', lab: { clients: { count, popularity: 'uniform' } } }),
    ).replace(/^.*same origin\. ?/, '');

  it('blames the number of clients only where chance explains it', () => {
    expect(more(1)).toBe('There is only one client.');
    expect(more(8)).toBe('8 clients are too few to come out even.');
    expect(more(10_000)).toBe('');
  });
});
