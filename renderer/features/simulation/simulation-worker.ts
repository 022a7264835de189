import type { LabState } from '../../../src/protocol/state.ts';
import type { Message, Transport } from '../../../src/protocol/transport.ts';
import { SimulationSession } from '../../../src/simulation/simulation-session.ts';

/** A lab in virtual time, away from the page. The first message is the live lab's state; all others are the protocol's. */

/** Real ms between two ticks, as long as between two of the live lab's frames. */
const TICK = 40;
/** A midnight here, long ago. */
const MIDNIGHT = new Date(2000, 0, 1).getTime();

self.onmessage = ({ data }: MessageEvent<LabState>): void => {
  const page: Transport = {
    send: (message) => self.postMessage(message),
    onMessage: (listener) => {
      self.onmessage = (event: MessageEvent<Message>) => listener(event.data);
    },
    // The page ends this thread; nobody is left to be told.
    onClose: () => {},
    close: () => self.close(),
  };
  const session = new SimulationSession(data, page, MIDNIGHT);
  setInterval(() => session.tick(performance.now()), TICK);
};
