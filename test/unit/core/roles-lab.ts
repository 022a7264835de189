import { Balancer } from '../../../src/core/balancer.ts';
import { levelsOf, share } from '../../../src/core/levels.ts';
import { Origin, type OriginRole } from '../../../src/core/origin.ts';
import { createRng } from '../../../src/core/rng.ts';
import { attempt, letter, policies, request } from './support.ts';

type Policy = Parameters<typeof policies>[0];

/** A balancer over A, B, C… with these roles. */
export function rolesLab(roles: readonly OriginRole[], policy: Policy = {}, use = 'round-robin'): Balancer {
  const balancer = new Balancer({
    strategy: { use },
    policies: policies({ active: 'off', passive: { failures: 1, base: 10_000, max: 10_000, maxShare: 1 }, ...policy }),
    rng: createRng(1),
  });
  roles.forEach((role, index) => {
    balancer.add({ name: letter(index), address: `${letter(index)}:80`, weight: 1, ...role }, 0);
  });
  return balancer;
}

export const choices = (balancer: Balancer, times: number, tried?: ReadonlySet<string>): string =>
  Array.from({ length: times }, () => balancer.choose(request(), 0, tried)?.origin.name ?? '-').join('');
export const fail = (balancer: Balancer, ...names: string[]): void => {
  for (const name of names) attempt(balancer, name, 'reset', 0);
};
export const loads = (balancer: Balancer): number[] => balancer.origins.map(({ levelLoad }) => levelLoad);
/** What levels of that many origins get (in percent) when so many of each are healthy. */
export function shares(
  levels: readonly (readonly [count: number, healthy: number, backup?: boolean])[],
  factor = 1.4,
  below?: number,
): number[] {
  const origins = levels.flatMap(([count, healthy, isBackup = false], priority) =>
    Array.from({ length: count }, (_, index) => {
      const role = isBackup ? { backup: true } : { priority };
      const origin = new Origin(index, { name: `${priority}-${index}`, address: '', weight: 1, ...role }, 0);
      origin.healthy = index < healthy;
      return origin;
    }),
  );
  const made = levelsOf(origins, []);
  share(made, factor, below === undefined ? 'off' : { below });
  return made.map(({ load, panic }) => Math.round(load * 100) * (panic ? -1 : 1));
}
