import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type ErrorCode, EvenkeelError } from '../core/errors.ts';
import { discardBody } from './request-body.ts';

const STATUSES: Readonly<Record<ErrorCode, number>> = {
  'bad-argument': 400,
  'bad-lab': 400,
  'bad-command': 400,
  'bad-frame': 400,
  'unknown-origin': 404,
  'unknown-strategy': 404,
  'not-ours': 409,
  'port-in-use': 409,
  'port-forbidden': 400,
  'origin-failed': 409,
  'not-allowed': 403,
  'too-large': 413,
  disconnected: 503,
  storage: 500,
  internal: 500,
};

/** An error of HTTP rather than of the lab: with a status of its own. */
export class Refusal extends EvenkeelError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(code, message);
    this.status = status;
    this.headers = headers;
  }
}

export interface ErrorReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `{"error":{"code":…,"message":…}}` */
  readonly body: string;
}

/** An error as an answer. One that is not ours says nothing but that it happened. */
export function errorReply(error: unknown): ErrorReply {
  const { code, message } =
    error instanceof EvenkeelError
      ? error
      : { code: 'internal' as const, message: 'The lab failed to do this; its own output says why.' };
  const own = error instanceof Refusal ? error : { status: STATUSES[code], headers: {} };
  return { ...own, body: `${JSON.stringify({ error: { code, message } })}\n` };
}

export const JSON_TYPE = 'application/json; charset=utf-8';

export function sendJson(response: ServerResponse, value: unknown): void {
  sendText(response, 200, JSON_TYPE, `${JSON.stringify(value)}\n`);
}

/** Answers with what depends on the moment: never stored. */
export function sendText(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  headers?: OutgoingHttpHeaders,
): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': body.byteLength,
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(body); // Node leaves the body out of an answer to HEAD by itself
}

export function sendError(response: ServerResponse, error: unknown): void {
  const { status, headers, body } = errorReply(error);
  discardBody(response.req);
  sendText(response, status, JSON_TYPE, body, headers);
}
