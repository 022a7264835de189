import { type Policies, policiesOf } from '../core/policies.ts';
import { strategyDefinition } from '../core/strategies/registry.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { Command, CommandResult } from './command.ts';
import {
  type ClientsDefinition,
  type Fault,
  isSpawned,
  type LabDefinition,
  type OriginDefinition,
  roleOf,
} from './lab.ts';
import { playedFaults, presentFaults } from './present-faults.ts';
import { isDead, isDraining, type LabState, type OriginState } from './state.ts';
import { gistOfTraffic } from './traffic-words.ts';

/** One step back: a command, or the whole lab as it was. */
type Step = Command | { readonly command: 'restore-lab'; readonly lab: LabDefinition };

interface Undo {
  /** As "Undo: …" goes on: "strategy → round robin", "killing B". */
  readonly label: string;
  readonly steps: readonly Step[];
  /** Changes of one kind in a row, as a slider makes them, are taken back as one. */
  readonly series?: string;
}

const MAX_STEPS = 50;
/** ms between two changes that belong together. */
const SERIES_PAUSE = 1500;

/** The newest changes, to be taken back one after the other. */
export class UndoStack {
  readonly #entries: Undo[] = [];
  #lastAt = Number.NEGATIVE_INFINITY;

  get next(): Undo | undefined {
    return this.#entries.at(-1);
  }

