import type { Policies } from '../core/policies.ts';
import type { StrategySpec } from '../core/strategy.ts';
import type { AnswersDefinition } from '../protocol/lab.ts';
import type { Keeping } from '../protocol/peer.ts';
import type { Engine } from './engine.ts';
import type { EngineCalls, EngineOrigin } from './engine-calls.ts';

/** The calls that every thread of an engine has to do, each on its own engine. */
const ENGINE_CHANGES = {
  'add-origin': (engine, origin: EngineOrigin) => engine.add(origin),
  'remove-origin': (engine, { name }: Named) => engine.remove(name),
  'set-weight': (engine, { name, weight }: Params<'set-weight'>) => engine.setWeight(name, weight),
  'set-role': (engine, { name, role }: Params<'set-role'>) => engine.setRole(name, role),
  'set-strategy': (engine, strategy: StrategySpec) => engine.setStrategy(strategy),
  'set-answers': (engine, answers: AnswersDefinition) => engine.setAnswers(answers),
  'set-forwarder': (engine, { name }: Params<'set-forwarder'>) => engine.setForwarder(name),
  'set-policies': (engine, policies: Policies) => engine.setPolicies(policies),
  drain: (engine, { name }: Named) => engine.drain(name),
  resume: (engine, { name }: Named) => engine.resume(name),
} as const satisfies Partial<Record<keyof EngineCalls, (engine: Engine, params: never) => void>>;

type Params<Call extends keyof EngineCalls> = Parameters<EngineCalls[Call]>[0];
type Named = { readonly name: string };

type EngineChange = keyof typeof ENGINE_CHANGES;

/** Every change as a call of a `Peer`. @param make what the call named so does */
export function changeCalls(
  make: (name: EngineChange, params: never) => void | Promise<void>,
): Pick<Keeping<EngineCalls>, EngineChange> {
  const names = Object.keys(ENGINE_CHANGES) as EngineChange[];
  const calls = names.map((name) => [name, (params: never) => make(name, params)]);
  return Object.fromEntries(calls) as Pick<Keeping<EngineCalls>, EngineChange>;
}

/** Makes a change in one engine. */
export function change(engine: Engine, name: EngineChange, params: never): void {
  (ENGINE_CHANGES[name] as (engine: Engine, params: never) => void)(engine, params);
}
