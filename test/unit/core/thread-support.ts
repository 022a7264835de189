import { Balancer, type BalancerOptions } from '../../../src/core/balancer.ts';
import { letter } from './support.ts';

/** A balancer with origins A, B, C… of these weights. */
export function labOf<Kind extends Balancer = Balancer>(
  weights: readonly number[],
  options: BalancerOptions,
  create: (options: BalancerOptions) => Kind = (all) => new Balancer(all) as Kind,
): Kind {
  const balancer = create(options);
  weights.forEach((weight, at) => {
    balancer.add({ name: letter(at), address: `${letter(at)}:80`, weight }, 0);
  });
  return balancer;
}
