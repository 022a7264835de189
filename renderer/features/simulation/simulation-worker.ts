import type { LabState } from '../../../src/protocol/state.ts';
import type { Message } from '../../../src/protocol/transport.ts';
import { LabSession } from '../../../src/simulation/lab-session.ts';

/** A lab in virtual time, away from the page. The first message is the live lab's state; all others are the protocol's. */

/** Real ms between two ticks, as long as between two of the live lab's frames. */
const TICK = 40;

self.onmessage = ({ data }: MessageEvent<LabState>): void => {
  const session = new LabSession(data, {
    send: (message) => self.postMessage(message),
    onMessage: (listener) => {
      self.onmessage = (event: MessageEvent<Message>) => listener(event.data);
    },
    // The page ends this thread; nobody is left to be told.
    onClose: () => {},
    close: () => self.close(),
  });
  setInterval(() => session.tick(performance.now()), TICK);
};
