import { setTimeout as wait } from 'node:timers/promises';
import { EvenkeelError } from '../core/errors.ts';
import type { EngineCalls } from '../engine/engine-calls.ts';
import type { NewOrigin } from '../protocol/command.ts';
import {
  addressOf,
  isSpawned,
  type OriginDefinition,
  type OriginRole,
  roleOf,
  type ServiceDefinition,
  withRole,
} from '../protocol/lab.ts';
import { FIRST_ORIGIN_PORT } from '../protocol/lab-file-defaults.ts';
import { localPort } from '../protocol/local-port.ts';
import { completeNew, nameOfNew } from '../protocol/new-origin.ts';
import type { Timeline } from '../protocol/timeline.ts';
import { originTls } from './certificates.ts';
import { isFree, nextFreePort } from './free-port.ts';
import { inTurns } from './in-turns.ts';
import type { Member, Roster } from './roster.ts';
import type { Spawner } from './spawner.ts';
import { SupervisedOrigin } from './supervised-origin.ts';
import type { WorkerThread } from './worker-thread.ts';

const HOST = '127.0.0.1';
/** Processes that start at the same time: more would only make each other late, and the first to be ready would wait. */
const STARTING_AT_ONCE = 4;
/** ms for which one that was removed may still answer what it has. */
const LEAVING_MS = 5000;
const LOOK_AGAIN_MS = 25;

interface OriginKeeperOptions {
  readonly engine: WorkerThread<EngineCalls>;
  readonly roster: Roster;
  readonly timeline: Timeline;
  readonly spawner: Spawner;
  readonly seed: number;
  /** The balancer's own port, 0 while it has none. */
  readonly balancerPort: () => number;
  readonly notice: (text: string) => void;
  readonly changed: () => void;
}

/** Starts, adds and removes origins, and keeps the balancer's list of them the same as the lab's. */
export class OriginKeeper {
  readonly #options: OriginKeeperOptions;
  /** The last origin that was added, until it has its name and port. */
  #enrolment: Promise<unknown> = Promise.resolve();
  /** Origins there ever were. */
  #enrolled = 0;

  constructor(options: OriginKeeperOptions) {
    this.#options = options;
  }

  definitions(): OriginDefinition[] {
    return this.#options.roster.all.map((member) => member.supervised?.definition ?? member.definition);
  }

  /** Starts all, a few at a time, then introduces them to the balancer in the lab's order. One that cannot start says why on its card. */
  async startAll(definitions: readonly OriginDefinition[]): Promise<void> {
    const reserved = new Set(definitions.filter(isSpawned).map(({ port }) => port));
    const members: Member[] = [];
    for (const definition of definitions) {
      members.push(this.#enrol(isSpawned(definition) ? await this.#movedIfTaken(definition, reserved) : definition));
    }
    const ready = await inTurns(STARTING_AT_ONCE, members, (member) => this.#started(member, reserved));
    const moves = movesOf(definitions, this.definitions());
    if (moves) this.#options.notice(moves);
    for (const [i, member] of members.entries()) if (ready[i]) await this.#introduce(member);
  }

  /**
   * Adds an origin while the lab runs; one of ours is chosen as soon as it listens.
   * @param before the origin that it stands before; at the end without
   * @throws EvenkeelError `bad-command` | `port-in-use` | `origin-failed`
   */
  async add(wanted: NewOrigin, before?: string): Promise<OriginDefinition> {
    // One at a time: two that come at once must not get the same name or port.
    const enrolled = this.#enrolment.then(() => this.#enrolNew(wanted, before));
    this.#enrolment = enrolled.catch(() => undefined);
    const member = await enrolled;
    const { definition } = member;
    try {
      await member.supervised?.start();
    } catch (error) {
      this.#options.roster.remove(definition.name);
      throw error;
    }
    await this.#introduce(member);
    return definition;
  }

  /** Takes an origin out: no new requests at once, and its process ends once it has answered those it has, or 5 s later. */
  async remove(name: string): Promise<void> {
    const { engine, roster } = this.#options;
    const member = roster.get(name);
    if (member.engine) await engine.peer.request('remove-origin', { name });
    roster.remove(name);
    if (member.engine && member.supervised) await this.#emptied(name);
    await member.supervised?.stop();
  }

  async #emptied(name: string): Promise<void> {
    const until = Date.now() + LEAVING_MS;
    do await wait(LOOK_AGAIN_MS);
    while (Date.now() < until && (await this.#options.engine.peer.request('in-flight', { name }).catch(() => 0)) > 0);
  }

  /**
   * Starts a killed origin again, or for the first time when it could not start. Asked again meanwhile, it is the same restart: two
   * processes would fight for one port.
   * @throws EvenkeelError
   */
  async restart(name: string): Promise<void> {
    const member = this.#options.roster.get(name);
    const supervised = this.#options.roster.supervised(name);
    member.restarting ??= this.#restart(member, supervised).finally(() => {
      member.restarting = undefined;
    });
    await member.restarting;
  }

  async setWeight(name: string, weight: number): Promise<void> {
    const member = this.#options.roster.get(name);
    if (member.engine) await this.#options.engine.peer.request('set-weight', { name, weight });
    member.supervised?.setWeight(weight);
    member.definition = { ...member.definition, weight };
  }

  async setRole(name: string, role: OriginRole): Promise<void> {
    const member = this.#options.roster.get(name);
    if (member.engine) await this.#options.engine.peer.request('set-role', { name, role: roleOf(role) });
    member.supervised?.setRole(role);
    member.definition = withRole(member.definition, role);
  }

  setService(name: string, service: ServiceDefinition): Promise<void> {
    return this.#options.roster.supervised(name).setService(service);
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.#options.roster.all.map(({ supervised }) => supervised?.stop()));
  }

  async #restart(member: Member, supervised: SupervisedOrigin): Promise<void> {
    await supervised.restart();
    if (!member.engine) await this.#introduce(member);
  }

