import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ControlledLab } from './controlled-lab.ts';
import { EventStreams, STREAM_HEADERS } from './event-lines.ts';
import { renderMetrics } from './metrics.ts';
import { Refusal, sendJson, sendText } from './replies.ts';
import { readJsonBody } from './request-body.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A path and what may be done there. */
export type Route = Readonly<Partial<Record<'GET' | 'POST', Handler>>>;

/**
 * What scripts and class rooms can ask of a running lab. The caller has checked that they may; errors that the handlers throw
 * are for the caller to answer.
 */
export class ControlApi {
  readonly routes: ReadonlyMap<string, Route>;
  #streams: EventStreams;

  constructor(lab: ControlledLab) {
    this.#streams = new EventStreams(lab);
    this.routes = new Map<string, Route>([
      ['/api/lab', { GET: (_, response) => sendJson(response, lab.state) }],
      [
        '/api/commands',
        {
          POST: async (request, response) => {
            const result = await lab.command(await readJsonBody(request, response));
            sendJson(response, { ok: true, ...result });
          },
        },
      ],
      ['/api/events', { GET: (request, response) => this.#events(request, response) }],
      [
        '/metrics',
        {
          GET: async (_, response) =>
            sendText(response, 200, 'text/plain; version=0.0.4; charset=utf-8', await renderMetrics(lab)),
        },
      ],
    ]);
  }

  close(): void {
    this.#streams.close();
  }

  #events(request: IncomingMessage, response: ServerResponse): void {
    // HEAD asks what a GET would say; a stream has no end to wait for.
    if (request.method === 'HEAD') response.writeHead(200, STREAM_HEADERS).end();
    else if (!this.#streams.full) this.#streams.start(response);
    else throw new Refusal(503, 'not-allowed', 'Too many event streams are open; close one and try again.');
  }
}
