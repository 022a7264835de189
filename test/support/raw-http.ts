import { connect } from 'node:net';

export interface RawResponse {
  readonly status: number;
  /** Names in lower case; a repeated header has several values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/** ms for an answer. */
const PATIENCE = 30_000;

/**
 * Sends bytes as they are and reads what comes back until the server closes. No client stands between: hosts, paths, methods
 * and headers that no library would send reach the server unchanged.
 */
export function sendRaw(port: number, request: string | Uint8Array): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const chunks: Buffer[] = [];
    socket.setTimeout(PATIENCE, () => {
      reject(new Error('The server did not answer and close in time.'));
      socket.destroy();
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error) => (chunks.length > 0 ? resolve(parse(Buffer.concat(chunks))) : reject(error)));
    socket.on('close', () => {
      if (chunks.length > 0) resolve(parse(Buffer.concat(chunks)));
      else reject(new Error('The server closed without an answer.'));
    });
  });
}

/** One request with these headers, asking the server to close afterwards. `Host` is the server's own unless given; null: none. */
export function request(
  port: number,
  target: string,
  headers: Readonly<Record<string, string | null>> = {},
  body = '',
): Promise<RawResponse> {
  const all: Record<string, string | null> = {
    Host: `127.0.0.1:${port}`,
    Connection: 'close',
    ...(body && { 'Content-Length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return sendRaw(port, `${[`${target} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${body}`);
}

function parse(bytes: Buffer): RawResponse {
  const text = bytes.toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const split = line.indexOf(':');
    const name = line.slice(0, split).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(split + 1).trim()]);
  }
  return { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4) };
}
