import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLabFile, printLabFile } from '../../../src/protocol/lab-file.ts';
import { lab } from './lab-arbitrary.ts';

it('reads back every lab it prints, exactly', () => {
  fc.assert(
    fc.property(lab, (definition) => {
      expect(parseLabFile(printLabFile(definition))).toEqual({ lab: definition });
    }),
    { numRuns: 150 },
  );
});

it('never throws, whatever the text', () => {
  const lines = fc.constantFrom(
    'evenkeel: 1',
    'origins:',
    '  - name: A',
    '    port: 8081',
    '  - {}',
    'strategy: ',
    '  use: ip-hash',
    'traffic: { open: [',
    '}',
    ']',
    '? [a]',
    '&a *a',
    'faults: [{ do: { slow: 3x } }]',
    '!!binary x',
    'health: ~',
    '"',
    '\t',
    '---',
    '- - -',
    'listen: [8080]',
    'clients: {}',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(lines, { maxLength: 12 }).map((some) => some.join('\n')),
      ),
      (text) => {
        const parsed = parseLabFile(text);
        if ('problems' in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
        else expect(parseLabFile(printLabFile(parsed.lab))).toEqual(parsed);
      },
    ),
    { numRuns: 300 },
  );
});

it('never throws, whatever the values', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.constantFrom('origins', 'strategy', 'faults', 'traffic', 'health', 'listen', 'evenkeel'),
      (json, key) => {
        parseLabFile(`{ "evenkeel": 1, "origins": [{}], ${JSON.stringify(key)}: ${json} }`);
        parseLabFile(`{ "evenkeel": 1, "origins": [{ "service": ${json} }] }`);
      },
    ),
    { numRuns: 150 },
  );
});

it('prints a lab as a person would write it', () => {
  const parsed = parseLabFile(`
evenkeel: 1
name: "Lesson 3: kill"
origins:
  - { weight: 3, service: { time: { exponential: 50ms } } }
  - { service: { time: 20ms, workers: 1, errorRate: 0.1 } }
  - { name: legacy, url: "http://127.0.0.1:9000/" }
strategy: { use: ip-hash, octets: 4 }
traffic: { closed: { users: 5 } }
health: { passive: off }
retry: off
faults: [{ at: 10000ms, origin: A, do: slow, factor: 10, for: 1m }, { at: 90s, origin: B, do: kill }]
`);
  expect('lab' in parsed && printLabFile(parsed.lab)).toBe(`evenkeel: 1
name: "Lesson 3: kill"
listen: 127.0.0.1:8080
strategy:
  use: ip-hash
  octets: 4
origins:
  - name: A
    port: 8081
    weight: 3
  - name: B
    port: 8082
    service:
      time:
        constant: 20ms
      workers: 1
      errorRate: 10%
  - name: legacy
    url: http://127.0.0.1:9000
traffic:
  closed:
    users: 5
    think: 1s
health:
  passive: off
retry: off
faults:
  - at: 10s
    origin: A
    slow: 10x
    for: 1m
  - at: 90s
    origin: B
    do: kill
`);
});
