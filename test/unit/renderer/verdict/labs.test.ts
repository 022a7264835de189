import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../../../renderer/app/strategies.ts';
import type { OriginView, Situation } from '../../../../renderer/features/verdict/situation.ts';
import type { LabDefinition } from '../../../../src/protocol/lab.ts';
import { parseLabFile } from '../../../../src/protocol/lab-file.ts';
import { originOf, RUNNING } from '../origins.ts';
import { said } from './scene.ts';

const folder = fileURLToPath(new URL('../../../../assets/labs/', import.meta.url));

/** A lab of ours after ten seconds in which each origin got and failed that many requests. */
function tenSecondsOf(file: string, counts: Readonly<Record<string, readonly [number, number, Partial<OriginView>?]>>) {
  const parsed = parseLabFile(readFileSync(`${folder}${file}`, 'utf8'), file);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return situationOf(parsed.lab, counts);
}

function situationOf(
  lab: LabDefinition,
  counts: Readonly<Record<string, readonly [number, number, Partial<OriginView>?]>>,
): Situation {
  const all = Object.values(counts).reduce((sum, [started]) => sum + started, 0);
  const failed = Object.values(counts).reduce((sum, [, failures]) => sum + failures, 0);
  const weight = lab.origins.reduce((sum, origin) => sum + origin.weight, 0);
  return {
    lab: {
      clock: 'live',
      lab,
      timeline: [],
      traffic: { paused: false, sent: all, completed: all - failed, failed, inFlight: 0 },
      strategy: lab.strategy,
      balancer: { queued: 0, panic: false },
    },
    title: STRATEGIES.find(({ id }) => id === lab.strategy.use)?.title ?? '',
    origins: lab.origins.map((definition): OriginView => {
      const [started, failures, figures] = counts[definition.name] ?? [0, 0];
      return {
        state: originOf(definition.name, { definition, weight: definition.weight }),
        name: definition.name,
        fair: definition.weight / weight,
        started,
        ended: started,
        failed: failures,
        share: started / all,
        growth: 0,
        inFlight: 1,
        p50: 40,
        ...figures,
      };
    }),
    expected: undefined,
    seconds: 10,
    requests: { started: all, ended: all, failed, retries: 0 },
    lastTen: { started: all, ended: all, failed },
    now: 100_000,
  };
}

describe('what the labs that come with Evenkeel are about is what is said', () => {
  it('default: nothing', () => {
    expect(said(tenSecondsOf('default.yaml', { A: [50, 0], B: [49, 0], C: [51, 0], D: [50, 0] }))).toBe('');
  });

  it('slow server', () => {
    const slow = tenSecondsOf('slow-server.yaml', { A: [80, 0], B: [80, 0], C: [80, 0], D: [80, 0, { growth: 3.1 }] });
    expect(said(slow)).toBe(
      'D is 4× slower; round robin still sends it 25 % of the requests. It gets 8 a second and can answer about 5: its queue grows by 3 a second.',
    );
    const spared = tenSecondsOf('slow-server.yaml', { A: [95, 0], B: [95, 0], C: [95, 0], D: [35, 0] });
    const lab = { ...spared.lab, strategy: { use: 'least-connections' } };
    expect(said({ ...spared, lab, title: 'Least connections' })).toBe(
      'D is 4× slower, so least connections sends it only 11 % of the requests.',
    );
  });

  it('black hole', () => {
    const hole = tenSecondsOf('black-hole.yaml', { A: [40, 0], B: [40, 0], C: [40, 0], D: [1880, 1880] });
    expect(said(hole)).toBe(
      'D fails every request, but so fast that least connections takes it for idle: 94 % of all requests end there. 94 % of all fail.',
    );
    const lab = { ...hole.lab, strategy: { use: 'round-robin' } };
    const turns = tenSecondsOf('black-hole.yaml', { A: [500, 0], B: [500, 0], C: [500, 0], D: [500, 500] });
    expect(said({ ...turns, lab, title: 'Round robin' })).toBe(
      'D fails every request. 25 % of all requests end there: 25 % of all fail.',
    );
  });

  it('canary', () => {
    expect(said(tenSecondsOf('canary.yaml', { stable: [450, 0], canary: [50, 10] }))).toBe(
      'canary fails 20 % of its requests. 10 % of all requests end there: 2 % of all fail.',
    );
  });

  it('IP hash', () => {
    expect(said(tenSecondsOf('ip-hash.yaml', { A: [210, 0], B: [90, 0], C: [110, 0], D: [90, 0] }))).toBe(
      'A gets 42 % of the requests, not 25 %: IP hash sends a client always to the same origin. The busiest client alone makes 19 % of them.',
    );
  });

  it('kill -9 and flapping: while it is dead and still chosen', () => {
    for (const file of ['kill-nine.yaml', 'flapping.yaml']) {
      const lost = tenSecondsOf(file, { A: [75, 0], B: [75, 75], C: [75, 0], D: [75, 0] });
      const origins = lost.origins.map((view) => {
        const process = { ...RUNNING, status: 'exited' } as const;
        return view.name === 'B' ? { ...view, state: { ...view.state, process } } : view;
      });
      expect(said({ ...lost, origins })).toBe(
        'B is dead, and the balancer has not noticed yet. Round robin still sends it 25 % of the requests; 75 failed in the last 10 s.',
      );
    }
  });
});
