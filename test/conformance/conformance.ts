/**
 * The conformance suite: what a correct HTTP reverse proxy does (RFC 9110, RFC 9112), each rule a named test over real
 * sockets with hand-written bytes on both sides, run against each forwarder.
 *
 * A test's name starts with the number of its rule:
 *
 *  1 hop-by-hop headers end here · 2 a 101 keeps its Upgrade · 3 ambiguous lengths · 4 a response's invalid length ·
 *  5 bodies on any method stay framed · 6 Host and target forms · 7 spaces and folds in header lines · 8 failures have
 *  statuses · 9 an origin that dies mid-body · 10 a client that leaves · 11 informational responses · 12 trailers ·
 *  13 responses without a body · 14 Via and own version · 15 forwarding headers · 16 bytes, case, order and count
 *  survive · 17 flushing and back-pressure · 18 paths stay as sent · 19 what may be repeated · 20 upgrades ·
 *  21 limits · 22 connections are kept.
 *
 * What a forwarder cannot do stands in `known-failures.ts` by the test's name; such a test still runs, and one that passes
 * makes the suite red, so that the list stays true. Where the RFCs leave a choice, every allowed behaviour passes.
 *
 * Every test also fails when the proxy throws where nobody catches it, when it sends an origin a malformed request, or when
 * requests stay in flight after everybody has gone.
 */
import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICIES, NO_HEALTH, type Policies } from '../../src/core/policies.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { EngineDefinition } from '../../src/engine/engine-calls.ts';
import type { AttemptRecord } from '../../src/protocol/attempt-record.ts';
import { FORWARDERS, type ForwarderName } from '../../src/protocol/lab.ts';
import { until } from '../support/lab-fixture.ts';
import { freePorts } from '../support/ports.ts';
import { endedAttempts } from '../support/records.ts';
import { KNOWN_FAILURES, type Suite } from './known-failures.ts';
import { type Message, statusOf } from './message.ts';
import { openWire, PATIENCE, RawOrigin, type Seen, setPatience, type Wire } from './wire.ts';

/** ms for a whole test; each single wait in it is bounded by PATIENCE. */
const TEST_TIMEOUT = 60_000;

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
export const GET = 'GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n';

interface BenchOptions {
  /** Raw origins, named A, B …; 1 unless said otherwise. */
  readonly origins?: number;
  /** Addresses where nobody listens, added before the others. */
  readonly dead?: number;
  readonly trust?: EngineDefinition['trustForwarded'];
  readonly requestHeaders?: EngineDefinition['requestHeaders'];
  readonly timeouts?: Partial<Policies['timeouts']>;
  readonly retry?: Partial<Policies['retry']>;
  readonly limits?: Partial<Policies['limits']>;
}

/** A proxy between raw clients and raw origins. */
export class Bench {
  readonly engine: Engine;
  readonly origins: readonly RawOrigin[];
  port = 0;
  readonly #clients: Wire[] = [];

  private constructor(engine: Engine, origins: readonly RawOrigin[]) {
    this.engine = engine;
    this.origins = origins;
  }

  static async start(forwarder: ForwarderName, options: BenchOptions): Promise<Bench> {
    const definition: EngineDefinition = {
      seed: 1,
      strategy: { use: 'round-robin' },
      policies: {
        ...DEFAULT_POLICIES,
        health: NO_HEALTH,
        retry: { ...DEFAULT_POLICIES.retry, ...options.retry },
        timeouts: { ...DEFAULT_POLICIES.timeouts, connect: 1000, firstByte: 1500, ...options.timeouts },
        limits: { ...DEFAULT_POLICIES.limits, ...options.limits },
      },
      trustForwarded: options.trust ?? 'loopback',
      requestHeaders: options.requestHeaders ?? [],
      forwarder,
    };
    const engine = new Engine(definition, () => undefined);
    for (const [i, port] of (await freePorts(options.dead ?? 0)).entries()) {
      engine.add({ name: `dead${i}`, host: '127.0.0.1', port, weight: 1 });
    }
    const origins: RawOrigin[] = [];
    for (let i = 0; i < (options.origins ?? 1); i++) {
      const origin = await RawOrigin.listen();
      engine.add({ name: String.fromCharCode(65 + i), host: '127.0.0.1', port: origin.port, weight: 1 });
      origins.push(origin);
    }
    const bench = new Bench(engine, origins);
    bench.port = await engine.listen({ host: '127.0.0.1', port: 0 });
    return bench;
  }

  get origin(): RawOrigin {
    return this.origins[0] as RawOrigin;
  }

  /** A new connection to the proxy. */
  async client(halfOpen = false): Promise<Wire> {
    const client = await openWire(this.port, halfOpen);
    this.#clients.push(client);
    return client;
  }

