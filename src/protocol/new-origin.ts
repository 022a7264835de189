import { EvenkeelError } from '../core/errors.ts';
import type { NewOrigin } from './command.ts';
import { addressOf, type OriginDefinition, roleOf } from './lab.ts';
import { DEFAULT_SERVICE } from './lab-file-defaults.ts';
import { nextLetter } from './lab-file-origins.ts';

/** The name that an origin is added with. @throws EvenkeelError `bad-command` for one that is taken */
export function nameOfNew({ name }: NewOrigin, others: readonly OriginDefinition[]): string {
  const isTaken = (wanted: string): boolean => others.some((other) => other.name === wanted);
  if (name === undefined) return nextLetter(isTaken);
  if (!isTaken(name)) return name;
  throw new EvenkeelError('bad-command', `There is an origin named ${name} already; choose another name.`);
}

/**
 * An origin to add with everything that was left out filled in.
 * @param port of one of ours
 * @throws EvenkeelError `bad-command` for an address that is taken
 */
export function completeNew(
  wanted: NewOrigin,
  name: string,
  port: number,
  others: readonly OriginDefinition[],
): OriginDefinition {
  const weight = wanted.weight ?? 1;
  const definition: OriginDefinition =
    'url' in wanted
      ? { name, url: wanted.url, ...(wanted.ca !== undefined && { ca: wanted.ca }), weight, ...roleOf(wanted) }
      : { name, port, weight, ...roleOf(wanted), service: { ...DEFAULT_SERVICE, ...wanted.service } };
  const address = addressOf(definition);
  const same = others.find((other) => addressOf(other) === address);
  if (!same) return definition;
  throw new EvenkeelError('bad-command', `${same.name} is at ${address} already; give ${name} another address.`);
}
