import { parseLabFile } from '../../../src/protocol/lab-file.ts';

/** One thing that is wrong with a lab's text, with the line it is in. */
export interface LabProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The text of that line as far as it can be shown, and how many characters stand before the place. */
  readonly excerpt: string;
  readonly before: number;
}

/** A lab file that cannot be opened. */
export interface RefusedLab {
  readonly file: string;
  readonly problems: readonly LabProblem[];
}

/** Characters of a line that are shown. */
const SHOWN = 80;
/** Characters kept before the place in a line that is longer. */
const LEAD = 40;

/** Everything that is wrong with the text of a lab file, in the order of the file; nothing for one that is right. */
export function problemsOf(text: string, file: string): readonly LabProblem[] {
  const parsed = parseLabFile(text, file);
  if ('lab' in parsed) return [];
  const lines = text.split(/\r\n|\r|\n/);
  return parsed.problems.map(({ line, column, message }) => ({
    line,
    column,
    message,
    ...excerptOf(lines[line - 1] ?? '', column),
  }));
}

function excerptOf(line: string, column: number): Pick<LabProblem, 'excerpt' | 'before'> {
  // A tab is as wide as one character here, so that the mark below stands where the place is.
  const plain = line.replaceAll('\t', ' ').trimEnd();
  const from = plain.length <= SHOWN ? 0 : Math.min(Math.max(0, column - 1 - LEAD), plain.length - SHOWN);
  const excerpt = plain.slice(from, from + SHOWN);
  return {
    excerpt: `${from > 0 ? '…' : ''}${excerpt}${from + SHOWN < plain.length ? '…' : ''}`,
    before: Math.max(0, column - 1 - from + (from > 0 ? 1 : 0)),
  };
}
