import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { originStream } from '../core/random-streams.ts';
import type { Rng } from '../core/rng.ts';
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

/**
 * Starts an origin: it answers `origin server response :PORT` after a service time, `workers` requests at a time, and its health on
 * `/healthz` at once.
 * @throws the error of listen(), e.g. EADDRINUSE
 */
export async function startOriginServer(options: OriginServerOptions): Promise<OriginServer> {
  const origin = new OriginServer(options);
  await origin.listen();
  return origin;
}

class OriginServer {
  readonly #options: OriginServerOptions;
  readonly #rng: Rng;
  readonly #service: OriginService;
  readonly #server: Server;
  #faults: PlayedFaults = { slow: 1, errors: 0, hang: false, reset: false };
  #received = 0;
  #body = '';

  constructor(options: OriginServerOptions) {
    this.#options = options;
    this.#rng = originStream(options.seed, options.number);
    this.#service = new OriginService(options, this.#rng, (response, waited) => this.#answer(response, waited));
    this.#server = createServer({ keepAliveTimeout: 75_000, noDelay: true }, (request, response) =>
      this.#handle(request, response),
    );
  }

  async listen(): Promise<void> {
    await listen(this.#server, this.#options.host, this.#options.port);
    this.#body = `origin server response :${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Requests received since the start, health checks aside; being served; waiting. */
  report() {
    const { serving, waiting, load } = this.#service;
    return { received: this.#received, serving, waiting, load };
  }

  setFaults(faults: PlayedFaults): void {
    this.#faults = faults;
    this.#service.slow = faults.slow;
  }

  setService(service: ServiceDefinition): void {
    this.#service.setModel(service);
  }

  close(): Promise<void> {
    this.#service.close();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { hang, reset } = this.#faults;
    request.resume();
    if (request.url === '/healthz') {
      if (!hang) this.#answerCheck(response);
      return;
    }
    this.#received++;
    this.#options.onRequest?.(new Date());
    if (hang) return;
    if (reset) {
      request.socket.resetAndDestroy();
      return;
    }
    const place = this.#service.take(response);
    if (place === 'crash') this.#options.onCrash?.(this.#service.waiting + 1);
    else if (place === 'reject') {
      response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' });
      response.end('origin server queue is full\n');
    }
  }

  #answer(response: ServerResponse, waited: number): void {
    const share = 1 - (1 - this.#service.model.errorRate) * (1 - this.#faults.errors);
    const failed = share > 0 && this.#rng.next() < share;
    const text = failed ? 'origin server error\n' : this.#body;
    response.writeHead(failed ? 500 : 200, {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'server-timing': queueTiming(waited),
    });
    response.end(response.req.method === 'HEAD' ? undefined : text);
  }

  #answerCheck(response: ServerResponse): void {
    const { load, serving, waiting } = this.#service;
    const state = JSON.stringify({ status: 'ok', load, serving, waiting });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(state) });
    response.end(state);
  }
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
