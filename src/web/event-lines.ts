import type { ServerResponse } from 'node:http';
import { frameLines } from '../protocol/attempt-line.ts';
import { decodeFrame } from '../protocol/frame.ts';
import type { ControlledLab, FrameSubscription } from './controlled-lab.ts';

export const STREAM_HEADERS = { 'Content-Type': 'application/x-ndjson; charset=utf-8', 'Cache-Control': 'no-store' };

/** Streams at a time; each costs the lab an unsampled subscription. */
export const MAX_STREAMS = 16;

/**
 * `GET /api/events`: one JSON line per attempt from the answer's first byte on, every one of them. A reader who is slower than the traffic gets
 * `{"missed":N}` in their place: frames are acknowledged only once the socket has taken them, and what the lab then had to
 * leave out it counts. There is no heartbeat; the stream ends with the reader or with the lab.
 */
export class EventStreams {
  #lab: ControlledLab;
  #open = new Set<ServerResponse>();

  constructor(lab: ControlledLab) {
    this.#lab = lab;
  }

  get full(): boolean {
    return this.#open.size >= MAX_STREAMS;
  }

  start(response: ServerResponse): void {
    this.#open.add(response);
    const subscription: FrameSubscription = this.#lab.subscribe(
      (bytes) => {
        // Only now every attempt is sure to be seen, and the reader may rely on it.
        if (!response.headersSent) response.writeHead(200, STREAM_HEADERS).flushHeaders();
        const frame = decodeFrame(bytes);
        const lines = frameLines(frame);
        if (lines.length === 0 || response.write(`${lines.join('\n')}\n`)) subscription.acknowledge(frame.sequence);
        else response.once('drain', () => subscription.acknowledge(frame.sequence));
      },
      { everything: true },
    );
    response.once('close', () => {
      this.#open.delete(response);
      subscription.close();
    });
  }

  /** Ends each stream properly, so that a script sees an end and not a broken connection. */
  close(): void {
    for (const response of this.#open) response.end();
  }
}
