import type { Arrivals } from '../core/arrivals.ts';
import type { Balancer } from '../core/balancer.ts';
import { createClientPicker } from '../core/clients.ts';
import type { Policies } from '../core/policies.ts';
import type { Rng } from '../core/rng.ts';
import type {
  AnswersDefinition,
  ClientsDefinition,
  Fault,
  LabDefinition,
  OriginDefinition,
  OriginRole,
  ScheduledFault,
  ServiceDefinition,
  TrafficDefinition,
} from '../protocol/lab.ts';
import type { ClientHomes } from './client-homes.ts';
import type { Deadlines } from './deadlines.ts';
import type { Faults } from './faults.ts';
import type { Fleet } from './fleet.ts';
import type { HealthChecks } from './health-checks.ts';
import type { RequestWorld } from './request-world.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { Users } from './users.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { VirtualOrigin } from './virtual-origin.ts';

/** The parts of a run that can be changed while it goes on. */
interface ChangeableRun {
  readonly balancer: Balancer;
  readonly clock: VirtualClock;
  readonly fleet: Fleet;
  readonly world: RequestWorld;
  /** What clients are drawn with. */
  readonly clientLots: Rng;
  readonly arrivals: Arrivals;
  readonly users: Users;
  readonly homes: ClientHomes;
  readonly deadlines: Deadlines;
  readonly faults: Faults;
  readonly checks: HealthChecks;
  readonly recorder: RunRecorder;
  /** The balancer, or what happens seldom, may have something to do at another time than before. */
  readonly onWork: () => void;
}

/**
 * Changes a run at the time it has reached, as people change the live lab. Whatever decides is told by the same calls as there;
 * what is under way goes on as it began.
 */
export class LabChanges {
  readonly #run: ChangeableRun;
  #timeouts: Policies['timeouts'];
  #clients: ClientsDefinition;
  #traffic: TrafficDefinition;

  constructor({ timeouts, clients, traffic }: LabDefinition, run: ChangeableRun) {
    this.#run = run;
    this.#timeouts = timeouts;
    this.#clients = clients;
    this.#traffic = traffic;
  }

  /** Changes something of the balancer alone. */
  adjust(change: (balancer: Balancer, now: number) => void): void {
    change(this.#run.balancer, this.#run.clock.now);
    this.#run.onWork();
  }

  setWeight(origin: string, weight: number): void {
    this.adjust((balancer, now) => balancer.setWeight(origin, weight, now));
  }

  setRole(origin: string, role: OriginRole): void {
    this.adjust((balancer, now) => balancer.setRole(origin, role, now));
  }

  setPolicies(policies: Policies): void {
    const { checks, deadlines, clock } = this.#run;
    checks.policy = policies.health.active;
    if (policies.timeouts !== this.#timeouts) {
      this.#timeouts = policies.timeouts;
      deadlines.set(this.#timeouts, this.#clients, clock.now);
    }
    this.adjust((balancer, now) => balancer.setPolicies(policies, now));
  }

  setService(origin: VirtualOrigin, service: ServiceDefinition): void {
    origin.setService(service);
    this.#run.onWork();
  }

  /** Arrivals and thinking begin anew; requests that are under way end as they are. */
  setTraffic(traffic: TrafficDefinition, clients: ClientsDefinition): void {
    const { world, arrivals, users, homes, deadlines, clock, clientLots } = this.#run;
    const { now } = clock;
    if (clients !== this.#clients) {
      this.#clients = clients;
      world.pick = createClientPicker(clients, clientLots);
      const { length } = world.addresses;
      if (clients.count > length) {
        world.addresses = [...world.addresses, ...new Array<undefined>(clients.count - length).fill(undefined)];
      }
      homes.makeRoom(clients.count);
      deadlines.set(this.#timeouts, clients, now);
    }
    this.#traffic = traffic;
    world.paths.set(traffic.paths);
    world.fanOut = traffic.fanOut ?? 1;
    arrivals.set(traffic, now);
    users.set(traffic, now);
    this.#run.onWork();
  }

  /** The traffic as it is set now. */
  get traffic(): TrafficDefinition {
    return this.#traffic;
  }

  /** @param over ms in which so many requests more arrive, evenly spread */
  burst(requests: number, over: number): void {
    this.#run.arrivals.burst(requests, over, this.#run.clock.now);
  }

  /** How clients are kept at their origins from now on. */
  setSticky(sticky: AnswersDefinition['sticky']): void {
    this.#run.homes.set(sticky, this.#clients.count);
  }

  /**
   * @param before the origin that it stands before; at the end without
   * @throws EvenkeelError for a name that is taken
   */
  addOrigin(definition: OriginDefinition, before?: string): void {
    const { fleet, balancer, clock, recorder } = this.#run;
    fleet.add(definition, balancer, clock.now, before);
    recorder.makeRoom(fleet.origins.length);
    this.#run.onWork();
  }

  /** It gets nothing more; what is there is broken off, as when its process ends. */
  removeOrigin(origin: VirtualOrigin): void {
    const { fleet, balancer, checks, faults, clock } = this.#run;
    checks.forget(origin);
    faults.forget(origin.name);
    fleet.remove(origin, balancer, clock.now);
    this.#run.onWork();
  }

  /** Somebody beside the lab's script does something to an origin. @param length ms that it lasts; absent: until it is ended */
  interfere(origin: string, fault: Fault, length?: number): void {
    this.#run.faults.interfere(origin, fault, length);
    this.#run.onWork();
  }

  /** Other lines for the script; while it runs those count whose time is still to come. */
  setScript(lines: readonly ScheduledFault[]): void {
    this.#run.faults.setScript(lines);
    this.#run.onWork();
  }

  /** Begins the script from now, or lets nothing more of it happen. */
  runScript(on: boolean): void {
    this.#run.faults.runScript(on);
    this.#run.onWork();
  }
}
