import { strategyDefinition } from '../core/strategies/registry.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { Command, CommandResult } from './command.ts';
import { addressOf, type LabDefinition, type OriginRole } from './lab.ts';
import type { TimelineEntry } from './state.ts';
import { spell } from './timeline.ts';
import { describeTraffic, gistOfTraffic } from './traffic-words.ts';

type ChangeWords = Pick<TimelineEntry, 'kind' | 'text' | 'origin' | 'label'>;

/**
 * What the timeline says of a command that was done; undefined for those whose words come from elsewhere, that need none, or that
 * left the load as it was.
 */
export function changeWords(
  command: Command,
  before: Pick<LabDefinition, 'strategy' | 'traffic' | 'clients'>,
  { origin: added }: CommandResult,
): ChangeWords | undefined {
  switch (command.command) {
    case 'set-strategy': {
      const strategy = command.strategy as StrategySpec;
      const { title } = strategyDefinition(strategy.use);
      const changed = changedParameters(before.strategy, strategy);
      return changed === ''
        ? { kind: 'strategy', text: `Strategy: ${title}`, label: title }
        : { kind: 'strategy', text: `${title}: ${changed}`, label: changed };
    }
    case 'set-traffic': {
      const { traffic } = command;
      if (same(traffic, before.traffic)) return undefined;
      return { kind: 'traffic', text: `Load: ${describeTraffic(traffic)}`, label: gistOfTraffic(traffic) };
    }
    case 'set-clients': {
      const { count } = command.clients;
      if (same(command.clients, before.clients)) return undefined;
      return { kind: 'traffic', text: `Clients: ${count} addresses`, label: `${count} clients` };
    }
    case 'pause':
      return { kind: 'traffic', text: 'Traffic paused', label: 'Paused' };
    case 'run':
      return { kind: 'traffic', text: 'Traffic runs', label: 'Runs' };
    case 'burst': {
      const { requests, over } = command;
      return {
        kind: 'traffic',
        text: `Burst: ${requests} requests within ${spell(over)}`,
        label: `Burst ${requests}`,
      };
    }
    case 'run-faults':
      return { kind: 'lab', text: 'Fault script: runs from its beginning', label: 'Fault script' };
    case 'stop-faults':
      return { kind: 'lab', text: 'Fault script: stopped', label: 'Script stopped' };
    case 'add-origin': {
      if (!added) return undefined;
      const { name } = added;
      return { kind: 'added', text: `${name} added at ${addressOf(added)}`, origin: name, label: `${name} added` };
    }
    case 'remove-origin': {
      const { origin } = command;
      return { kind: 'removed', text: `${origin} removed`, origin, label: `${origin} removed` };
    }
    case 'set-weight': {
      const { origin, weight } = command;
      return { kind: 'policy', text: `${origin} has weight ${weight}`, origin, label: `${origin} weight ${weight}` };
    }
    case 'set-role': {
      const { origin, role } = command;
      return { kind: 'policy', text: `${origin} is ${spellRole(role)} now`, origin, label: `${origin} role` };
    }
    case 'set-service': {
      const { origin } = command;
      return { kind: 'policy', text: `${origin} serves differently now`, origin, label: `${origin} service` };
    }
    case 'set-policies': {
      const changed = Object.keys(command.policies).join(', ');
      return { kind: 'policy', text: `Changed: ${changed}`, label: changed };
    }
    case 'set-sticky':
      return command.sticky === 'off'
        ? { kind: 'policy', text: 'Clients are no longer kept at their origin', label: 'Sticky off' }
        : { kind: 'policy', text: 'Clients stay with their origin', label: 'Sticky on' };
    case 'set-response-headers': {
      const headers = command.headers.join(', ') || 'none added';
      return { kind: 'policy', text: `Headers of answers: ${headers}`, label: 'Headers' };
    }
    case 'set-forwarder':
      return { kind: 'policy', text: `Forwarder: ${command.forwarder}`, label: command.forwarder };
    case 'marker':
      return { kind: 'marker', text: command.text, label: command.text };
    default:
      return undefined;
  }
}

/** Values of a lab are plain JSON with their keys in the order of the types. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** `vnodes 50`; empty where it is another strategy, or nothing changed. */
function changedParameters(before: StrategySpec, after: StrategySpec): string {
  if (before.use !== after.use) return '';
  return Object.keys(after)
    .filter((key) => !same(before[key], after[key]))
    .map((key) => (typeof after[key] === 'object' ? key : `${key} ${after[key]}`))
    .join(', ');
}

/** `a backup`, `of priority 2`, `like the others`, and how much it takes at once where it has a limit of its own. */
function spellRole({ backup, priority, maxInFlight }: OriginRole): string {
  const place = backup ? 'a backup' : priority ? `of priority ${priority}` : 'like the others';
  return maxInFlight === undefined ? place : `${place}, ${maxInFlight} in flight at most`;
}
