/** A runtime that is there, or why there is none (a phrase). */
export type FoundRuntime =
  | { readonly executablePath: string; readonly version: string; readonly source: string }
  | { readonly missing: string };

export const electronPackage: string;
export function findRuntime(): FoundRuntime;
export function findTestRuntime(): Promise<FoundRuntime>;
