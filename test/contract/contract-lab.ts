import { type ErrorCode, EvenkeelError } from '../../src/core/errors.ts';
import { encodeFrame } from '../../src/protocol/frame.ts';
import { type Acknowledgement, MAX_UNACKNOWLEDGED } from '../../src/protocol/lab-calls.ts';
import { Peer } from '../../src/protocol/peer.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import { emptyFrame } from '../support/empty-frame.ts';

/** The byte a page writes over binary messages; `burst` sends no more than this many. */
export const PAGE_MARK = 250;

/**
 * The other end of the transport contract: a stand-in for a lab whose calls make a transport show what it does. It outlives
 * connections, as a lab outlives its pages, and depends on no test runner, so that it can run in another process.
 */
export class ContractLab {
  /** Everything pages noted, in the order of arrival. */
  #heard: unknown[] = [];
  #sent: Uint8Array[] = [];
  #served = 0;
  #closed = 0;

  serve(transport: Transport): void {
    this.#served++;
    const held: (() => void)[] = [];
    let frames: FrameStream | undefined;
    const peer: Peer = new Peer(transport, {
      echo: (value: unknown) => value ?? null,
      fail: ({ code, message }: { code: ErrorCode; message: string }) => {
        throw new EvenkeelError(code, message);
      },
      crash: () => {
        throw new TypeError('a mistake of ours');
      },
      never: () => new Promise(() => {}),
      /** Answers once `of` requests have come, the last one first. */
      reversed: ({ value, of }: { value: number; of: number }) =>
        new Promise((resolve) => {
          held.unshift(() => resolve(value));
          // Later than this very reply's own turn, so that the order is the one asked for.
          if (held.length === of) {
            setTimeout(() => {
              for (const answer of held) answer();
            });
          }
        }),
      /** Events and binary messages in turns. */
      burst: ({ count, bytes }: { count: number; bytes: number }) => {
        for (let index = 0; index < count; index++) {
          peer.emit('tick', index);
          const message = new Uint8Array(bytes).fill(index);
          this.#sent.push(message);
          peer.sendFrame(message);
        }
      },
      /** Whether a page's writing on what it received shows in what was sent. */
      aliased: () => this.#sent.some((message) => message.byteLength > 0 && message.includes(PAGE_MARK)),
      heard: () => this.#heard,
      leave: () => queueMicrotask(() => transport.close()),
      connections: () => ({ served: this.#served, closed: this.#closed }),
      subscribe: () => {
        frames = new FrameStream(peer);
      },
      /** The lab wants to send a frame. */
      offer: () => frames?.offer(),
    });
    peer.on('note', (value) => this.#heard.push(value));
    peer.on('ack', ({ sequence }: Acknowledgement) => frames?.acknowledge(sequence));
    // Below the peer, which would hide a transport that says it twice.
    transport.onClose(() => this.#closed++);
    peer.emit('state', { served: this.#served });
  }
}

/** Sends frames, at most two unacknowledged; what is offered meanwhile is merged into the next one. */
class FrameStream {
  #peer: Peer;
  #sequence = 0;
  #acknowledged = 0;
  #waiting = 0;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  offer(): void {
    this.#waiting++;
    this.#flush();
  }

  acknowledge(sequence: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, sequence);
    this.#flush();
  }

  #flush(): void {
    if (this.#waiting === 0 || this.#sequence - this.#acknowledged >= MAX_UNACKNOWLEDGED) return;
    const ended = this.#waiting;
    this.#waiting = 0;
    this.#sequence++;
    const frame = emptyFrame({ sequence: this.#sequence, now: 0, snapshot: this.#sequence === 1, sampling: 1, ended });
    this.#peer.sendFrame(encodeFrame(frame));
  }
}
