import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRng } from '../core/rng.ts';
import { coldFactor, ServiceQueue, timeSampler } from '../core/service.ts';
import type { ServiceDefinition } from '../protocol/lab.ts';
import { now } from './clock.ts';
import type { OriginArguments, PlayedFaults } from './origin-messages.ts';
import { queueTiming } from './server-timing.ts';

export interface OriginServerOptions extends OriginArguments {
  /** Called for each request that arrives, health checks aside. */
  onRequest?(time: Date): void;
  /** More requests wait than it can bear (`ServiceDefinition.crashAbove`): the process is to end. */
  onCrash?(waiting: number): void;
}

export interface OriginServer {
  readonly port: number;
  /** Requests received since the start, health checks aside; being served; waiting. */
  report(): { readonly received: number; readonly serving: number; readonly waiting: number; readonly load: number };
  setFaults(faults: PlayedFaults): void;
  setService(service: ServiceDefinition): void;
  close(): Promise<void>;
}

/** ms; a longer timer would fire at once. What has a heavy tail may take longer, but nobody waits for that. */
const LONGEST_TIMER = 2_147_483_647;

interface Job {
  readonly response: ServerResponse;
  readonly head: boolean;
  /** ms on the origin's clock. */
  readonly arrivedAt: number;
  /** Where it waits or is served, and its place there, see `ServiceQueue`. */
  queue: ServiceQueue<Job>;
  ticket: number;
  /** While it is being served: ends that at once, without an answer. */
  stop: (() => void) | undefined;
}

/**
 * An origin: answers `origin server response :PORT` after a service time, `workers` requests at a time, and its health on
 * `/healthz` at once.
 * @throws the error of listen(), e.g. EADDRINUSE
 */
export async function startOriginServer(options: OriginServerOptions): Promise<OriginServer> {
  const rng = createRng(options.seed);
  let service = options.service;
  let sample = timeSampler(service.time, rng);
  let faults: PlayedFaults = { slow: 1, errors: 0, hang: false, reset: false };
  let received = 0;
  let begun = options.cold ? 0 : Number.POSITIVE_INFINITY;
  let queue = new ServiceQueue<Job>(service);
  const timers = new Set<NodeJS.Timeout>();
  let body = '';

  const answer = ({ response, head }: Job, waited: number): void => {
    const share = 1 - (1 - service.errorRate) * (1 - faults.errors);
    const failed = share > 0 && rng.next() < share;
    const text = failed ? 'origin server error\n' : body;
    response.writeHead(failed ? 500 : 200, {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'server-timing': queueTiming(waited),
    });
    response.end(head ? undefined : text);
  };

  // Jobs follow each other on ideal times: a timer that fires a millisecond late delays its own answer, but not the
  // start of the next job, or the lateness would add up and a busy origin would serve less than its model.
  const serve = (job: Job, startedAt: number): void => {
    const cold = service.coldStart ? coldFactor(service.coldStart, begun++) : 1;
    const time = sample() * faults.slow * cold;
    const endsAt = startedAt + time;
    const from = queue;
    const next = (at: number): void => {
      const following = from.finish(at);
      if (following) serve(following, at);
    };
    const finish = (): void => {
      job.stop = undefined;
      // Ideal times may lie a little before the arrival: a worker was free then.
      answer(job, Math.max(0, startedAt - job.arrivedAt));
      next(endsAt);
    };
    const delay = endsAt - now();
    if (time === 0 || delay <= 0) {
      finish();
      return;
    }
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        finish();
      },
      Math.min(LONGEST_TIMER, Math.round(delay)),
    );
    timers.add(timer);
    job.stop = () => {
      clearTimeout(timer);
      timers.delete(timer);
      job.stop = undefined;
      next(now());
    };
  };

  const abandon = (job: Job): void => {
    if (!job.response.writableEnded && job.queue.abandon(job, job.ticket) === 'stop') job.stop?.();
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    if (request.url === '/healthz') {
      if (faults.hang) return;
      const state = JSON.stringify({ status: 'ok', load: queue.load, serving: queue.serving, waiting: queue.waiting });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(state) });
      response.end(state);
      return;
    }
    received++;
    options.onRequest?.(new Date());
    if (faults.hang) return;
    if (faults.reset) {
      request.socket.resetAndDestroy();
      return;
    }
    const at = now();
    const job: Job = {
      response,
      head: request.method === 'HEAD',
      arrivedAt: at,
      queue,
      ticket: queue.nextTicket,
      stop: undefined,
    };
    const place = queue.arrive(job, at);
    if (place === 'reject') {
      response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' });
      response.end('origin server queue is full\n');
      return;
    }
    if (place === 'crash') {
      options.onCrash?.(queue.waiting + 1);
      return;
    }
    if (place === 'serve') serve(job, at);
    if (service.abandoned !== 'serve' && (place === 'wait' || service.abandoned === 'cancel')) {
      response.once('close', () => abandon(job));
    }
  };

  const server = createServer({ keepAliveTimeout: 75_000, noDelay: true }, handle);
  await listen(server, options.host, options.port);
  const port = (server.address() as AddressInfo).port;
  body = `origin server response :${port}`;

  return {
    port,
    report: () => ({ received, serving: queue.serving, waiting: queue.waiting, load: queue.load }),
    setFaults(next) {
      faults = next;
    },
    setService(next) {
      service = next;
      sample = timeSampler(next.time, rng);
      const old = queue;
      queue = new ServiceQueue<Job>(next);
      // What waits moves over in order; what is being served ends in the old queue and is not counted any more.
      for (const job of old.drain()) {
        const at = now();
        job.queue = queue;
        job.ticket = queue.nextTicket;
        const place = queue.arrive(job, at);
        if (place === 'serve') serve(job, at);
        else if (place !== 'wait') job.response.writeHead(503).end();
      }
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
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
