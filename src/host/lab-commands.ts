import { EvenkeelError } from '../core/errors.ts';
import { policiesOf } from '../core/policies.ts';
import { strategyDefinition } from '../core/strategies/registry.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { Command, CommandResult } from '../protocol/command.ts';
import type { LabDefinition, OriginRole } from '../protocol/lab.ts';
import { readLabText } from '../protocol/lab-file.ts';
import { misdirectedFaults } from '../protocol/lab-file-faults.ts';
import type { BuiltInLabs } from './built-in-labs.ts';
import { doFault } from './faults.ts';
import type { Lab } from './lab.ts';
import { spell } from './timeline.ts';
import { describeTraffic, gistOfTraffic } from './traffic-words.ts';

/** Does one command that the schema has passed. @throws EvenkeelError with a sentence for people */
export async function execute(lab: Lab, command: Command): Promise<CommandResult> {
  const { timeline, run } = lab;
  const { origins } = run;
  switch (command.command) {
    case 'set-strategy': {
      const strategy = command.strategy as StrategySpec;
      const before = run.definition.strategy;
      await run.setStrategy(strategy);
      const { title } = strategyDefinition(strategy.use);
      const changed = changedParameters(before, strategy);
      if (changed === '') timeline.add('strategy', `Strategy: ${title}`, { label: title });
      else timeline.add('strategy', `${title}: ${changed}`, { label: changed });
      return {};
    }
    case 'set-traffic':
      await run.setTraffic(command.traffic, run.definition.clients);
      timeline.add('traffic', `Load: ${describeTraffic(command.traffic)}`, { label: gistOfTraffic(command.traffic) });
      return {};
    case 'set-clients':
      await run.setTraffic(run.definition.traffic, command.clients);
      timeline.add('traffic', `Clients: ${command.clients.count} addresses`, {
        label: `${command.clients.count} clients`,
      });
      return {};
    case 'pause':
    case 'run':
      await lab.traffic.setPaused(command.command === 'pause');
      timeline.add('traffic', command.command === 'pause' ? 'Traffic paused' : 'Traffic runs', {
        label: command.command === 'pause' ? 'Paused' : 'Runs',
      });
      return {};
    case 'burst': {
      const { requests, over } = command;
      await lab.traffic.burst(requests, over);
      timeline.add('traffic', `Burst: ${requests} requests within ${spell(over)}`, { label: `Burst ${requests}` });
      return {};
    }
    case 'fault':
      await doFault(lab, command);
      return {};
    case 'set-faults': {
      const [wrong] = misdirectedFaults(command.faults, run.definition.origins);
      if (wrong) throw new EvenkeelError('bad-command', wrong.message);
      run.script.set(command.faults);
      return {};
    }
    case 'run-faults':
      run.script.run();
      timeline.add('lab', 'Fault script: runs from its beginning', { label: 'Fault script' });
      return {};
    case 'stop-faults':
      run.script.stop();
      timeline.add('lab', 'Fault script: stopped', { label: 'Script stopped' });
      return {};
    case 'load-lab':
      await lab.load(await labOf(command.lab, command.file, lab.builtIn));
      return {};
    case 'undo':
      await undo(lab);
      return {};
    case 'add-origin':
      return { origin: await origins.add(command.origin) };
    case 'remove-origin':
      await origins.remove(command.origin);
      run.script.set(run.script.faults.filter(({ origin }) => origin !== command.origin));
      return {};
    case 'set-weight':
      await origins.setWeight(command.origin, command.weight);
      timeline.add('policy', `${command.origin} has weight ${command.weight}`, {
        origin: command.origin,
        label: `${command.origin} weight ${command.weight}`,
      });
      return {};
    case 'set-role': {
      await origins.setRole(command.origin, command.role);
      const text = `${command.origin} is ${spellRole(command.role)} now`;
      timeline.add('policy', text, { origin: command.origin, label: `${command.origin} role` });
      return {};
    }
    case 'set-service':
      origins.setService(command.origin, command.service);
      timeline.add('policy', `${command.origin} serves differently now`, {
        origin: command.origin,
        label: `${command.origin} service`,
      });
      return {};
    case 'set-policies': {
      await run.setPolicies({ ...policiesOf(run.definition), ...command.policies });
      const changed = Object.keys(command.policies).join(', ');
      timeline.add('policy', `Changed: ${changed}`, { label: changed });
      return {};
    }
    case 'set-sticky': {
      const { sticky } = command;
      await run.setAnswers({ sticky });
      timeline.add(
        'policy',
        sticky === 'off' ? 'Clients are no longer kept at their origin' : 'Clients stay with their origin',
        {
          label: sticky === 'off' ? 'Sticky off' : 'Sticky on',
        },
      );
      return {};
    }
    case 'set-response-headers':
      await run.setAnswers({ responseHeaders: command.headers });
      timeline.add('policy', `Headers of answers: ${command.headers.join(', ') || 'none added'}`, { label: 'Headers' });
      return {};
    case 'set-forwarder':
      await run.setForwarder(command.forwarder);
      timeline.add('policy', `Forwarder: ${command.forwarder}`, { label: command.forwarder });
      return {};
    case 'marker':
      timeline.add('marker', command.text, { label: command.text });
      return {};
    case 'save-settings':
      await lab.saveSettings(command.settings);
      return {};
  }
}

/** `vnodes 50`; empty where it is another strategy, or nothing changed. */
function changedParameters(before: StrategySpec, after: StrategySpec): string {
  if (before.use !== after.use) return '';
  return Object.keys(after)
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => (typeof after[key] === 'object' ? key : `${key} ${after[key]}`))
    .join(', ');
}

/** @throws EvenkeelError `bad-lab` with a line for each problem, `bad-argument` for an id that is none */
async function labOf(text: string, file: string | undefined, builtIn: BuiltInLabs): Promise<LabDefinition> {
  const isId = file === undefined && /^[\w-]+$/.test(text);
  return readLabText(isId ? await builtIn.text(text) : text, file ?? (isId ? text : undefined));
}

async function undo(lab: Lab): Promise<void> {
  const last = lab.changes.take();
  if (!last) throw new EvenkeelError('not-allowed', 'There is nothing to undo.');
  for (const step of last.steps) {
    if (step.command === 'restore-lab') await lab.load(step.lab);
    else await execute(lab, step);
  }
}

/** `a backup`, `of priority 2`, `like the others`, and how much it takes at once where it has a limit of its own. */
function spellRole({ backup, priority, maxInFlight }: OriginRole): string {
  const place = backup ? 'a backup' : priority ? `of priority ${priority}` : 'like the others';
  return maxInFlight === undefined ? place : `${place}, ${maxInFlight} in flight at most`;
}
