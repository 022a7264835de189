import type { FromOrigin, OriginArguments, ToOrigin } from '../engine/origin-messages.ts';

/** A running origin server, whichever way its host starts processes. */
export interface OriginProcess {
  /** Undefined until it has one, and for ever when it could not be started. */
  readonly pid: number | undefined;
  send(message: ToOrigin): void;
  onMessage(listener: (message: FromOrigin) => void): void;
  /** Whole lines of its standard output and error, without the line end. */
  onOutput(listener: (line: string) => void): void;
  /** Called once. `reason` is in words: "exit code 1", "SIGKILL". */
  onExit(listener: (reason: string) => void): void;
  /** SIGKILL: at once, nothing is finished. */
  kill(): void;
}

/**
 * Starts origin processes: `child_process.fork` in Node, `utilityProcess.fork` in Electron (whose packaged app cannot fork
 * itself). Every process must end by itself when its host does, however that ends.
 */
export interface Spawner {
  spawn(origin: OriginArguments): OriginProcess;
}
