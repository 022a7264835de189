import { EvenkeelError } from '../core/errors.ts';
import { policiesOf } from '../core/policies.ts';
import { normaliseSpec } from '../core/strategies/registry.ts';
import type { Command, CommandResult, NewOrigin } from '../protocol/command.ts';
import { isSpawned, type LabDefinition, type OriginDefinition, withRole } from '../protocol/lab.ts';
import { FIRST_ORIGIN_PORT } from '../protocol/lab-file-defaults.ts';
import { misdirectedFaults } from '../protocol/lab-file-faults.ts';
import { completeNew, nameOfNew } from '../protocol/new-origin.ts';
import { whyNotSimulated } from './unsimulated.ts';
import type { VirtualLab } from './virtual-lab.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** Does one command that the schema has passed to a simulated lab, now. @throws EvenkeelError with a sentence for people */
export function carryOut(lab: VirtualLab, command: Command): CommandResult {
  const act = ACTS[command.command] as ((lab: VirtualLab, command: Command) => unknown) | undefined;
  if (!act) throw new EvenkeelError('bad-command', whyNotSimulated(command.command) ?? 'A simulation cannot do this.');
  return (act(lab, command) ?? {}) as CommandResult;
}

/** How each command that can be simulated is done; what one returns is its `CommandResult`. */
const ACTS: {
  readonly [Name in Command['command']]?: (
    lab: VirtualLab,
    command: Extract<Command, { readonly command: Name }>,
  ) => unknown;
} = {
  'set-strategy': (lab, command) => {
    const strategy = normaliseSpec(command.strategy);
    lab.simulation.changes.adjust((balancer, now) => balancer.setStrategy(strategy, now));
    define(lab, { strategy });
  },
  'set-traffic': (lab, { traffic }) => {
    lab.simulation.changes.setTraffic(traffic, lab.definition.clients);
    define(lab, { traffic });
  },
  'set-clients': (lab, { clients }) => {
    lab.simulation.changes.setTraffic(lab.definition.traffic, clients);
    define(lab, { clients });
  },
  burst: ({ simulation }, { requests, over }) => simulation.changes.burst(requests, over),
  fault: (lab, { command: _command, origin, for: length, ...fault }) => {
    originOf(lab, origin);
    lab.simulation.changes.interfere(origin, fault, length);
  },
  'set-faults': (lab, { faults }) => {
    const [wrong] = misdirectedFaults(faults, lab.definition.origins);
    if (wrong) throw new EvenkeelError('bad-command', wrong.message);
    lab.simulation.changes.setScript(faults);
    define(lab, { faults: [...faults].sort((a, b) => a.at - b.at) });
  },
  'run-faults': ({ simulation }) => simulation.changes.runScript(true),
  'stop-faults': ({ simulation }) => simulation.changes.runScript(false),
  'add-origin': (lab, command) => {
    const origin = newOrigin(command.origin, lab.definition);
    lab.simulation.changes.addOrigin(origin, command.before);
    lab.recorder.introduce(origin.name);
    const { origins } = lab.definition;
    const place = origins.findIndex(({ name }) => name === command.before);
    const at = place < 0 ? origins.length : place;
    define(lab, { origins: [...origins.slice(0, at), origin, ...origins.slice(at)] });
    return { origin };
  },
  'remove-origin': (lab, { origin: gone }) => {
    const { definition, simulation } = lab;
    simulation.changes.removeOrigin(originOf(lab, gone));
    lab.recorder.leave(gone, lab.startedAt + simulation.now);
    const faults = definition.faults.filter(({ origin }) => origin !== gone);
    simulation.changes.setScript(faults);
    define(lab, { faults, origins: definition.origins.filter(({ name }) => name !== gone) });
  },
  'set-weight': (lab, { origin, weight }) => {
    lab.simulation.changes.setWeight(origin, weight);
    redefine(lab, origin, (one) => ({ ...one, weight }));
  },
  'set-role': (lab, { origin, role }) => {
    lab.simulation.changes.setRole(origin, role);
    redefine(lab, origin, (one) => withRole(one, role));
  },
  'set-service': (lab, { origin, service }) => {
    lab.simulation.changes.setService(originOf(lab, origin), service);
    redefine(lab, origin, (one) => (isSpawned(one) ? { ...one, service } : one));
  },
  'set-policies': (lab, command) => {
    const policies = { ...policiesOf(lab.definition), ...command.policies };
    lab.simulation.changes.setPolicies(policies);
    define(lab, policies);
  },
  'set-sticky': (lab, { sticky }) => {
    lab.simulation.changes.setSticky(sticky);
    define(lab, { sticky });
  },
  marker: () => {},
};

function define(lab: VirtualLab, part: Partial<LabDefinition>): void {
  lab.definition = { ...lab.definition, ...part };
}

function redefine(lab: VirtualLab, name: string, change: (origin: OriginDefinition) => OriginDefinition): void {
  const { origins } = lab.definition;
  define(lab, { origins: origins.map((origin) => (origin.name === name ? change(origin) : origin)) });
}

/** @throws EvenkeelError `unknown-origin` */
function originOf({ simulation }: VirtualLab, name: string): VirtualOrigin {
  const origin = simulation.origin(name);
  if (origin) return origin;
  throw new EvenkeelError('unknown-origin', `There is no origin named ${JSON.stringify(name)} in this simulation.`);
}

/** Ports are but numbers here: the first that nobody of the lab has. */
function newOrigin(wanted: NewOrigin, { origins, listen }: LabDefinition): OriginDefinition {
  const taken = new Set([listen.port, ...origins.filter(isSpawned).map(({ port }) => port)]);
  let port = ('port' in wanted && wanted.port) || FIRST_ORIGIN_PORT;
  if (!('port' in wanted) || !wanted.port) while (taken.has(port)) port++;
  return completeNew(wanted, nameOfNew(wanted, origins), port, origins);
}
