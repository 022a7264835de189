import { EvenkeelError } from '../core/errors.ts';
import { policiesOf } from '../core/policies.ts';
import type { StrategySpec } from '../core/strategy.ts';
import { changeWords } from '../protocol/change-words.ts';
import type { Command, CommandResult } from '../protocol/command.ts';
import type { LabDefinition } from '../protocol/lab.ts';
import { readLabText } from '../protocol/lab-file.ts';
import { misdirectedFaults } from '../protocol/lab-file-faults.ts';
import type { BuiltInLabs } from './built-in-labs.ts';
import { doFault } from './faults.ts';
import type { Lab } from './lab.ts';

/** Does one command that the schema has passed, and tells the timeline. @throws EvenkeelError with a sentence for people */
export async function execute(lab: Lab, command: Command): Promise<CommandResult> {
  const { definition } = lab.run;
  const result = await carryOut(lab, command);
  const words = changeWords(command, definition, result);
  if (words) {
    const { kind, text, ...more } = words;
    lab.timeline.add(kind, text, more);
  }
  return result;
}

async function carryOut(lab: Lab, command: Command): Promise<CommandResult> {
  const { run } = lab;
  const { origins } = run;
  switch (command.command) {
    case 'set-strategy':
      await run.setStrategy(command.strategy as StrategySpec);
      return {};
    case 'set-traffic':
      await run.setTraffic(command.traffic, run.definition.clients);
      return {};
    case 'set-clients':
      await run.setTraffic(run.definition.traffic, command.clients);
      return {};
    case 'pause':
    case 'run':
      await lab.traffic.setPaused(command.command === 'pause');
      return {};
    case 'burst':
      await lab.traffic.burst(command.requests, command.over);
      return {};
    case 'fault':
      await doFault(lab, command);
      return {};
    case 'set-faults': {
      const [wrong] = misdirectedFaults(command.faults, run.definition.origins);
      if (wrong) throw new EvenkeelError('bad-command', wrong.message);
      run.faults.set(command.faults);
      return {};
    }
    case 'run-faults':
      run.faults.run();
      return {};
    case 'stop-faults':
      run.faults.stop();
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
      run.faults.forget(command.origin);
      run.faults.set(run.faults.script.filter(({ origin }) => origin !== command.origin));
      return {};
    case 'set-weight':
      await origins.setWeight(command.origin, command.weight);
      return {};
    case 'set-role':
      await origins.setRole(command.origin, command.role);
      return {};
    case 'set-service':
      origins.setService(command.origin, command.service);
      return {};
    case 'set-policies':
      await run.setPolicies({ ...policiesOf(run.definition), ...command.policies });
      return {};
    case 'set-sticky':
      await run.setAnswers({ sticky: command.sticky });
      return {};
    case 'set-response-headers':
      await run.setAnswers({ responseHeaders: command.headers });
      return {};
    case 'set-forwarder':
      await run.setForwarder(command.forwarder);
      return {};
    case 'marker':
      return {};
    case 'save-settings':
      await lab.saveSettings(command.settings);
      return {};
  }
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
