import type { Page } from 'playwright-core';
import type { PageProblems } from './page-problems.ts';

/** A lab that is open in one of its hosts. */
export interface OpenLab {
  readonly page: Page;
  readonly problems: PageProblems;
  /** The process that holds the lab; everything else of it is below. */
  readonly pid: number;
  /** Ends it as a user would and answers when its process has ended. */
  stop(): Promise<void>;
  /** Removes what is left: the browser, temporary folders. */
  dispose(): Promise<void>;
}
