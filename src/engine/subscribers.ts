import type { MessagePort } from 'node:worker_threads';
import { Feed } from '../protocol/feed.ts';
import { Peer } from '../protocol/peer.ts';
import type { Recorder } from '../protocol/recorder.ts';
import { now } from './clock.ts';
import type { Subscription } from './engine-calls.ts';
import { portTransport } from './port-transport.ts';

/** ms between two frames at most, of which none comes where nothing is new. */
const FRAME_EVERY = 50;
/** ms before that from which a frame takes the first moment in which no request is in flight. */
const QUIET_WITHIN = 8;

/** Those who get the engine's telemetry: each a feed of its own over a port of its own. */
export class Subscribers {
  readonly #feeds = new Map<Peer, { readonly everything: boolean; feed: Feed }>();
  /** Until the next frame may be made, then until it must. */
  #timer: NodeJS.Timeout | undefined;
  #recorder: Recorder | undefined;

  add(port: MessagePort, { everything }: Subscription['subscribe'], recorder: Recorder): void {
    const subscriber = { everything, feed: new Feed(recorder, everything) };
    const peer = new Peer(portTransport(port));
    this.#feeds.set(peer, subscriber);
    peer.on<{ sequence: number }>('ack', ({ sequence }) => subscriber.feed.acknowledge(sequence));
    peer.onClose(() => {
      this.#feeds.delete(peer);
      subscriber.feed.close();
      if (this.#feeds.size === 0) this.stop();
    });
    this.#recorder = recorder;
    if (this.#timer === undefined) this.#rest();
  }

  /** Another engine counts from now on: each gets a new snapshot. */
  follow(recorder: Recorder): void {
    for (const subscriber of this.#feeds.values()) {
      subscriber.feed.close();
      subscriber.feed = new Feed(recorder, subscriber.everything);
    }
    this.#recorder?.whenQuiet(undefined);
    this.#recorder = recorder;
  }

  /** Sends all that is left to tell, also to those who are behind: how the last requests ended is for who counts on every one. */
  sendRest(): void {
    this.#send(true);
  }

  /** No more frames come by themselves. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#recorder?.whenQuiet(undefined);
  }

  #rest(): void {
    this.#timer = setTimeout(() => this.#look(), FRAME_EVERY - QUIET_WITHIN);
  }

  /**
   * A frame takes as long as a request: one that is under way would wait for it. Timers fire just behind what woke the thread,
   * which is a request that has been sent on, so without this a frame met one each time.
   */
  #look(): void {
    this.#timer = setTimeout(() => this.#next(), QUIET_WITHIN);
    this.#recorder?.whenQuiet(() => process.nextTick(() => this.#next()));
  }

  #next(): void {
    if (this.#timer === undefined) return;
    this.stop();
    this.#send(false);
    this.#rest();
  }

  #send(last: boolean): void {
    const at = now();
    for (const [reader, { feed }] of this.#feeds) {
      const frame = feed.poll(at, last);
      if (frame) reader.sendFrame(frame);
    }
  }
}
