/** What somebody typed into a field whose value may change meanwhile. */
export interface Draft {
  readonly text: string;
  /** The value it was sent to replace; undefined while it is being typed. */
  readonly replaces?: string;
}

/** The text to show: what is typed stays until the lab has taken it over, whatever else arrives. */
export function shownText(draft: Draft | undefined, value: string): string {
  if (draft === undefined) return value;
  return draft.replaces !== undefined && draft.replaces !== value ? value : draft.text;
}
