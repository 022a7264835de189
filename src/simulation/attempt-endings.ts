import type { FailureKind } from '../core/failure.ts';

/** How an attempt ends, as a small number. */
export const ANSWERED = 0;
export const ERROR = 1;
export const TURNED_AWAY = 2;
export const REFUSED = 3;
export const RESET = 4;
export type Ending = typeof ANSWERED | typeof ERROR | typeof TURNED_AWAY | typeof REFUSED | typeof RESET;

/** What that means to the balancer. */
export const FAILURES: Readonly<Record<Ending, FailureKind | undefined>> = [
  undefined,
  'server-error',
  'server-error',
  'connect-refused',
  'reset',
];
