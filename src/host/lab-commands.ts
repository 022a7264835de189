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
  const act = ACTS[command.command] as (lab: Lab, command: Command) => unknown;
  return ((await act(lab, command)) ?? {}) as CommandResult;
}

/** How each command is done. */
const ACTS: {
  readonly [Name in Command['command']]: (
    lab: Lab,
    command: Extract<Command, { readonly command: Name }>,
  ) => void | Promise<void> | Promise<CommandResult>;
} = {
  'set-strategy': ({ run }, { strategy }) => run.setStrategy(strategy as StrategySpec),
  'set-traffic': ({ run }, { traffic }) => run.setTraffic(traffic, run.definition.clients),
  'set-clients': ({ run }, { clients }) => run.setTraffic(run.definition.traffic, clients),
  pause: ({ traffic }) => traffic.setPaused(true),
  run: ({ traffic }) => traffic.setPaused(false),
  burst: ({ traffic }, { requests, over }) => traffic.burst(requests, over),
  fault: (lab, fault) => doFault(lab, fault),
  'set-faults': ({ run }, { faults }) => {
    const [wrong] = misdirectedFaults(faults, run.definition.origins);
    if (wrong) throw new EvenkeelError('bad-command', wrong.message);
    run.faults.set(faults);
  },
  'run-faults': ({ run }) => run.faults.run(),
  'stop-faults': ({ run }) => run.faults.stop(),
  'load-lab': async (lab, { lab: text, file }) => lab.load(await labOf(text, file, lab.builtIn)),
  undo,
  'add-origin': async ({ run }, { origin, before }) => ({ origin: await run.origins.add(origin, before) }),
  'remove-origin': async ({ run }, { origin: name }) => {
    await run.origins.remove(name);
    run.faults.forget(name);
    run.faults.set(run.faults.script.filter(({ origin }) => origin !== name));
  },
  'set-weight': ({ run }, { origin, weight }) => run.origins.setWeight(origin, weight),
  'set-role': ({ run }, { origin, role }) => run.origins.setRole(origin, role),
  'set-service': ({ run }, { origin, service }) => run.origins.setService(origin, service),
  'set-policies': ({ run }, { policies }) => run.setPolicies({ ...policiesOf(run.definition), ...policies }),
  'set-sticky': ({ run }, { sticky }) => run.setAnswers({ sticky }),
  'set-response-headers': ({ run }, { headers }) => run.setAnswers({ responseHeaders: headers }),
  'set-forwarder': ({ run }, { forwarder }) => run.setForwarder(forwarder),
  marker: () => {},
  'save-settings': (lab, { settings }) => lab.saveSettings(settings),
};

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
