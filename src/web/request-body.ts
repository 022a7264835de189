import type { IncomingMessage, ServerResponse } from 'node:http';
import { EvenkeelError } from '../core/errors.ts';

/** Bytes; the largest honest body is a strategy with its rules, a few KiB. */
const MAX_BODY_BYTES = 64 * 1024;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a request's body as JSON.
 * @throws EvenkeelError `too-large` without reading on, `bad-command` when it is not JSON in UTF-8
 */
export async function readJsonBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (request.headers.expect !== undefined) response.writeContinue();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).byteLength;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(decoder.decode(Buffer.concat(chunks)));
  } catch {
    throw new EvenkeelError('bad-command', 'The body of this request is not JSON; send one JSON object in UTF-8.');
  }
}

/** Bytes of a refused body that are still taken off the wire. */
const MAX_DISCARDED_BYTES = 1024 * 1024;

/**
 * Takes the rest of a body that nobody wants. Closing the connection instead would reset it, and the client, still sending,
 * would see a broken connection in place of the answer that says why.
 */
export function discardBody(request: IncomingMessage): void {
  let size = 0;
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > MAX_DISCARDED_BYTES) request.destroy();
  });
}

function tooLarge(): EvenkeelError {
  return new EvenkeelError('too-large', `The body of this request is over the limit of ${MAX_BODY_BYTES} bytes.`);
}
