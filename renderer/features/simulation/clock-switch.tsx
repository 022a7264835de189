import { useApp, useView } from '../../app/context.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { startSimulation } from './start-simulation.ts';

/** LIVE or SIM: says which of the two is on the screen, and changes it. The live lab runs on behind a simulation. */
export function ClockSwitch() {
  const { client } = useApp();
  const virtual = useView((view) => view.lab?.clock === 'virtual');
  const open = useView((view) => view.connection === 'open');
  const live = open || virtual ? 'LIVE' : 'OFFLINE';
  return (
    <Tooltip text={wordsFor(virtual, open)}>
      <div data-testid="clock-badge" data-clock={virtual ? 'virtual' : 'live'}>
        <Segmented
          label="Clock"
          value={virtual ? 'sim' : 'live'}
          options={[
            { value: 'live', title: live },
            { value: 'sim', title: 'SIM' },
          ]}
          onChange={(clock) => (clock === 'sim' ? client.simulate(startSimulation) : client.backToLive())}
        />
      </div>
    </Tooltip>
  );
}

function wordsFor(virtual: boolean, open: boolean): string {
  if (virtual) return 'A simulation of this lab: no process, no network, a clock of its own. The live lab runs on.';
  if (open) return 'Real processes and real HTTP requests on this machine, in real time.';
  return 'The lab cannot be reached; what you see is the last that was heard.';
}
