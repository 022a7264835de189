import { describe, expect, it } from 'vitest';
import { EvenkeelError } from '../../../src/core/errors.ts';
import { DEFAULT_POLICIES } from '../../../src/core/policies.ts';
import { parseCommand } from '../../../src/protocol/command-schema.ts';
import type { LabDefinition } from '../../../src/protocol/lab.ts';
import { parseLabFile } from '../../../src/protocol/lab-file.ts';

const SERVICE = { time: { exponential: 50 }, workers: 'unlimited', queue: 'unlimited', errorRate: 0 };

describe('a command', () => {
  it.each([
    [{ command: 'pause' }, {}],
    [{ command: 'run' }, {}],
    [{ command: 'set-strategy', strategy: 'random' }, { strategy: { use: 'random' } }],
    [{ command: 'set-strategy', strategy: { use: 'ip-hash' } }, { strategy: { use: 'ip-hash', octets: 3 } }],
    [
      { command: 'set-strategy', strategy: { use: 'ring-hash', boundedLoad: '125%' } },
      { strategy: { use: 'ring-hash', key: 'client-ip', vnodes: 160, boundedLoad: 1.25 } },
    ],
    [
      { command: 'set-traffic', traffic: { open: { rate: 20 } } },
      { traffic: { paths: ['/'], open: { rate: 20, arrivals: 'poisson' } } },
    ],
    [
      { command: 'set-traffic', traffic: { open: { rate: '300/m' } } },
      { traffic: { paths: ['/'], open: { rate: 5, arrivals: 'poisson' } } },
    ],
    [
      { command: 'set-traffic', traffic: { closed: { users: 5, think: 100 } } },
      { traffic: { paths: ['/'], closed: { users: 5, think: 100 } } },
    ],
    [{ command: 'set-traffic', traffic: 'off' }, { traffic: { paths: ['/'], off: true } }],
    [
      { command: 'set-clients', clients: { popularity: { zipf: 1 } } },
      { clients: { count: 100, popularity: { zipf: 1 } } },
    ],
    [
      { command: 'fault', origin: 'B', do: 'kill' },
      { origin: 'B', do: 'kill' },
    ],
    [
      { command: 'fault', origin: 'B', do: 'slow', factor: 10, for: 5000 },
      { origin: 'B', do: 'slow', factor: 10, for: 5000 },
    ],
    [
      { command: 'fault', origin: 'B', do: 'slow', factor: '10x', for: '5s' },
      { origin: 'B', do: 'slow', factor: 10, for: 5000 },
    ],
    [
      { command: 'fault', origin: 'B', errors: '50%' },
      { origin: 'B', do: 'errors', share: 0.5 },
    ],
    [{ command: 'add-origin', origin: {} }, { origin: {} }],
    [
      { command: 'add-origin', origin: { port: 0, service: { time: '20ms' } } },
      { origin: { port: 0, service: { time: { constant: 20 } } } },
    ],
    [
      { command: 'add-origin', origin: { url: 'http://127.0.0.1:9000/', weight: 2 } },
      { origin: { url: 'http://127.0.0.1:9000', weight: 2 } },
    ],
    [{ command: 'remove-origin', origin: 'B' }, { origin: 'B' }],
    [
      { command: 'set-weight', origin: 'B', weight: 2.5 },
      { origin: 'B', weight: 2.5 },
    ],
    [
      { command: 'set-role', origin: 'B', role: { priority: 2, maxInFlight: 'unlimited' } },
      { origin: 'B', role: { priority: 2, maxInFlight: 'unlimited' } },
    ],
    [
      { command: 'set-service', origin: 'B', service: { time: 20, workers: 1 } },
      { origin: 'B', service: { ...SERVICE, time: { constant: 20 }, workers: 1 } },
    ],
    [
      { command: 'set-policies', policies: { retry: { attempts: 1 }, timeouts: { connect: '1s' } } },
      {
        policies: {
          retry: { ...DEFAULT_POLICIES.retry, attempts: 1 },
          timeouts: { ...DEFAULT_POLICIES.timeouts, connect: 1000 },
        },
      },
    ],
    [
      { command: 'burst', requests: 100, over: '2s' },
      { requests: 100, over: 2000 },
    ],
    [
      { command: 'set-faults', faults: [{ at: '10s', origin: 'B', slow: '10x', for: 5000 }] },
      { faults: [{ at: 10_000, origin: 'B', do: 'slow', factor: 10, for: 5000 }] },
    ],
    [{ command: 'run-faults' }, {}],
    [{ command: 'stop-faults' }, {}],
    [{ command: 'load-lab', lab: 'slow-server' }, { lab: 'slow-server' }],
    [
      { command: 'load-lab', lab: 'evenkeel: 1\n', file: 'mine.yaml' },
      { lab: 'evenkeel: 1\n', file: 'mine.yaml' },
    ],
    [{ command: 'undo' }, {}],
    [{ command: 'marker', text: 'before lunch' }, { text: 'before lunch' }],
    [
      { command: 'save-settings', settings: { theme: 'dark', projector: true, singleKeys: false } },
      { settings: { theme: 'dark', projector: true, singleKeys: false } },
    ],
  ])('%j', (value, fields) => {
    expect(parseCommand(value)).toEqual({ command: value.command, ...fields });
  });

  it('reads a whole value of the running lab as it is', () => {
    const parsed = parseLabFile('evenkeel: 1\norigins: [{}]');
    if ('problems' in parsed) throw new Error('not a lab');
    const { health, retry, timeouts, traffic, strategy } = parsed.lab;
    expect(parseCommand({ command: 'set-policies', policies: { health, retry, timeouts } })).toMatchObject({
      policies: { health, retry, timeouts },
    });
    expect(parseCommand({ command: 'set-traffic', traffic })).toMatchObject({ traffic });
    expect(parseCommand({ command: 'set-strategy', strategy })).toMatchObject({ strategy });
  });

  it('leaves what it does not name as it is in the running lab', () => {
    const parsed = parseLabFile(`
evenkeel: 1
origins: [{ name: B, service: { time: 20ms, workers: 1, queue: 5 } }]
clients: { count: 7, popularity: { zipf: 1 } }
traffic: { off: true, paths: [/a, /b] }
health: { active: { every: 500ms }, passive: off }
retry: { budget: 10% }
`);
    const { lab } = parsed as { lab: LabDefinition };
    expect(parseCommand({ command: 'set-service', origin: 'B', service: { errorRate: '10%' } }, lab)).toMatchObject({
      service: { time: { constant: 20 }, workers: 1, queue: 5, errorRate: 0.1 },
    });
    expect(parseCommand({ command: 'set-clients', clients: { count: 8 } }, lab)).toMatchObject({
      clients: { count: 8, popularity: { zipf: 1 } },
    });
    expect(parseCommand({ command: 'set-traffic', traffic: { open: { rate: 5 } } }, lab)).toMatchObject({
      traffic: { paths: ['/a', '/b'] },
    });
    const policies = { health: { active: 'off' }, retry: { attempts: 2 } };
    expect(parseCommand({ command: 'set-policies', policies }, lab)).toEqual({
      command: 'set-policies',
      policies: {
        health: { active: 'off', passive: 'off', outliers: 'off', panic: 'off' },
        retry: { ...DEFAULT_POLICIES.retry, attempts: 2, budget: 0.1 },
      },
    });
    expect(parseCommand({ command: 'set-policies', policies: { health: { passive: 'on' } } }, lab)).toMatchObject({
      policies: { health: { active: { every: 500 }, passive: { failures: 5 } } },
    });
  });

  it.each([
    [5, 'A command must be an object such as { "command": "pause" }, not 5.'],
    [null, 'A command must be an object such as { "command": "pause" }, not empty.'],
    [{ command: 'pase' }, 'There is no command "pase". Did you mean "pause"?'],
    [{ command: 'constructor' }, 'There is no command "constructor". Use one of: set-strategy, '],
    [{ strategy: 'random' }, 'A command needs a "command", one of: set-strategy, '],
    [{ command: 'run', now: true }, 'There is no key "now" in the command. Use one of: command.'],
    [{ command: 'set-strategy' }, 'The command needs a key "strategy".'],
    [{ command: 'set-strategy', strategy: 'rondom' }, 'There is no strategy called "rondom". Did you mean "random"?'],
    [
      { command: 'set-strategy', strategy: { use: 'ip-hash', octets: 9 } },
      'ip-hash: octets must be a whole number from 3 to 4, not 9.',
    ],
    [
      { command: 'set-traffic', traffic: { open: { rate: 'fast' } } },
      'traffic.open.rate must be a rate such as 20/s or 300/m, not "fast".',
    ],
    [{ command: 'set-traffic', traffic: { open: { rate: 0 } } }, 'traffic.open.rate must be above 0/s.'],
    [
      { command: 'set-traffic', traffic: { open: { rate: 5, arival: 1 } } },
      'There is no key "arival" in traffic.open. Did you mean "arrivals"?',
    ],
    [{ command: 'fault', origin: 'B' }, 'The command needs one of the keys do, slow, errors.'],
    [{ command: 'fault', do: 'kill' }, 'The command needs a key "origin".'],
    [{ command: 'fault', origin: 'B', do: 'slow' }, 'The command needs a key "factor".'],
    [{ command: 'fault', origin: 'B', do: 'errors', share: 5 }, 'share must be at most 100%: write 50% or 0.5, not 5.'],
    [{ command: 'set-weight', origin: 'B', weight: -1 }, 'weight must be above 0.'],
    [
      { command: 'add-origin', origin: { port: 80 } },
      'origin.port cannot be 80, as ports below 1024 need administrator rights; use one from 1024 up, such as 8080.',
    ],
    [
      { command: 'add-origin', origin: { count: 3 } },
      'There is no key "count" in origin. Use one of: name, port, url, ca, weight, service, backup, priority, maxInFlight.',
    ],
    [
      { command: 'set-policies', policies: { retry: { on: ['never'] } } },
      'policies.retry.on[0] cannot be "never". Use one of: connect-failure, reset, timeout, server-error, gateway-error.',
    ],
    [
      { command: 'set-policies', policies: { breaker: { network: 'off', errors: 'off' } } },
      'The circuit breaker could never open: leave one of its conditions on',
    ],
    [{ command: 'burst', requests: 100 }, 'The command needs a key "over".'],
    [{ command: 'burst', requests: 0, over: 0 }, 'requests must be a whole number from 1 to 10000, not 0.'],
    [{ command: 'burst', requests: 1, over: '11m' }, 'over must be at most 10m.'],
    [
      { command: 'set-faults', faults: [{ at: 0, origin: 'B', do: 'kil' }] },
      'faults[0].do cannot be "kil". Did you mean "kill"?',
    ],
    [{ command: 'set-faults', faults: [{ origin: 'B', do: 'kill' }] }, 'faults[0] needs a key "at".'],
    [{ command: 'load-lab' }, 'The command needs a key "lab".'],
    [
      { command: 'load-lab', lab: 7 },
      'lab must be the id of a lab such as slow-server, or the text of a lab file, not 7.',
    ],
    [{ command: 'undo', steps: 2 }, 'There is no key "steps" in the command.'],
    [{ command: 'marker', text: '' }, 'text must not be empty.'],
    [
      { command: 'save-settings', settings: { theme: 'pink', projector: 1, singleKeys: true } },
      'settings.theme cannot be "pink". Use one of: system, dark, light.',
    ],
  ])('is refused in one sentence: %j', (value, sentence) => {
    const error = refusalOf(() => parseCommand(value));
    expect(error.code).toBe('bad-command');
    expect(error.message).toContain(sentence);
    expect(error.message).not.toContain('\n');
  });
});

