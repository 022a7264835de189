import type { Balancer } from '../core/balancer.ts';
import type { ActiveCheckPolicy } from '../core/policies.ts';
import { now } from './clock.ts';
import type { HealthCounts } from './engine-metrics.ts';
import type { Target } from './forwarder.ts';
import { HealthCheck } from './health-check.ts';
import { Deadlines } from './native/deadlines.ts';

/** Sends the health checks that the balancer asks for and tells it how they went. */
export class HealthChecker {
  readonly #balancer: Balancer;
  readonly #targetOf: (name: string) => Target | undefined;
  readonly #counts: HealthCounts;
  readonly #deadlines = new Deadlines();
  readonly #running = new Set<HealthCheck>();

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
      const check = new HealthCheck(target, policy.path, policy.timeout, this.#deadlines, (ended, end) => {
        this.#running.delete(ended);
        // The origin may have been removed while its check was on the way.
        if (end && this.#balancer.origin(origin.name) === origin) {
          const { ok, reason, load } = end;
          const at = now();
          if (load) this.#balancer.reportLoad(origin.name, load.value, at, load.rates);
          this.#counts.check(origin.name, ok);
          this.#balancer.checkResult(origin.name, { ok, reason }, at);
        }
        onResult();
      });
      this.#running.add(check);
    }
  }

  stop(): void {
    for (const check of this.#running) check.stop();
    this.#running.clear();
  }
}
