import { type ClientRequest, get } from 'node:http';
import { get as getTls } from 'node:https';
import type { Balancer } from '../core/balancer.ts';
import type { ActiveCheckPolicy } from '../core/policies.ts';
import { now } from './clock.ts';
import type { HealthCounts } from './engine-metrics.ts';
import type { Target } from './forwarder.ts';
import { LOAD_HEADER, type Load, loadInHeader, loadInHealth } from './load-report.ts';

const MAX_ANSWER_BYTES = 16_384;

/** What the commonest network errors are called on screen; the rest keep their code. */
const CHECK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection broke off',
};

/** Sends the health checks that the balancer asks for and tells it how they went. */
export class HealthChecker {
  readonly #balancer: Balancer;
  readonly #targetOf: (name: string) => Target | undefined;
  readonly #counts: HealthCounts;
  readonly #running = new Set<ClientRequest>();
  #stopped = false;

  constructor(balancer: Balancer, targetOf: (name: string) => Target | undefined, counts: HealthCounts) {
    this.#counts = counts;
    this.#balancer = balancer;
    this.#targetOf = targetOf;
  }

  /** Sends every check that is due. `onResult` follows each result. */
  run(policy: ActiveCheckPolicy, onResult: () => void): void {
    for (const origin of this.#balancer.checksDue(now())) {
      const target = this.#targetOf(origin.name);
      if (!target) continue;
      this.#check(target, policy, (ok, reason, load) => {
        if (this.#stopped) return;
        // The origin may have been removed while its check was on the way.
        if (this.#balancer.origin(origin.name) === origin) {
          const at = now();
          if (load) this.#balancer.reportLoad(origin.name, load.value, at, load.rates);
          this.#counts.check(origin.name, ok);
          this.#balancer.checkResult(origin.name, { ok, reason }, at);
        }
        onResult();
      });
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const request of this.#running) request.destroy();
  }

  #check(
    target: Target,
    policy: ActiveCheckPolicy,
    done: (ok: boolean, reason: string, load: Load | undefined) => void,
  ): void {
    let over = false;
    const end = (ok: boolean, reason: string, load?: Load): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      this.#running.delete(request);
      request.destroy();
      done(ok, reason, load);
    };
    // A new connection each time: a check must not succeed on one that was opened while the origin still accepted.
    const request = (target.tls ? getTls : get)(
      {
        host: target.host,
        port: target.port,
        ...target.tls,
        path: policy.path,
        agent: false,
        headers: { 'user-agent': 'evenkeel-health-check', accept: 'application/json, */*' },
      },
      (answer) => {
        const status = answer.statusCode ?? 0;
        const ok = status >= 200 && status < 400;
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_ANSWER_BYTES) end(ok, `answered ${status}`);
        });
        answer.once('end', () =>
          end(ok, `answered ${status}`, loadInHeader(answer.headers[LOAD_HEADER]) ?? loadInHealth(text)),
        );
        answer.once('error', () => end(false, 'connection broke off'));
      },
    );
    this.#running.add(request);
    const timer = setTimeout(() => end(false, `no answer within ${policy.timeout} ms`), policy.timeout);
    request.once('error', (error: NodeJS.ErrnoException) => {
      end(false, CHECK_ERRORS[error.code ?? ''] ?? `failed (${error.code ?? error.message})`);
    });
  }
}
