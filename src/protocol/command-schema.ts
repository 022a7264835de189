import * as v from 'valibot';
import { EvenkeelError } from '../core/errors.ts';
import { DEFAULT_POLICIES, type Policies } from '../core/policies.ts';
import type { Command, CommandName, Settings } from './command.ts';
import { requireThreadable } from './command-threads.ts';
import { ORIGIN, SCHEDULED_FAULT, WEIGHT } from './form-check.ts';
import { FORWARDERS, isSpawned, type LabDefinition } from './lab.ts';
import {
  completeClients,
  completePolicies,
  completeService,
  completeSticky,
  completeTraffic,
  DEFAULT_TRAFFIC,
  type PolicyPatch,
  type ServicePatch,
  type TrafficPatch,
  type WrittenSticky,
} from './lab-file-defaults.ts';
import { faultSchema } from './lab-file-faults.ts';
import {
  choice,
  duration,
  examine,
  FLAG,
  fields,
  finished,
  integer,
  isRecord,
  list,
  read,
  refuse,
  type Schema,
  SUBJECT,
  suggest,
  text,
} from './lab-file-fields.ts';
import { pathText } from './lab-file-path.ts';
import { breakerProblem, POLICIES_SCHEMA } from './lab-file-policies.ts';
import { ORIGIN_ROLE } from './lab-file-role.ts';
import { originSchema, RESPONSE_HEADER_LIST, STICKY } from './lab-file-schema.ts';
import { serviceSchema } from './lab-file-service.ts';
import { strategySchema } from './lab-file-strategy.ts';
import { clientsSchema, trafficSchema } from './lab-file-traffic.ts';
import { quote } from './units.ts';

const NEW_ORIGIN = originSchema('machine');
const SETTINGS: Schema<Settings> = fields(
  { theme: choice(['system', 'dark', 'light']), projector: FLAG, singleKeys: FLAG },
  {
    example: '{ "theme": "dark", "projector": false, "singleKeys": true }',
    required: ['theme', 'projector', 'singleKeys'],
  },
);

/** The longest burst: ten thousand requests within ten minutes. */
const MAX_BURST = 10_000;
const MAX_BURST_MS = 600_000;

const SCRIPT = list(SCHEDULED_FAULT, '{ "at": 10000, "origin": "B", "do": "kill" }');

/** An id, or a whole file: what is wrong in there is the lab file's business. */
const LAB: Schema<string> = read((value) => {
  if (typeof value === 'string') return value;
  throw refuse(
    `${SUBJECT} must be the id of a lab such as slow-server, or the text of a lab file, not ${quote(value)}.`,
  );
});

/** Each command's fields beside `command`; all of them are required but those of OPTIONAL. */
const COMMANDS: Readonly<Record<Exclude<CommandName, 'fault'>, Readonly<Record<string, Schema<unknown>>>>> = {
  'set-strategy': { strategy: strategySchema('machine') },
  'set-traffic': { traffic: trafficSchema('machine') },
  'set-clients': { clients: clientsSchema('machine') },
  pause: {},
  run: {},
  'add-origin': { origin: NEW_ORIGIN, before: ORIGIN },
  'remove-origin': { origin: ORIGIN },
  'set-forwarder': { forwarder: choice(FORWARDERS) },
  'set-sticky': { sticky: STICKY },
  'set-response-headers': { headers: RESPONSE_HEADER_LIST },
  'set-weight': { origin: ORIGIN, weight: WEIGHT },
  'set-role': { origin: ORIGIN, role: ORIGIN_ROLE },
  'set-service': { origin: ORIGIN, service: serviceSchema('machine') },
  'set-policies': { policies: POLICIES_SCHEMA },
  burst: { requests: integer(1, MAX_BURST), over: duration('machine', { max: MAX_BURST_MS }) },
  'set-faults': { faults: SCRIPT },
  'run-faults': {},
  'stop-faults': {},
  'load-lab': { lab: LAB, file: text(255) },
  undo: {},
  marker: { text: text(200) },
  'save-settings': { settings: SETTINGS },
};

const OPTIONAL: readonly string[] = ['file', 'before'];

const NAMES: readonly string[] = [...Object.keys(COMMANDS), 'fault'];
const NAME = choice(NAMES);

const FAULT: Schema<Record<string, unknown>> = faultSchema(
  { command: NAME, origin: ORIGIN, for: duration('machine', { above: 0 }) },
  ['origin'],
  'machine',
);

const COMMAND: Schema<Record<string, unknown>> = v.lazy((input): Schema<Record<string, unknown>> => {
  const name = isRecord(input) ? input.command : undefined;
  if (name === 'fault') {
    return FAULT;
  }
  const own =
    typeof name === 'string' && Object.hasOwn(COMMANDS, name) ? COMMANDS[name as keyof typeof COMMANDS] : undefined;
  if (own) {
    const entries: Readonly<Record<string, Schema<unknown>>> = { command: NAME, ...own };
    return fields(entries, {
      example: `{ "command": "${name}" }`,
      required: Object.keys(own).filter((key) => !OPTIONAL.includes(key)),
    });
  }
  return read(() => {
    if (!isRecord(input))
      throw refuse(`A command must be an object such as { "command": "pause" }, not ${quote(input)}.`);
    if (typeof name !== 'string') throw refuse(`A command needs a "command", one of: ${NAMES.join(', ')}.`);
    throw refuse(`There is no command ${quote(name)}.${suggest(name, NAMES)}`);
  });
}) as Schema<Record<string, unknown>>;

/**
 * A command as it comes from a screen or a script, checked, in machine units (ms, 1/s, 0–1; also written "50ms", "20/s",
 * "50%", "10x") and with what was left out filled in.
 * @param current the running lab: parts of its traffic, clients, service and policies that a command does not name stay
 *   as they are; without it they get their defaults
 * @throws EvenkeelError `bad-command`, one sentence that names the first wrong field; `not-allowed` for what several threads cannot do
 */
export function parseCommand(value: unknown, current?: LabDefinition): Command {
  const command = completed(value, current);
  if (current) requireThreadable(command, current);
  return command;
}

function completed(value: unknown, current: LabDefinition | undefined): Command {
  const command = valid(COMMAND, value, 'the command');
  switch (command.command) {
    case 'set-traffic': {
      const traffic = completeTraffic(command.traffic as TrafficPatch, current?.traffic ?? DEFAULT_TRAFFIC);
      return { ...command, traffic } as Command;
    }
    case 'set-sticky':
      return { ...command, sticky: completeSticky(command.sticky as WrittenSticky) } as Command;
    case 'set-clients':
      return { ...command, clients: completeClients(command.clients as object, current?.clients) } as Command;
    case 'set-service': {
      const origin = current?.origins.find(({ name }) => name === command.origin);
      const base = origin && isSpawned(origin) ? origin.service : undefined;
      return { ...command, service: completeService(command.service as ServicePatch, base) } as Command;
    }
    case 'set-policies': {
      const base: Policies = current ?? DEFAULT_POLICIES;
      const policies = completePolicies(command.policies as PolicyPatch, base);
      const problem = breakerProblem(policies.breaker);
      if (problem !== undefined) throw new EvenkeelError('bad-command', problem);
      return { command: 'set-policies', policies };
    }
    default:
      return command as unknown as Command;
  }
}

function valid<Output>(schema: Schema<Output>, value: unknown, whole: string): Output {
  const { output, findings } = examine(schema, value);
  const [first] = findings;
  if (first)
    throw new EvenkeelError(
      'bad-command',
      finished(first, (path) => pathText(path) || whole),
    );
  return output;
}
