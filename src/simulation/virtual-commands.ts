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
  const { definition } = lab;
  const { changes } = lab.simulation;
  const set = (part: Partial<LabDefinition>): void => {
    lab.definition = { ...lab.definition, ...part };
  };
  switch (command.command) {
    case 'set-strategy': {
      const strategy = normaliseSpec(command.strategy);
      changes.adjust((balancer, now) => balancer.setStrategy(strategy, now));
      set({ strategy });
      return {};
    }
    case 'set-traffic':
      changes.setTraffic(command.traffic, definition.clients);
      set({ traffic: command.traffic });
      return {};
    case 'set-clients':
      changes.setTraffic(definition.traffic, command.clients);
      set({ clients: command.clients });
      return {};
    case 'burst':
      changes.burst(command.requests, command.over);
      return {};
    case 'fault': {
      const { command: _command, origin, for: length, ...fault } = command;
      originOf(lab, origin);
      changes.interfere(origin, fault, length);
      return {};
    }
    case 'set-faults': {
      const [wrong] = misdirectedFaults(command.faults, definition.origins);
      if (wrong) throw new EvenkeelError('bad-command', wrong.message);
      changes.setScript(command.faults);
      set({ faults: [...command.faults].sort((a, b) => a.at - b.at) });
      return {};
    }
    case 'run-faults':
    case 'stop-faults':
      changes.runScript(command.command === 'run-faults');
      return {};
    case 'add-origin': {
      const origin = newOrigin(command.origin, definition);
      changes.addOrigin(origin);
      lab.recorder.introduce(origin.name);
      set({ origins: [...definition.origins, origin] });
      return { origin };
    }
    case 'remove-origin': {
      changes.removeOrigin(originOf(lab, command.origin));
      lab.recorder.leave(command.origin, lab.startedAt + lab.simulation.now);
      const faults = definition.faults.filter(({ origin }) => origin !== command.origin);
      changes.setScript(faults);
      set({ faults, origins: definition.origins.filter(({ name }) => name !== command.origin) });
      return {};
    }
    case 'set-weight':
      changes.setWeight(command.origin, command.weight);
      set({ origins: withOrigin(definition, command.origin, (origin) => ({ ...origin, weight: command.weight })) });
      return {};
    case 'set-role':
      changes.setRole(command.origin, command.role);
      set({ origins: withOrigin(definition, command.origin, (origin) => withRole(origin, command.role)) });
      return {};
    case 'set-service': {
      const { origin: name, service } = command;
      changes.setService(originOf(lab, name), service);
      set({ origins: withOrigin(definition, name, (one) => (isSpawned(one) ? { ...one, service } : one)) });
      return {};
    }
    case 'set-policies': {
      const policies = { ...policiesOf(definition), ...command.policies };
      changes.setPolicies(policies);
      set(policies);
      return {};
    }
    case 'set-sticky':
      changes.setSticky(command.sticky);
      set({ sticky: command.sticky });
      return {};
    case 'marker':
      return {};
    default:
      throw new EvenkeelError('bad-command', whyNotSimulated(command.command) ?? 'A simulation cannot do this.');
  }
}

/** @throws EvenkeelError `unknown-origin` */
function originOf({ simulation }: VirtualLab, name: string): VirtualOrigin {
  const origin = simulation.origin(name);
  if (origin) return origin;
  throw new EvenkeelError('unknown-origin', `There is no origin named ${JSON.stringify(name)} in this simulation.`);
}

function withOrigin(
  { origins }: LabDefinition,
  name: string,
  change: (origin: OriginDefinition) => OriginDefinition,
): readonly OriginDefinition[] {
  return origins.map((origin) => (origin.name === name ? change(origin) : origin));
}

/** Ports are but numbers here: the first that nobody of the lab has. */
function newOrigin(wanted: NewOrigin, { origins, listen }: LabDefinition): OriginDefinition {
  const taken = new Set([listen.port, ...origins.filter(isSpawned).map(({ port }) => port)]);
  let port = ('port' in wanted && wanted.port) || FIRST_ORIGIN_PORT;
  if (!('port' in wanted) || !wanted.port) while (taken.has(port)) port++;
  return completeNew(wanted, nameOfNew(wanted, origins), port, origins);
}