  /** @param at ms; within a series of changes only the first one's way back counts */
  push(undo: Undo, at: number): void {
    const continues =
      undo.series !== undefined && undo.series === this.next?.series && at - this.#lastAt < SERIES_PAUSE;
    this.#lastAt = at;
    if (continues) return;
    this.#entries.push(undo);
    if (this.#entries.length > MAX_STEPS) this.#entries.shift();
  }

  take(): Undo | undefined {
    this.#lastAt = Number.NEGATIVE_INFINITY;
    return this.#entries.pop();
  }
}

/** What of a lab's state decides how a command is taken back. */
type UndoableState = Pick<LabState, 'lab' | 'strategy' | 'origins'>;

/**
 * What takes a command back, worked out from the lab's state before it. Undefined for what changed nothing, and for what has
 * no way back or needs none (notes, settings, pause and run, which are each other's).
 */
export function undoOf(command: Command, before: UndoableState, result: CommandResult): Undo | undefined {
  const { lab } = before;
  switch (command.command) {
    case 'set-strategy':
      return undoOfStrategy(command.strategy, before.strategy);
    case 'set-traffic':
      if (same(command.traffic, lab.traffic)) return undefined;
      return {
        label: `load → ${gistOfTraffic(lab.traffic)}`,
        steps: [{ command: 'set-traffic', traffic: lab.traffic }],
        series: 'traffic',
      };
    case 'set-clients':
      return undoOfClients(command.clients, lab.clients);
    case 'set-sticky':
      return {
        label: `sticky → ${lab.sticky === 'off' ? 'off' : 'on'}`,
        steps: [{ command: 'set-sticky', sticky: lab.sticky }],
      };
    case 'set-response-headers':
      return {
        label: 'headers of answers',
        steps: [{ command: 'set-response-headers', headers: lab.responseHeaders }],
      };
    case 'set-forwarder': {
      const { forwarder } = lab;
      if (command.forwarder === forwarder) return undefined;
      return { label: `forwarder → ${forwarder}`, steps: [{ command: 'set-forwarder', forwarder }] };
    }
    case 'set-policies':
      return undoOfPolicies(command.policies, policiesOf(lab));
    case 'add-origin': {
      const name = result.origin?.name;
      if (name === undefined) return undefined;
      return { label: `adding ${name}`, steps: [{ command: 'remove-origin', origin: name }] };
    }
    case 'remove-origin':
    case 'set-weight':
    case 'set-role':
    case 'set-service':
    case 'fault': {
      const origin = before.origins.find(({ name }) => name === command.origin);
      return origin && undoAtOrigin(command, origin, before);
    }
    case 'set-faults':
      if (same(command.faults, lab.faults)) return undefined;
      return { label: 'fault script', steps: [{ command: 'set-faults', faults: lab.faults }] };
    case 'load-lab':
      return { label: `lab → ${lab.name}`, steps: [{ command: 'restore-lab', lab }] };
    default:
      return undefined;
  }
}

function undoOfStrategy(next: string | StrategySpec, strategy: StrategySpec): Undo | undefined {
  if (same(next, strategy)) return undefined;
  const { use } = strategy;
  const steps = [{ command: 'set-strategy', strategy }] as const;
  const parameters = typeof next !== 'string' && next.use === use;
  return parameters
    ? { label: `settings of ${titleOf(use)}`, steps, series: `strategy ${use}` }
    : { label: `strategy → ${titleOf(use)}`, steps };
}

function undoOfClients(next: ClientsDefinition, clients: ClientsDefinition): Undo | undefined {
  if (same(next, clients)) return undefined;
  const popularity = clients.popularity === 'uniform' ? 'equally busy' : `Zipf ${clients.popularity.zipf}`;
  const what = next.count === clients.count ? popularity : String(clients.count);
  return { label: `clients → ${what}`, steps: [{ command: 'set-clients', clients }], series: 'clients' };
}

function undoOfPolicies(next: Partial<Policies>, all: Policies): Undo | undefined {
  const names = (Object.keys(next) as (keyof Policies)[]).filter((name) => !same(next[name], all[name]));
  if (names.length === 0) return undefined;
  const policies = Object.fromEntries(names.map((name) => [name, all[name]]));
  const label = names.map((name) => POLICIES[name]).join(', ');
  return { label, steps: [{ command: 'set-policies', policies }], series: `policies ${label}` };
}

const POLICIES: Readonly<Record<keyof Policies, string>> = {
  health: 'health checks',
  retry: 'retries',
  timeouts: 'timeouts',
  limits: 'limits',
  slowStart: 'slow start',
  priorities: 'priorities',
  loadInfo: 'age of load figures',
  breaker: 'circuit breaker',
};

type OriginCommand = Extract<
  Command,
  { readonly command: 'remove-origin' | 'set-weight' | 'set-role' | 'set-service' | 'fault' }
>;

function undoAtOrigin(command: OriginCommand, before: OriginState, { lab, origins }: UndoableState): Undo | undefined {
  const { origin } = command;
  const { definition, weight } = before;
  switch (command.command) {
    case 'set-weight':
      if (command.weight === weight) return undefined;
      return {
        label: `weight of ${origin} → ${weight}`,
        steps: [{ command: 'set-weight', origin, weight }],
        series: `weight ${origin}`,
      };
    case 'set-role': {
      const role = roleOf(definition);
      if (same(roleOf(command.role), role)) return undefined;
      return { label: `role of ${origin}`, steps: [{ command: 'set-role', origin, role }], series: `role ${origin}` };
    }
    case 'set-service': {
      if (!isSpawned(definition) || same(command.service, definition.service)) return undefined;
      const { service } = definition;
      return {
        label: `service of ${origin}`,
        steps: [{ command: 'set-service', origin, service }],
        series: `service ${origin}`,
      };
    }
    case 'remove-origin': {
      const { faults, threads } = lab;
      // Several threads take an origin in at the end only.
      const next = threads > 1 ? undefined : origins[origins.indexOf(before) + 1]?.name;
      const again: Step = {
        command: 'add-origin',
        origin: asNew(definition),
        ...(next !== undefined && { before: next }),
      };
      const as = presentFaults(before).map((fault): Step => ({ command: 'fault', origin, ...fault }));
      const script: Step[] = faults.some((fault) => fault.origin === origin) ? [{ command: 'set-faults', faults }] : [];
      return { label: `removing ${origin}`, steps: [again, ...as, ...script] };
    }
    case 'fault':
      return undoOfFault(command, before);
  }
}

function undoOfFault(fault: { readonly origin: string } & Fault, before: OriginState): Undo | undefined {
  const { origin } = fault;
  const { process } = before;
  const undo = (label: string, ...steps: readonly Step[]): Undo => ({ label: `${label} ${origin}`, steps });
  const step = (what: Fault): Step => ({ command: 'fault', origin, ...what });
  const draining = isDraining(before.status);
  if (fault.do === 'drain') return draining ? undefined : undo('draining', step({ do: 'resume' }));
  if (fault.do === 'resume') return draining ? undo('resuming', step({ do: 'drain' })) : undefined;
  if (!process) return undefined;
  const { faults, status } = process;
  const dead = isDead(process);
  const played = playedFaults(process).map(step);
  switch (fault.do) {
    case 'kill':
      return dead ? undefined : undo('killing', step({ do: 'restart' }), ...played);
    case 'restart':
      return dead ? undo('restarting', step({ do: 'kill' })) : undefined;
    case 'freeze':
      return status === 'frozen' ? undefined : undo('freezing', step({ do: 'thaw' }));
    case 'thaw':
      return status === 'frozen' ? undo('thawing', step({ do: 'freeze' })) : undefined;
    case 'slow':
      return faults.slow === fault.factor ? undefined : undo('slowing', step({ do: 'slow', factor: faults.slow }));
    case 'errors':
      return faults.errors === fault.share
        ? undefined
        : undo('errors of', step({ do: 'errors', share: faults.errors }));
    case 'hang':
    case 'reset':
      if (faults[fault.do]) return undefined;
      return undo(fault.do === 'hang' ? 'hanging' : 'resetting', step({ do: 'heal' }), ...played);
    case 'heal':
      return played.length === 0 ? undefined : undo('healing', ...played);
  }
}

function asNew(origin: OriginDefinition) {
  if (!isSpawned(origin)) {
    const { name, url, ca, weight } = origin;
    return { name, url, ...(ca !== undefined && { ca }), weight, ...roleOf(origin) };
  }
  const { name, port, weight, service } = origin;
  return { name, port, weight, ...roleOf(origin), service };
}

/** As within a sentence; what begins with two capitals is an abbreviation. */
function titleOf(strategy: string): string {
  const { title } = strategyDefinition(strategy);
  return /^\p{Lu}\p{Lu}/u.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}

/** Values of a lab are plain JSON with their keys in the order of the types. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
