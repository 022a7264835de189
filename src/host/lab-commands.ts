import { strategyDefinition } from '../core/strategies/registry.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { Command, CommandResult } from '../protocol/command.ts';
import type { Fault, TrafficDefinition } from '../protocol/lab.ts';
import type { Lab } from './lab.ts';
import { spell } from './timeline.ts';

/** Does one command that the schema has passed. @throws EvenkeelError with a sentence for people */
export async function execute(lab: Lab, command: Command): Promise<CommandResult> {
  const { timeline, origins } = lab;
  switch (command.command) {
    case 'set-strategy': {
      const strategy = command.strategy as StrategySpec;
      await lab.setStrategy(strategy);
      const { title } = strategyDefinition(strategy.use);
      timeline.add('strategy', `Strategy: ${title}`, { label: title });
      return {};
    }
    case 'set-traffic':
      await lab.setTraffic(command.traffic, lab.definition.clients);
      timeline.add('traffic', `Load: ${describeTraffic(command.traffic)}`, { label: gistOf(command.traffic) });
      return {};
    case 'set-clients':
      await lab.setTraffic(lab.definition.traffic, command.clients);
      timeline.add('traffic', `Clients: ${command.clients.count} addresses`, {
        label: `${command.clients.count} clients`,
      });
      return {};
    case 'pause':
    case 'run':
      await lab.setPaused(command.command === 'pause');
      timeline.add('traffic', command.command === 'pause' ? 'Traffic paused' : 'Traffic runs', {
        label: command.command === 'pause' ? 'Paused' : 'Runs',
      });
      return {};
    case 'fault': {
      const { command: _, origin, for: length, ...fault } = command;
      await inflict(lab, origin, fault as Fault);
      const undo = length === undefined ? undefined : undoing(fault as Fault);
      if (undo && length !== undefined) lab.later(length, () => lab.command({ command: 'fault', origin, ...undo }));
      return {};
    }
    case 'add-origin':
      return { origin: await origins.add(command.origin) };
    case 'remove-origin':
      await origins.remove(command.origin);
      return {};
    case 'set-weight':
      await origins.setWeight(command.origin, command.weight);
      timeline.add('policy', `${command.origin} has weight ${command.weight}`, {
        origin: command.origin,
        label: `${command.origin} weight ${command.weight}`,
      });
      return {};
    case 'set-service':
      origins.setService(command.origin, command.service);
      timeline.add('policy', `${command.origin} serves differently now`, {
        origin: command.origin,
        label: `${command.origin} service`,
      });
      return {};
    case 'set-policies': {
      const { health, retry, timeouts } = lab.definition;
      await lab.setPolicies({ health, retry, timeouts, ...command.policies });
      const changed = Object.keys(command.policies).join(', ');
      timeline.add('policy', `Changed: ${changed}`, { label: changed });
      return {};
    }
    case 'set-forwarder':
      await lab.setForwarder(command.forwarder);
      timeline.add('policy', `Forwarder: ${command.forwarder}`);
      return {};
    case 'marker':
      timeline.add('marker', command.text, { label: command.text });
      return {};
    case 'save-settings':
      await lab.saveSettings(command.settings);
      return {};
  }
}

async function inflict(lab: Lab, name: string, fault: Fault): Promise<void> {
  const { roster, timeline, origins, engine } = lab;
  const member = roster.get(name);
  const tell = (text: string, gist: string): void => {
    timeline.add('fault', `${name} ${text}`, { origin: name, label: `${name} ${gist}` });
  };
  const failed = (): void => {
    member.failedAt = Date.now();
  };
  switch (fault.do) {
    case 'drain':
      await engine.peer.request('drain', { name });
      return tell('drains: no new requests, what is in flight finishes', 'drains');
    case 'resume':
      await engine.peer.request('resume', { name });
      return tell('takes requests again', 'resumes');
    case 'kill':
      roster.supervised(name).kill();
      failed();
      return tell('killed (SIGKILL)', 'killed');
    case 'restart':
      tell('restarts', 'restarts');
      return origins.restart(name);
    case 'freeze':
      roster.supervised(name).freeze();
      failed();
      return tell('frozen (SIGSTOP): it keeps its connections and answers nothing', 'frozen');
    case 'thaw':
      roster.supervised(name).thaw();
      return tell('thawed (SIGCONT)', 'thawed');
    case 'hang':
      roster.supervised(name).setFaults({ hang: true });
      failed();
      return tell('hangs: it accepts and never answers', 'hangs');
    case 'reset':
      roster.supervised(name).setFaults({ reset: true });
      failed();
      return tell('resets every connection', 'resets');
    case 'slow':
      roster.supervised(name).setFaults({ slow: fault.factor });
      return fault.factor === 1
        ? tell('is as fast as before', 'as fast as before')
        : tell(`is ${fault.factor}× as slow`, `${fault.factor}× as slow`);
    case 'errors':
      roster.supervised(name).setFaults({ errors: fault.share });
      return fault.share === 0
        ? tell('makes no more errors', 'no more errors')
        : tell(`answers ${Math.round(fault.share * 100)} % with 500`, `${Math.round(fault.share * 100)} % errors`);
    case 'heal':
      member.supervised?.heal();
      return tell('healed', 'healed');
  }
}

/** What ends a fault that lasts a while; nothing for those that are an end themselves. */
function undoing(fault: Fault): Fault | undefined {
  switch (fault.do) {
    case 'kill':
      return { do: 'restart' };
    case 'freeze':
      return { do: 'thaw' };
    case 'drain':
      return { do: 'resume' };
    case 'slow':
      return { do: 'slow', factor: 1 };
    case 'errors':
      return { do: 'errors', share: 0 };
    case 'hang':
    case 'reset':
      return { do: 'heal' };
    default:
      return undefined;
  }
}

function describeTraffic(traffic: TrafficDefinition): string {
  if ('open' in traffic) {
    const { rate, arrivals } = traffic.open;
    return `${rate} requests/s, ${arrivals === 'poisson' ? 'Poisson' : 'constant'} arrivals`;
  }
  if ('closed' in traffic) return `${traffic.closed.users} users who think for ${spell(traffic.closed.think)}`;
  return 'off';
}

/** As short as a label has to be. */
function gistOf(traffic: TrafficDefinition): string {
  if ('open' in traffic) return `${traffic.open.rate}/s`;
  return 'closed' in traffic ? `${traffic.closed.users} users` : 'No load';
}
