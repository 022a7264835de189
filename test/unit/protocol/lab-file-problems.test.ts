import { describe, expect, it } from 'vitest';
import { parseLabFile } from '../../../src/protocol/lab-file.ts';

/** Every problem as the command line prints it. */
function problemsOf(text: string): string[] {
  const parsed = parseLabFile(text, 'lab.yaml');
  return 'lab' in parsed ? [] : parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const HEAD = 'evenkeel: 1\norigins: [{ name: A }, { name: B }]\n';

describe('problems with a file as a whole', () => {
  it.each([
    ['', '1:1 The lab file is empty; begin with "evenkeel: 1" and a list of origins.'],
    ['# nothing yet\n', '1:1 The lab file is empty; begin with "evenkeel: 1" and a list of origins.'],
    ['[1]', '1:1 The lab file must be written like "evenkeel: 1" and a list of origins, not [1].'],
    ['origins: [{}]', '1:1 The lab file needs its version: begin with "evenkeel: 1".'],
    ['evenkeel: 1', '1:1 The lab file needs a key "origins".'],
    ['evenkeel: 1\norigins: []', '2:10 origins must not be empty: write at least { name: A, port: 8081 }.'],
    [
      'evenkeel: 2\norigin: 5',
      '1:11 This lab file is of version 2; this Evenkeel reads version 1, so update Evenkeel.',
    ],
    ['evenkeel: "1"', '1:11 evenkeel must be 1, the version of the lab file, not "1".'],
    [
      'evenkeel: 1\norigins: [{}\n',
      '3:1 This is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
    ['evenkeel: 1\n---\nevenkeel: 1', '2:1 There is a second document after ---; a lab file holds one lab.'],
    ['evenkeel: 1\norigins:\n\t- {}', '3:1 This line is indented with a tab; use spaces.'],
    ['['.repeat(5000), '1:1 This is nested too deeply for a lab file.'],
    [`evenkeel: 1\nname: "${'x'.repeat(1024 * 1024)}"`, '1:1 This is larger than 1 MB, too large for a lab file.'],
    ['evenkeel: 1\norigins: &a [*a]', '2:14 An alias (*name) here contains itself; write the value out.'],
    ['evenkeel: 1\norigins: [*nope]', '2:11 There is no &nope before this *nope.'],
  ])('%j', (text, problem) => {
    expect(problemsOf(text).slice(0, 1)).toEqual([problem]);
  });

  it('limits what aliases may multiply to', () => {
    const bomb = [
      'evenkeel: 1',
      'a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]',
      'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]',
      'c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]',
      'd: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]',
    ].join('\n');
    expect(problemsOf(bomb)).toEqual(['3:8 The aliases (*name) here repeat too much; write the values out.']);
  });

  it('tells keys that are written twice beside other problems', () => {
    expect(problemsOf('evenkeel: 1\nname: x\norigins: [{ port: 8081, port: 80 }]\nname: y\n')).toEqual([
      '3:25 port is written twice; keep one of them.',
      '3:31 port cannot be 80, as ports below 1024 need administrator rights; use one from 1024 up, such as 8080.',
      '4:1 name is written twice; keep one of them.',
    ]);
  });

  it('refuses keys with a meaning in JavaScript like any other', () => {
    expect(problemsOf(`${HEAD}"__proto__": { a: 1 }\nconstructor: 5\ntoString: 1\n`)).toEqual([
      expect.stringContaining('3:1 There is no key "__proto__" in the lab file. Use one of: evenkeel, name,'),
      expect.stringContaining('4:1 There is no key "constructor" in the lab file.'),
      expect.stringContaining('5:1 There is no key "toString" in the lab file.'),
    ]);
  });
});

describe('problems with one part', () => {
  it.each([
    ...['network: off, errors: off', 'network: 100%, errors: off', 'errors: 100%, network: off, latency: off'].map(
      (conditions): [string, string[]] => [
        `breaker: { open: 5s, ${conditions} }`,
        [
          '3:10 The circuit breaker could never open: leave one of its conditions on (network or errors below 100%, or latency), or turn it off.',
        ],
      ],
    ),
    ['breaker: { network: off, errors: off, latency: 1s }', []],
    ['breaker: { network: off, errors: 99% }', []],
    ['breaker: { network: off, errors: none }', ['3:34 errors must be a share such as 10% or 0.1, not "none".']],
    ['nam: x', ['3:1 There is no key "nam" in the lab file. Did you mean "name"?']],
    ['name: 5', ['3:7 name must be text: put it in quotes, "5".']],
    ['name: ""', ['3:7 name must not be empty.']],
    ['seed: -1', ['3:7 seed must be a whole number from 0 to 4294967295, not -1.']],
    ['listen: here', ['3:9 listen must be an address and port such as 127.0.0.1:8080, not "here".']],
    [
      'listen: 127.0.0.1:80',
      [
        '3:9 The port of listen cannot be 80, as ports below 1024 need administrator rights; use one from 1024 up, such as 8080.',
      ],
    ],
    ['listen: 127.0.0.1:70000', ['3:9 The port of listen must be a whole number from 1024 to 65535, not 70000.']],
    ['listen: 127.0.0.1:8081', []],
    ['trustForwarded: all', ['3:17 trustForwarded cannot be "all". Use one of: loopback, none.']],
    [
      'listen: { toString: 1 }',
      ['3:9 listen needs a key "address".', '3:11 There is no key "toString" in listen. Use one of: address, tls.'],
    ],
    ['listen: [1]', ['3:9 listen must be an address and port such as 127.0.0.1:8080, not [1].']],
    ['strategy: round-robbin', ['3:11 There is no strategy called "round-robbin". Did you mean "round-robin"?']],
    ['strategy: leastconn', ['3:11 There is no strategy called "leastconn". Did you mean "least-connections"?']],
    ['strategy: 5', ['3:11 strategy must be a strategy such as round-robin, or { use: round-robin }, not 5.']],
    ['strategy: { octets: 4 }', ['3:11 strategy needs a key "use" with the name of a strategy.']],
    ['strategy: { use: ip-hush }', ['3:18 There is no strategy called "ip-hush". Did you mean "ip-hash"?']],
    ['strategy: { use: 5 }', ['3:18 use must be the name of a strategy, not 5.']],
    [
      'strategy: { use: ip-hash, octets: 9, octet: 3 }',
      [
        '3:35 ip-hash: octets must be a whole number from 3 to 4, not 9.',
        '3:38 ip-hash has no parameter "octet". Did you mean "octets"?',
      ],
    ],
    [
      'strategy: { use: ring-hash, key: cookie, boundedLoad: 90%, vnodes: 0 }',
      [
        '3:34 ring-hash: key must be client-ip, path, uri, header:NAME, cookie:NAME or query:NAME, not "cookie".',
        '3:55 ring-hash: boundedLoad must be off or from 100% to 1000%, not 0.9.',
        '3:68 ring-hash: vnodes must be a whole number from 1 to 10000, not 0.',
      ],
    ],
    [
      'strategy: { use: ring-hash, boundedLoad: a lot }',
      ['3:42 boundedLoad must be a ratio such as 125% or 1.25, not "a lot".'],
    ],
    ['strategy: { use: random, seed: 5 }', ['3:26 random has no parameter "seed". It has none.']],
    [
      'strategy: { use: path-rules, rules: [{ prefix: /a, origins: [A, C] }, { prefix: /b, origins: [Bb] }] }',
      ['3:65 There is no origin "C". Did you mean "A"?', '3:95 There is no origin "Bb". Did you mean "B"?'],
    ],
    ['clients: { count: 0 }', ['3:19 count must be a whole number from 1 to 1000000, not 0.']],
    ['clients: { popularity: zipf }', ['3:24 popularity cannot be "zipf". Use one of: uniform.']],
    ['clients: { popularity: { zipf: 0 } }', ['3:32 zipf must be above 0.']],
    ['traffic: on', ['3:10 traffic cannot be "on". Use one of: off.']],
    ['traffic:', ['3:1 traffic must be written like { open: { rate: 20/s } } or off, not empty.']],
    ['traffic: { paths: [/] }', ['3:10 traffic needs one of the keys open, closed, off.']],
    ['traffic: { open: { rate: 20 } }', ['3:26 rate needs a unit: write 20/s.']],
    ['traffic: { open: { rate: 0/s } }', ['3:26 rate must be above 0/s.']],
    ['traffic: { open: { rate: 1e6/s } }', ['3:26 rate must be at most 100000/s.']],
    ['traffic: { open: {} }', ['3:18 open needs a key "rate".']],
    ['traffic: { closed: { users: 1.5 } }', ['3:29 users must be a whole number from 1 to 10000, not 1.5.']],
    [
      'traffic: { open: { rate: 1/s }, closed: { users: 1 } }',
      ['3:33 There can only be one of open and closed in traffic.'],
    ],
    [
      'traffic: { off: true, paths: [index.html, /a b] }',
      [
        '3:31 paths[0] must be a path such as /index.html, beginning with / and without spaces, not "index.html".',
        '3:43 paths[1] must be a path such as /index.html, beginning with / and without spaces, not "/a b".',
      ],
    ],
    ['traffic: { off: true, paths: /a }', ['3:30 paths must be a list such as [/], not "/a".']],
    ['health: no', ['3:9 health cannot be "no". Use one of: off.']],
    ['health: { active: { every: 50ms } }', ['3:28 every must be at least 100ms.']],
    ['health: { active: { fall: 0 } }', ['3:27 fall must be a whole number from 1 to 100, not 0.']],
    ['health: { passive: { maxShare: 10 } }', ['3:32 maxShare must be at most 100%: write 50% or 0.5, not 10.']],
    ['retry: { on: [connect-failures] }', ['3:15 on[0] cannot be "connect-failures". Did you mean "connect-failure"?']],
    ['retry: { attempts: 0 }', ['3:20 attempts must be a whole number from 1 to 20, not 0.']],
    ['timeouts: { connect: 0s }', ['3:22 connect must be above 0ms.']],
    ['duration: 60', ['3:11 duration needs a unit: write 60ms or 60s.']],
    ['duration: 25h', ['3:11 duration must be at most 24h.']],
  ])('%s', (lines, problems) => {
    expect(
      problemsOf(
        HEAD.replace('{ name: A }', '{ name: A, port: 9001 }').replace('{ name: B }', '{ name: B, port: 9002 }') +
          lines,
      ),
    ).toEqual(problems);
  });
});

describe('problems with faults', () => {
  it.each([
    ['at: 10s, origin: B', ['3:10 faults[0] needs one of the keys do, slow, errors.']],
    ['do: kill', ['3:10 faults[0] needs a key "at".', '3:10 faults[0] needs a key "origin".']],
    ['at: 10s, origin: B, do: kil', ['3:36 do cannot be "kil". Did you mean "kill"?']],
    ['at: 10s, origin: B, do: slow', ['3:10 faults[0] needs a key "factor".']],
    ['at: 10s, origin: B, do: errors', ['3:10 faults[0] needs a key "share".']],
    [
      'at: 10s, origin: B, do: slow, slow: 10x, factor: 2x',
      ['3:42 There can only be one of do and slow in faults[0].'],
    ],
    ['at: 10s, origin: B, slow: 0x', ['3:38 slow must be above 0.']],
    ['at: 10s, origin: B, do: { slow: 10x, errors: 5% }', ['3:49 There can only be one of slow and errors in do.']],
    ['at: 10, origin: B, do: kill', ['3:16 at needs a unit: write 10ms or 10s.']],
    ['at: 10s, origin: C, do: kill', ['3:29 There is no origin "C". Did you mean "A"?']],
    [
      'at: 10s, origin: legacy, do: kill',
      ['3:29 legacy is run by someone else (it has a url), so kill cannot be done to it; only drain and resume can.'],
    ],
    ['at: 10s, origin: legacy, do: drain', []],
  ])('{ %s }', (fault, problems) => {
    const head = 'evenkeel: 1\norigins: [{ name: A }, { name: B }, { name: legacy, url: "http://10.0.0.1" }]\n';
    expect(problemsOf(`${head}faults: [{ ${fault} }]`)).toEqual(problems);
  });
});

describe('problems with origins', () => {
  it.each([
    ['{ wieght: 2 }', ['2:13 There is no key "wieght" in origins[0]. Did you mean "weight"?']],
    ['5', ['2:11 origins[0] must be written like { name: A, port: 8081 }, not 5.']],
    ['{ name: 5 }', ['2:19 name must be text: put it in quotes, "5".']],
    [
      '{ name: a/b }',
      ['2:19 name must be 1 to 40 letters, digits, ., _, - or spaces, beginning with a letter or digit, not "a/b".'],
    ],
    [
      '{ port: 80 }',
      ['2:19 port cannot be 80, as ports below 1024 need administrator rights; use one from 1024 up, such as 8080.'],
    ],
    ['{ port: 0 }', ['2:19 port must be a whole number from 1024 to 65535, not 0.']],
    ['{ port: 65536 }', ['2:19 port must be a whole number from 1024 to 65535, not 65536.']],
    ['{ port: "8081" }', ['2:19 port must be a whole number from 1024 to 65535, not "8081".']],
    ['{ port: 65535, count: 2 }', ['2:19 A2 would get port 65536, but ports end at 65535; start lower.']],
    ['{ port: 8080 }', ['2:19 Port 8080 belongs to the balancer; give A a port of its own.']],
    ['{ port: 8079, count: 2 }', ['2:19 Port 8080 belongs to the balancer; give A2 a port of its own.']],
    ['{ weight: 0 }', ['2:21 weight must be above 0.']],
    ['{ weight: -1 }', ['2:21 weight must be above 0.']],
    ['{ weight: heavy }', ['2:21 weight must be a number, not "heavy".']],
    ['{ count: 0 }', ['2:20 count must be a whole number from 1 to 200, not 0.']],
    ['{ count: 150 }, { count: 51 }', ['2:10 There are 201 origins here; at most 200 are possible in one lab.']],
    ['{ name: A }, { name: A }', ['2:32 There are two origins named "A"; give each a name of its own.']],
    ['{ name: A, count: 2 }, { name: A1 }', ['2:42 There are two origins named "A1"; give each a name of its own.']],
    ['{ port: 8081 }, { port: 8081 }', ['2:35 Port 8081 belongs to A; give B a port of its own.']],
    ['{ url: "http://example.com", ca: ca.pem }', ['2:40 ca is for origins with an https:// url; remove it.']],
    [
      '{ url: "localhost:9000" }',
      ['2:18 url must be a server\'s address such as http://127.0.0.1:9000, without a path, not "localhost:9000".'],
    ],
    [
      '{ url: "http://h/path" }',
      ['2:18 url must be a server\'s address such as http://127.0.0.1:9000, without a path, not "http://h/path".'],
    ],
    ['{ url: "http://127.0.0.1:8080" }', ['2:18 Port 8080 belongs to the balancer; A cannot be there too.']],
    [
      '{ url: "http://h", port: 8081, service: {} }',
      [
        '2:30 port is for origins that Evenkeel runs; this one has a url and is run by someone else, so remove port or url.',
        '2:42 service is for origins that Evenkeel runs; this one has a url and is run by someone else, so remove service or url.',
      ],
    ],
    [
      '{ service: fast }',
      ['2:22 service must be written like { time: { exponential: 50ms }, workers: 1 }, not "fast".'],
    ],
    ['{ service: { time: 50 } }', ['2:30 time needs a unit: write 50ms or 50s.']],
    [
      '{ service: { time: {} } }',
      ['2:30 time needs one of the keys constant, exponential, uniform, lognormal, pareto.'],
    ],
    [
      '{ service: { time: { normal: 50ms } } }',
      [
        '2:30 time needs one of the keys constant, exponential, uniform, lognormal, pareto.',
        '2:32 There is no key "normal" in time. Did you mean "lognormal"?',
      ],
    ],
    ['{ service: { time: { uniform: { min: 90ms, max: 10ms } } } }', ['2:30 time must not have a min above its max.']],
    ['{ service: { time: { exponential: 0ms } } }', ['2:45 exponential must be above 0ms.']],
    ['{ service: { workers: 0 } }', ['2:33 workers must be a whole number from 1 up, or unlimited, not 0.']],
    ['{ service: { queue: some } }', ['2:31 queue must be a whole number from 0 up, or unlimited, not "some".']],
    ['{ service: { errorRate: 2 } }', ['2:35 errorRate must be at most 100%: write 50% or 0.5, not 2.']],
  ])('[%s]', (list, problems) => {
    expect(problemsOf(`evenkeel: 1\norigins: [${list}]`)).toEqual(problems);
  });
});

it('reports all there is, in the order of the file, with paths', () => {
  const text = [
    'evenkeel: 1',
    'strategy: leest-connections',
    'origins:',
    '  - name: A',
    '    port: 8081',
    '  - name: A',
    '    port: 8081',
    '    service:',
    '      workers: none',
    '      tme: 5ms',
    'faults:',
    '  - at: 5',
    '    origin: Z',
    '    do: kill',
    'duration: -1s',
  ].join('\n');
  const parsed = parseLabFile(text);
  expect('problems' in parsed && parsed.problems).toEqual([
    {
      line: 2,
      column: 11,
      path: 'strategy',
      message: 'There is no strategy called "leest-connections". Did you mean "least-connections"?',
    },
    {
      line: 6,
      column: 11,
      path: 'origins[1].name',
      message: 'There are two origins named "A"; give each a name of its own.',
    },
    { line: 7, column: 11, path: 'origins[1].port', message: 'Port 8081 belongs to A; give A a port of its own.' },
    {
      line: 9,
      column: 16,
      path: 'origins[1].service.workers',
      message: 'workers must be a whole number from 1 up, or unlimited, not "none".',
    },
    {
      line: 10,
      column: 7,
      path: 'origins[1].service.tme',
      message: 'There is no key "tme" in service. Did you mean "time"?',
    },
    { line: 12, column: 9, path: 'faults[0].at', message: 'at needs a unit: write 5ms or 5s.' },
    { line: 13, column: 13, path: 'faults[0].origin', message: 'There is no origin "Z". Did you mean "A"?' },
    { line: 15, column: 11, path: 'duration', message: 'duration must not be negative.' },
  ]);
});

it('finds problems in JSON at the same places', () => {
  expect(problemsOf('{\n  "evenkeel": 1,\n  "origins": [{ "port": 80 }],\n  "durration": "5s"\n}')).toEqual([
    '3:25 port cannot be 80, as ports below 1024 need administrator rights; use one from 1024 up, such as 8080.',
    '4:3 There is no key "durration" in the lab file. Did you mean "duration"?',
  ]);
});
