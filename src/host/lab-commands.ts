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
      timeline.add('strategy', `Strategy: ${strategyDefinition(strategy.use).title}`);
      return {};
    }
    case 'set-traffic':
      await lab.setTraffic(command.traffic, lab.definition.clients);
      timeline.add('traffic', `Load: ${describeTraffic(command.traffic)}`);
      return {};
    case 'set-clients':
      await lab.setTraffic(lab.definition.traffic, command.clients);
      timeline.add('traffic', `Clients: ${command.clients.count} addresses`);
      return {};
    case 'pause':
    case 'run':
      await lab.setPaused(command.command === 'pause');
      timeline.add('traffic', command.command === 'pause' ? 'Traffic paused' : 'Traffic runs');
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
      timeline.add('policy', `${command.origin} has weight ${command.weight}`, command.origin);
      return {};
    case 'set-service':
      origins.setService(command.origin, command.service);
      timeline.add('policy', `${command.origin} serves differently now`, command.origin);
      return {};
    case 'set-policies': {
      const { health, retry, timeouts } = lab.definition;
      await lab.setPolicies({ health, retry, timeouts, ...command.policies });
      timeline.add('policy', `Changed: ${Object.keys(command.policies).join(', ')}`);
      return {};
    }
    case 'marker':
      timeline.add('marker', command.text);
      return {};
    case 'save-settings':
      await lab.saveSettings(command.settings);
      return {};
  }
}

async function inflict(lab: Lab, name: string, fault: Fault): Promise<void> {
  const { roster, timeline, origins, engine } = lab;
  const member = roster.get(name);
  const tell = (text: string): void => timeline.add('fault', text, name);
  const failed = (): void => {
    member.failedAt = Date.now();
  };
  switch (fault.do) {
    case 'drain':
      await engine.peer.request('drain', { name });
      return tell(`${name} drains: no new requests, what is in flight finishes`);
    case 'resume':
      await engine.peer.request('resume', { name });
      return tell(`${name} takes requests again`);
    case 'kill':
      roster.supervised(name).kill();
      failed();
      return tell(`${name} killed (SIGKILL)`);
    case 'restart':
      tell(`${name} restarts`);
      return origins.restart(name);
    case 'freeze':
      roster.supervised(name).freeze();
      failed();
      return tell(`${name} frozen (SIGSTOP): it keeps its connections and answers nothing`);
    case 'thaw':
      roster.supervised(name).thaw();
      return tell(`${name} thawed (SIGCONT)`);
    case 'hang':
      roster.supervised(name).setFaults({ hang: true });
      failed();
      return tell(`${name} hangs: it accepts and never answers`);
    case 'reset':
      roster.supervised(name).setFaults({ reset: true });
      failed();
      return tell(`${name} resets every connection`);
    case 'slow':
      roster.supervised(name).setFaults({ slow: fault.factor });
      return tell(fault.factor === 1 ? `${name} is as fast as before` : `${name} is ${fault.factor}× as slow`);
    case 'errors':
      roster.supervised(name).setFaults({ errors: fault.share });
      return tell(
        fault.share === 0
          ? `${name} makes no more errors`
          : `${name} answers ${Math.round(fault.share * 100)} % with 500`,
      );
    case 'heal':
      member.supervised?.heal();
      return tell(`${name} healed`);
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