  /** One request from a new client, answered by the origin with these bytes. */
  async exchange(request: string, response = OK): Promise<{ client: Wire; seen: Seen; answer: Message }> {
    const client = await this.client();
    client.send(request);
    const seen = await this.origin.request();
    seen.answer(response);
    const without = request.startsWith('HEAD ') ? 'response without body' : 'response';
    return { client, seen, answer: await client.message(without) };
  }

  /** Sends bytes that must not get through: an answer of one of these statuses, the end, and nothing at the origin. */
  async expectRefused(bytes: string, statuses: readonly number[]): Promise<void> {
    for (const origin of this.origins) origin.answerAll(OK);
    const client = await this.client();
    client.send(bytes);
    const answer = await client.message('response');
    expect(statuses).toContain(statusOf(answer));
    await client.closed();
    expect(client.text).toBe('');
    expect(this.origins.flatMap(({ requests }) => requests)).toEqual([]);
  }

  /** The proxy still works for others. */
  async expectAlive(): Promise<void> {
    for (const origin of this.origins) origin.answerAll(OK);
    const client = await this.client();
    client.send('GET /alive HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n');
    const answer = await client.message('response');
    expect([statusOf(answer), answer.body]).toEqual([200, 'ok']);
  }

  get inFlight(): number {
    return this.engine.recorder.requests.inFlight;
  }

  /** Attempts that have ended, oldest first. */
  get attempts(): AttemptRecord[] {
    return endedAttempts(this.engine.recorder);
  }

  /** Cuts every connection and stops; what the origins saw is judged. */
  async stop(): Promise<void> {
    for (const client of this.#clients) client.socket.destroy();
    for (const origin of this.origins) await origin.close();
    try {
      await until(() => this.inFlight === 0, 'nothing is in flight after everybody has gone', PATIENCE);
      expect(this.origins.flatMap(({ problems }) => problems)).toEqual([]);
    } finally {
      await this.engine.stop();
    }
  }
}

interface Check {
  (name: string, run: (bench: Bench) => Promise<void>): void;
  (name: string, options: BenchOptions, run: (bench: Bench) => Promise<void>): void;
}

/** Declares a suite for every forwarder. */
export function conformance(title: Suite, define: (check: Check) => void): void {
  describe.each(FORWARDERS)(`${title}: %s`, (forwarder) => {
    const known = KNOWN_FAILURES[forwarder][title] ?? {};
    const names = new Set<string>();
    const check: Check = (name: string, ...rest: unknown[]): void => {
      const [options, run] = (rest.length === 1 ? [{}, rest[0]] : rest) as [BenchOptions, (b: Bench) => Promise<void>];
      if (names.has(name)) throw new Error(`Two tests are called "${name}".`);
      names.add(name);
      const reason = known[name];
      const body = (): Promise<void> => {
        setPatience(reason !== undefined);
        return withBench(forwarder, options, run);
      };
      if (reason === undefined) test(name, { timeout: TEST_TIMEOUT }, body);
      else test.fails(`${name} — known failure: ${reason}`, { timeout: TEST_TIMEOUT }, body);
    };
    define(check);
    test('known failures name tests that exist', () => {
      expect(Object.keys(known).filter((name) => !names.has(name))).toEqual([]);
    });
  });
}

async function withBench(
  forwarder: ForwarderName,
  options: BenchOptions,
  run: (bench: Bench) => Promise<void>,
): Promise<void> {
  const crash = catchCrashes();
  try {
    const bench = await Bench.start(forwarder, options);
    const failed = await run(bench).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const stopped = bench.stop();
    // The test's own failure says more than what it left behind.
    if (failed) {
      await stopped.catch(() => undefined);
      const problems = bench.origins.flatMap((origin) => origin.problems);
      if (problems.length > 0 && failed.error instanceof Error) failed.error.message += ` (${problems.join('; ')})`;
      throw failed.error;
    }
    await stopped;
    // What was thrown in the last turn is only reported after it.
    await new Promise((resolve) => setImmediate(resolve));
    expect(crash.errors).toEqual([]);
  } finally {
    crash.release();
  }
}

/** An error that nobody catches would end the process; here it fails the test that caused it, and only that. */
function catchCrashes(): { readonly errors: unknown[]; release(): void } {
  const errors: unknown[] = [];
  const keep = (error: unknown): void => void errors.push(error);
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => process.listeners(event as 'uncaughtException'));
  for (const event of events) process.removeAllListeners(event).on(event, keep);
  return {
    errors,
    release: () => {
      events.forEach((event, i) => {
        process.off(event, keep);
        for (const listener of before[i] ?? []) process.on(event as 'uncaughtException', listener);
      });
    },
  };
}
