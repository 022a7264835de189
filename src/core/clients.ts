import type { Rng } from './rng.ts';

/** Who sends the requests. */
export interface ClientsDefinition {
  /** Distinct client addresses. */
  readonly count: number;
  readonly popularity: 'uniform' | { readonly zipf: number };
  /** ms after which a client gives up and leaves; absent: PATIENCE. */
  readonly timeout?: number;
}

/** ms that a client waits for its answer when the lab says nothing else. */
export const PATIENCE = 60_000;

/**
 * The address of the n-th client (from 0). Each has a network of its own (10.x.y.0/24): balancers that hash an address
 * look at the first three octets, and would take neighbours for one client.
 */
export function clientAddressOf(index: number): string {
  return `10.${(index >> 8) & 255}.${index & 255}.${1 + ((index >> 16) & 127)}`;
}

/** Draws clients (from 0): each as often as the other, or the n-th with probability proportional to 1/n^s (Zipf). */
export function createClientPicker({ count, popularity }: ClientsDefinition, rng: Rng): () => number {
  if (popularity === 'uniform') return () => rng.below(count);
  const cumulative = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += (i + 1) ** -popularity.zipf;
    cumulative[i] = sum;
  }
  return () => {
    const drawn = rng.next() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? 0) > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
