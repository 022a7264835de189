import type { Page } from 'playwright-core';
import type { LabState } from '../../src/protocol/state.ts';
import type { PageProblems } from './page-problems.ts';

/** A lab that is open in one of its hosts. */
export interface OpenLab {
  readonly page: Page;
  readonly problems: PageProblems;
  /** The process that holds the lab; everything else of it is below. */
  readonly pid: number;
  /** What `GET /api/lab` answers, where the host has that. */
  readonly state?: () => Promise<LabState>;
  /** The text of the file that the page saves under `name` when `press` is done. */
  saved(name: string, press: () => Promise<void>): Promise<string>;
  /** Ends it as a user would and answers when its process has ended. */
  stop(): Promise<void>;
  /** Removes what is left: the browser, temporary folders. */
  dispose(): Promise<void>;
}