  async #enrolNew(wanted: NewOrigin, before: string | undefined): Promise<Member> {
    const name = nameOfNew(wanted, this.definitions());
    if ('url' in wanted && localPort(wanted.url) === this.#options.balancerPort()) throw this.#isBalancers(wanted.url);
    const port = 'url' in wanted ? 0 : await this.#portFor(wanted.port);
    return this.#enrol(completeNew(wanted, name, port, this.definitions()), before);
  }

  #enrol(definition: OriginDefinition, before?: string): Member {
    const { roster, timeline, spawner, changed } = this.#options;
    // As the balancer counts them, and a simulation's: each draws from the same stream there.
    const number = this.#enrolled++;
    const { name } = definition;
    const supervised = isSpawned(definition)
      ? new SupervisedOrigin({
          definition,
          host: HOST,
          seed: this.#options.seed,
          number,
          spawner,
          onChange: changed,
          onExit: (reason) => {
            const member = roster.has(name) ? roster.get(name) : undefined;
            // Another may have its name by now.
            if (!member || member.supervised !== supervised) return;
            member.failedAt = Date.now();
            if (reason !== 'SIGKILL')
              timeline.add('exited', `${name} ended by itself: ${reason}`, { origin: name, label: `${name} died` });
          },
        })
      : undefined;
    const member: Member = {
      definition,
      supervised,
      engine: undefined,
      failedAt: undefined,
      restarting: undefined,
      since: Date.now(),
    };
    roster.add(member, before);
    changed();
    return member;
  }

  async #introduce(member: Member): Promise<void> {
    const definition = member.supervised?.definition ?? member.definition;
    const address = addressOf(definition);
    const colon = address.lastIndexOf(':');
    const { name, weight } = definition;
    const { engine, roster } = this.#options;
    const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
    const tls = await originTls(definition);
    const before = roster.nextKnown(name);
    const port = Number(address.slice(colon + 1));
    await engine.peer.request('add-origin', {
      name,
      weight,
      host,
      port,
      role: roleOf(definition),
      ...(tls && { tls }),
      ...(before !== undefined && { before }),
    });
    const { origins, refused } = await engine.peer.request('report');
    roster.update(origins, refused);
  }

  /** Whether it listens; another program that took its port at the last moment costs it another try. */
  async #started({ supervised }: Member, reserved: Set<number>): Promise<boolean> {
    if (!supervised) return true;
    for (let tries = 1; ; tries++) {
      try {
        await supervised.start();
        return true;
      } catch (error) {
        const again = error instanceof EvenkeelError && error.code === 'port-in-use' && tries < 3;
        if (!again) {
          this.#options.notice((error as Error).message);
          return false;
        }
        supervised.setPort((await this.#movedIfTaken(supervised.definition, reserved)).port);
      }
    }
  }

  async #movedIfTaken(definition: Extract<OriginDefinition, { port: number }>, reserved: Set<number>) {
    if (await isFree(HOST, definition.port)) return definition;
    const port = await nextFreePort(HOST, definition.port + 1, this.#portsInUse(reserved));
    if (port === undefined) return definition;
    reserved.add(port);
    return { ...definition, port };
  }

  async #portFor(wanted: number | undefined): Promise<number> {
    if (wanted !== undefined && wanted !== 0) {
      if (wanted === this.#options.balancerPort()) {
        throw this.#isBalancers(`Port ${wanted}`);
      }
      return wanted;
    }
    const port = await nextFreePort(HOST, FIRST_ORIGIN_PORT, this.#portsInUse(new Set()));
    if (port === undefined)
      throw new EvenkeelError('port-in-use', 'No port is free on this machine; stop some program that listens.');
    return port;
  }

  /** Requests would go round in circles. */
  #isBalancers(what: string): EvenkeelError {
    return new EvenkeelError('bad-command', `${what} is the balancer's own; give the origin another.`);
  }

  #portsInUse(more: ReadonlySet<number>): Set<number> {
    const ports = new Set(more);
    ports.add(this.#options.balancerPort());
    for (const definition of this.definitions()) if (isSpawned(definition)) ports.add(definition.port);
    return ports;
  }
}

/** Moves that are told one by one; each origin's card has its port. */
const TOLD = 3;

/** One sentence for all origins that could not have their port; undefined when each has it. */
function movesOf(wanted: readonly OriginDefinition[], now: readonly OriginDefinition[]): string | undefined {
  const moves = wanted.flatMap((origin, i) => {
    const got = now[i];
    if (!isSpawned(origin) || !got || !isSpawned(got) || origin.port === got.port) return [];
    return [{ name: origin.name, from: origin.port, to: got.port }];
  });
  const [first] = moves;
  if (!first) return undefined;
  if (moves.length === 1) {
    return `Port ${first.from} is in use by another program, so ${first.name} listens on port ${first.to}.`;
  }
  const list = moves.map(({ name, from, to }) => `${name} on ${to} instead of ${from}`);
  const more = list.length > TOLD ? `, and ${list.length - TOLD} more` : '';
  return `Ports are in use by other programs, so origins listen elsewhere: ${list.slice(0, TOLD).join(', ')}${more}.`;
}
