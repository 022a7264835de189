import type { Acknowledgement, LabCalls } from '../protocol/lab-calls.ts';
import { type Keeping, Peer } from '../protocol/peer.ts';
import type { LabState } from '../protocol/state.ts';
import type { Transport } from '../protocol/transport.ts';
import type { Lab } from './lab.ts';
import type { TelemetrySubscription } from './telemetry-subscription.ts';

/** One screen (or script) connected to a lab, for as long as its transport is open. */
export function serveLab(lab: Lab, transport: Transport): void {
  let subscription: TelemetrySubscription | undefined;
  const unsubscribe = (): void => {
    subscription?.close();
    subscription = undefined;
  };
  const peer = new Peer(transport, {
    ping: () => {},
    state: (): LabState => lab.state,
    command: (command: unknown) => lab.command(command),
    subscribe: () => {
      unsubscribe();
      const mine = lab.subscribe((frame) => {
        // A frame of the subscription before may still be on its way between the threads.
        if (subscription === mine) peer.sendFrame(frame);
      });
      subscription = mine;
    },
    unsubscribe,
    'origin-log': (params: unknown) => lab.run.roster.supervised(String(field(params, 'origin'))).log,
    'request-detail': (params: unknown) =>
      lab.engine.peer.request('request-detail', { request: Number(field(params, 'request')) }),
    'origin-checks': (params: unknown) =>
      lab.engine.peer.request('checks', {
        name: lab.run.roster.get(String(field(params, 'origin'))).definition.name,
      }),
    'lab-file': () => lab.labFile(),
    labs: () => lab.builtIn.list(),
  } satisfies Keeping<LabCalls>);
  peer.on<unknown>('ack', (acknowledgement) => {
    const sequence = field(acknowledgement, 'sequence' satisfies keyof Acknowledgement);
    if (Number.isSafeInteger(sequence)) subscription?.acknowledge(sequence as number);
  });
  const forget = lab.onState((state) => peer.emit('state', state));
  peer.onClose(() => {
    forget();
    unsubscribe();
  });
  peer.emit('state', lab.state);
}

/** A field of what a screen or a script has sent, which may be anything: an error here would end the lab for everybody. */
function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value ? value[key as keyof typeof value] : undefined;
}
