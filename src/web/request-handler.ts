import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { EvenkeelError } from '../core/errors.ts';
import { SECURITY_HEADERS } from '../protocol/content-security.ts';
import type { ControlApi, Route } from './control-api.ts';
import { checkFetchSite, checkHost, checkOrigin } from './guards.ts';
import { type ErrorReply, errorReply, Refusal, sendError } from './replies.ts';
import { readJsonBody } from './request-body.ts';
import type { Session } from './session.ts';
import type { StaticFiles } from './static-files.ts';
import { refuseUpgrade, type WebSockets } from './web-sockets.ts';

interface Parts {
  readonly session: Session;
  readonly hosts: ReadonlySet<string>;
  readonly api: ControlApi;
  readonly sockets: WebSockets;
  readonly files: StaticFiles | undefined;
}

/** Takes each request through the guards, then to where it belongs. */
export class RequestHandler {
  #parts: Parts;
  #sessionRoute: Route = { POST: (request, response) => this.#startSession(request, response) };

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  attach(server: Server): void {
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      this.#handle(request, response).catch((error: unknown) => {
        if (request.errored) return; // the client has gone in the middle of its body
        if (!(error instanceof EvenkeelError)) console.error(`evenkeel: ${String(error)}`);
        if (response.headersSent) response.destroy();
        else sendError(response, error);
      });
    };
    server.on('request', handle);
    // Without a listener Node would say "100 Continue" before the guards have seen the request.
    server.on('checkContinue', handle);
    server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
      const refusal = this.#refusalOfUpgrade(request);
      if (refusal) refuseUpgrade(socket, refusal);
      else this.#parts.sockets.accept(request, socket, head);
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { session, hosts, files, api } = this.#parts;
    // No CORS headers among them: no other page can read anything.
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    checkHost(request, hosts);
    const credential = session.credentialOf(request);
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (!reading) checkOrigin(request, credential === 'bearer');
    const path = pathOf(request);
    if (isPrivate(path)) {
      checkFetchSite(request);
      if (!credential) throw unauthorised();
    }
    if (files?.has(path)) {
      if (reading) files.serve(path, request, response);
      else throw wrongMethod('GET, HEAD');
      return;
    }
    const route = path === '/session' ? this.#sessionRoute : api.routes.get(path);
    if (!route) throw new Refusal(404, 'bad-argument', `There is nothing at ${path.slice(0, 200)}.`);
    const run = request.method === 'POST' ? route.POST : reading ? route.GET : undefined;
    if (!run) throw wrongMethod(route.GET ? 'GET, HEAD' : 'POST');
    await run(request, response);
  }

  async #startSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJsonBody(request, response);
    const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined;
    const cookie = this.#parts.session.swap(token);
    if (!cookie) throw unauthorised();
    response.writeHead(204, { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' }).end();
  }

  #refusalOfUpgrade(request: IncomingMessage): ErrorReply | undefined {
    const { session, hosts, sockets } = this.#parts;
    try {
      checkHost(request, hosts);
      const credential = session.credentialOf(request);
      checkOrigin(request, credential === 'bearer');
      if (pathOf(request) !== '/ws') throw new Refusal(404, 'bad-argument', 'The WebSocket is at /ws.');
      if (!credential) throw unauthorised();
      if (sockets.full) throw new Refusal(503, 'not-allowed', 'Too many pages are connected to this lab; close one.');
      return undefined;
    } catch (error) {
      return errorReply(error);
    }
  }
}

/** Whatever shows or changes the lab; the page itself holds no secret. */
function isPrivate(path: string): boolean {
  return path === '/metrics' || path === '/ws' || path === '/api' || path.startsWith('/api/');
}

/** The path exactly as sent: it is only ever compared, so it is not decoded and cannot be decoded wrongly. */
function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '';
  if (!url.startsWith('/')) {
    throw new EvenkeelError('bad-argument', 'The target of a request must be a path that begins with a slash.');
  }
  return url.replace(/\?.*$/s, '');
}

function unauthorised(): Refusal {
  const message = 'This needs the token: open the URL the lab printed, or send it as Authorization: Bearer TOKEN.';
  return new Refusal(401, 'not-allowed', message, { 'WWW-Authenticate': 'Bearer realm="Evenkeel"' });
}

function wrongMethod(allow: string): Refusal {
  return new Refusal(405, 'bad-argument', `This can only be asked for with ${allow.replace(', ', ' or ')}.`, {
    Allow: allow,
  });
}
