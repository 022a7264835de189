import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { originStream } from '../core/random-streams.ts';
import type { ServiceDefinition } from '../protocol/lab.ts';
import type { OriginArguments, PlayedFaults } from './origin-messages.ts';
import { OriginService } from './origin-service.ts';
import { queueTiming } from './server-timing.ts';

interface OriginServerOptions extends OriginArguments {
  /** Called for each request that arrives, health checks aside. */
  onRequest?(time: Date): void;
  /** More requests wait than it can bear (`ServiceDefinition.crashAbove`): the process is to end. */
  onCrash?(waiting: number): void;
}

interface OriginServer {
  readonly port: number;
  /** Requests received since the start, health checks aside; being served; waiting. */
  report(): { readonly received: number; readonly serving: number; readonly waiting: number; readonly load: number };
  setFaults(faults: PlayedFaults): void;
  setService(service: ServiceDefinition): void;
  close(): Promise<void>;
}

/**
 * An origin: answers `origin server response :PORT` after a service time, `workers` requests at a time, and its health on
 * `/healthz` at once.
 * @throws the error of listen(), e.g. EADDRINUSE
 */
export async function startOriginServer(options: OriginServerOptions): Promise<OriginServer> {
  const rng = originStream(options.seed, options.number);
  let faults: PlayedFaults = { slow: 1, errors: 0, hang: false, reset: false };
  let received = 0;
  let body = '';

  const answer = (response: ServerResponse, waited: number): void => {
    const share = 1 - (1 - service.model.errorRate) * (1 - faults.errors);
    const failed = share > 0 && rng.next() < share;
    const text = failed ? 'origin server error\n' : body;
    response.writeHead(failed ? 500 : 200, {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'server-timing': queueTiming(waited),
    });
    response.end(response.req.method === 'HEAD' ? undefined : text);
  };
  const service = new OriginService(options, rng, answer);

  const answerCheck = (response: ServerResponse): void => {
    const { load, serving, waiting } = service;
    const state = JSON.stringify({ status: 'ok', load, serving, waiting });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(state) });
    response.end(state);
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    if (request.url === '/healthz') {
      if (!faults.hang) answerCheck(response);
      return;
    }
    received++;
    options.onRequest?.(new Date());
    if (faults.hang) return;
    if (faults.reset) {
      request.socket.resetAndDestroy();
      return;
    }
    const place = service.take(response);
    if (place === 'crash') options.onCrash?.(service.waiting + 1);
    else if (place === 'reject') {
      response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' });
      response.end('origin server queue is full\n');
    }
  };

  const server = createServer({ keepAliveTimeout: 75_000, noDelay: true }, handle);
  await listen(server, options.host, options.port);
  const port = (server.address() as AddressInfo).port;
  body = `origin server response :${port}`;

  return {
    port,
    report: () => ({ received, serving: service.serving, waiting: service.waiting, load: service.load }),
    setFaults(next) {
      faults = next;
      service.slow = next.slow;
    },
    setService: (next) => service.setModel(next),
    close() {
      service.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
