/** What clients of one balancer noticed of a fault; times in seconds. */
export interface FaultAccount {
  readonly what: string;
  readonly failed: number;
  readonly slow: number;
  readonly noticed: number;
  readonly back: number | undefined;
}

export interface BalancerAccount {
  readonly name: string;
  readonly sent: number;
  readonly failed: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly faults: readonly FaultAccount[];
}

export const installed: readonly string[];
export function failoverStory(options?: {
  readonly balancers?: readonly string[];
  readonly rate?: number;
  readonly phase?: number;
  readonly onFault?: (what: string) => void;
}): Promise<BalancerAccount[]>;