it('refuses to switch off the last condition of the running circuit breaker, and no other', () => {
  const parsed = parseLabFile('evenkeel: 1\norigins: [{}]\nbreaker: { network: off }\n');
  const { lab } = parsed as { lab: LabDefinition };
  const set = (breaker: unknown) => parseCommand({ command: 'set-policies', policies: { breaker } }, lab);
  expect(refusalOf(() => set({ errors: 'off' })).message).toContain('The circuit breaker could never open');
  expect(set({ errors: 'off', latency: '1s' })).toMatchObject({ policies: { breaker: { latency: 1000 } } });
  expect(set('off')).toMatchObject({ policies: { breaker: 'off' } });
  expect(set({ errors: '50%' })).toMatchObject({ policies: { breaker: { network: 'off', errors: 0.5 } } });
});

it('reads a new origin', () => {
  const add = (origin: unknown) => parseCommand({ command: 'add-origin', origin });
  expect(add({ name: 'E', port: 9001 })).toEqual({ command: 'add-origin', origin: { name: 'E', port: 9001 } });
  expect(refusalOf(() => add({ name: '' })).message).toContain('name must be 1 to 40 letters');
  expect(refusalOf(() => add('E')).message).toContain('origin must be written like { "name": "B"');
});

function refusalOf(make: () => unknown): EvenkeelError {
  try {
    make();
  } catch (error) {
    if (error instanceof EvenkeelError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
