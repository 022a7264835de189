import { strategyDefinition } from '../core/strategies/registry.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { Command, CommandResult } from './command.ts';
import { addressOf, type LabDefinition, type OriginRole } from './lab.ts';
import type { TimelineEntry } from './state.ts';
import { spell } from './timeline.ts';
import { amount, describeTraffic, gistOfTraffic } from './traffic-words.ts';

type ChangeWords = Pick<TimelineEntry, 'kind' | 'text' | 'origin' | 'label'>;

type Before = Pick<LabDefinition, 'strategy' | 'traffic' | 'clients'>;

/**
 * What the timeline says of a command that was done; undefined for those whose words come from elsewhere, that need none, or that
 * left the load as it was.
 */
export function changeWords(command: Command, before: Before, result: CommandResult): ChangeWords | undefined {
  const words = WORDS[command.command] as
    | ((command: Command, before: Before, result: CommandResult) => ChangeWords | undefined)
    | undefined;
  return words?.(command, before, result);
}

const WORDS: {
  readonly [Name in Command['command']]?: (
    command: Extract<Command, { readonly command: Name }>,
    before: Before,
    result: CommandResult,
  ) => ChangeWords | undefined;
} = {
  'set-strategy': (command, before) => {
    const strategy = command.strategy as StrategySpec;
    const { title } = strategyDefinition(strategy.use);
    const changed = changedParameters(before.strategy, strategy);
    return changed === ''
      ? { kind: 'strategy', text: `Strategy: ${title}`, label: title }
      : { kind: 'strategy', text: `${title}: ${changed}`, label: changed };
  },
  'set-traffic': ({ traffic }, before) => {
    if (same(traffic, before.traffic)) return undefined;
    return { kind: 'traffic', text: `Load: ${describeTraffic(traffic)}`, label: gistOfTraffic(traffic) };
  },
  'set-clients': ({ clients }, before) => {
    if (same(clients, before.clients)) return undefined;
    return { kind: 'traffic', text: `Clients: ${clients.count} addresses`, label: `${clients.count} clients` };
  },
  pause: () => ({ kind: 'traffic', text: 'Traffic paused', label: 'Paused' }),
  run: () => ({ kind: 'traffic', text: 'Traffic runs', label: 'Runs' }),
  burst: ({ requests, over }) => ({
    kind: 'traffic',
    text: `Burst: ${amount(requests, 'request')} within ${spell(over)}`,
    label: `Burst ${requests}`,
  }),
  'run-faults': () => ({ kind: 'lab', text: 'Fault script: runs from its beginning', label: 'Fault script' }),
  'stop-faults': () => ({ kind: 'lab', text: 'Fault script: stopped', label: 'Script stopped' }),
  'add-origin': (_command, _before, { origin: added }) => {
    if (!added) return undefined;
    const { name } = added;
    return { kind: 'added', text: `${name} added at ${addressOf(added)}`, origin: name, label: `${name} added` };
  },
  'remove-origin': ({ origin }) => ({
    kind: 'removed',
    text: `${origin} removed`,
    origin,
    label: `${origin} removed`,
  }),
  'set-weight': ({ origin, weight }) => ({
    kind: 'policy',
    text: `${origin} has weight ${weight}`,
    origin,
    label: `${origin} weight ${weight}`,
  }),
  'set-role': ({ origin, role }) => ({
    kind: 'policy',
    text: `${origin} is ${spellRole(role)} now`,
    origin,
    label: `${origin} role`,
  }),
  'set-service': ({ origin }) => ({
    kind: 'policy',
    text: `${origin} serves differently now`,
    origin,
    label: `${origin} service`,
  }),
  'set-policies': ({ policies }) => {
    const changed = Object.keys(policies).join(', ');
    return { kind: 'policy', text: `Changed: ${changed}`, label: changed };
  },
  'set-sticky': ({ sticky }) =>
    sticky === 'off'
      ? { kind: 'policy', text: 'Clients are no longer kept at their origin', label: 'Sticky off' }
      : { kind: 'policy', text: 'Clients stay with their origin', label: 'Sticky on' },
  'set-response-headers': ({ headers }) => {
    return { kind: 'policy', text: `Headers of answers: ${headers.join(', ') || 'none added'}`, label: 'Headers' };
  },
  'set-forwarder': ({ forwarder }) => ({ kind: 'policy', text: `Forwarder: ${forwarder}`, label: forwarder }),
  marker: ({ text }) => ({ kind: 'marker', text, label: text }),
};

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
