/*
 * The loopback web server: the same lab as in the desktop app, for a browser and for scripts.
 *
 * Threat model. Whoever controls the lab can start and kill its processes and point its proxy at other machines, so control
 * is for the person at this machine. Against whom:
 *
 * - Pages on the web, open in the same browser. They can send requests to 127.0.0.1 but must not be obeyed: every non-GET and
 *   every WebSocket needs our own Origin, the cookie is SameSite=Strict, and no CORS header lets them read an answer.
 * - DNS rebinding, where such a page becomes same-origin by name: a Host that is not our address gets nothing.
 * - Pages of other servers on this machine, which are "same site" and get our cookie sent along: they fail the Origin check,
 *   and Fetch Metadata keeps them from reading, framing and embedding.
 * - Other users and programs on this machine, which can connect but do not know the token. It is 256 random bits (or what
 *   `--token` says: then it is as good as that), never in a request line or log, and compared in constant time.
 * - The network: the default address is loopback. Who binds another one sends the token over plain HTTP, knowingly.
 * - Clients that are broken or unkind: bodies, messages, headers, connections and waiting times are all limited.
 *
 * Not held off: programs of the same user, who could kill the processes themselves; a server on another port of this host
 * that the same browser visits and that then uses the cookie it was sent from outside a browser.
 *
 * The control port is apart from the data port: nothing that the balancer proxies is ever same-origin with this.
 */
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlApi } from './control-api.ts';
import type { ControlledLab } from './controlled-lab.ts';
import { allowedHosts, urlHost } from './guards.ts';
import { listen } from './listen.ts';
import { RequestHandler } from './request-handler.ts';
import { checkToken, createToken, Session } from './session.ts';
import { StaticFiles } from './static-files.ts';
import { WebSockets } from './web-sockets.ts';

/** ms for a request's header and for the whole of it; an answer may take as long as it wants. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 20_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** Pages keep up to six connections each beside their WebSocket. */
const MAX_CONNECTIONS = 256;
/** ms after the end of the event streams until connections that are still open are cut. */
const CLOSE_PATIENCE = 250;

interface WebHostOptions {
  readonly lab: ControlledLab;
  /** Address to listen on; 127.0.0.1 unless someone knows why not. */
  readonly host: string;
  /** The first port to try; 0: any. */
  readonly port: number;
  /** A token of one's own, for scripts; default: a fresh one of 256 bits. */
  readonly token?: string;
  /** Whether the page is served, or only the API. */
  readonly ui: boolean;
  /** Folder of the built page. */
  readonly files?: string;
}

export interface WebHost {
  /** What to open in a browser; the fragment holds the token. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** What people should know, such as that another port was taken. */
  readonly notices: readonly string[];
  /** Ends streams and sockets properly and frees the port. */
  close(): Promise<void>;
}

/** @throws EvenkeelError `port-in-use` | `port-forbidden` | `bad-argument` (token, address) | `storage` (page not built) */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const { lab, host, ui } = options;
  const token = options.token ?? createToken();
  checkToken(token);
  const files = ui ? new StaticFiles(options.files ?? builtPage()) : undefined;
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
  });
  server.maxConnections = MAX_CONNECTIONS;
  const { port, notices } = await listen(server, host, options.port);
  const session = new Session(token, port);
  const api = new ControlApi(lab);
  const sockets = new WebSockets((transport) => lab.connect(transport));
  new RequestHandler({ session, hosts: allowedHosts(host, port), api, sockets, files }).attach(server);
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : urlHost(host);
  return {
    url: `http://${shown}:${port}/#t=${encodeURIComponent(token)}`,
    port,
    token,
    notices,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      api.close();
      await sockets.close();
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), CLOSE_PATIENCE);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** The renderer's build, seen from `dist/node/…` where this runs built, or from `src/web` where tests run it as it is. */
function builtPage(): string {
  const here = fileURLToPath(import.meta.url);
  const parts = here.split(/[\\/]/);
  const dist = parts.lastIndexOf('dist');
  if (dist < 0) return join(dirname(here), '../../dist/renderer');
  return join(parts.slice(0, dist + 1).join('/'), 'renderer');
}
