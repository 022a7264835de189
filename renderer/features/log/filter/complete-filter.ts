import {
  FIELDS,
  type Field,
  isField,
  isNumberField,
  NUMBER_OPERATORS,
  OPERATOR_WORDS,
  TEXT_OPERATORS,
} from './filter.ts';
import { printText } from './print-filter.ts';

interface Suggestion {
  /** What takes the place of the text from `from` to `to`. */
  readonly insert: string;
  /** What it is; empty when it says so itself. */
  readonly note: string;
  /** Whether more follows at once, so that suggestions stay open. */
  readonly more: boolean;
}

export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly suggestions: readonly Suggestion[];
}

/** Values that a field has in the log now, the likeliest first. */
export type KnownValues = (field: Field) => readonly string[];

const MOST = 24;

/** What could come at the caret: fields and keywords, operators after a field, values after an operator. */
export function completeFilter(text: string, caret: number, known: KnownValues): Completion {
  const before = text.slice(0, caret);
  const rest = /^[^\s()"=!<>~]*/.exec(text.slice(caret))?.[0] ?? '';
  const value = /(?:^|[\s(])([a-z]+)\s*(!=|>=|<=|=|~|>|<)\s*("?)([^\s()"]*)$/i.exec(before);
  const field = value?.[1]?.toLowerCase() ?? '';
  if (value && isField(field)) {
    const typed = value[4] ?? '';
    const quote = value[3] ?? '';
    const from = caret - typed.length - quote.length;
    return { from, to: caret + rest.length, suggestions: values(field, typed, known) };
  }
  const word = /(?:^|[\s(])([^\s()"=!<>~]*)$/.exec(before)?.[1];
  if (word === undefined) return { from: caret, to: caret, suggestions: [] };
  return { from: caret - word.length, to: caret + rest.length, suggestions: words(word, before) };
}

function values(field: Field, typed: string, known: KnownValues): Suggestion[] {
  const wanted = typed.toLowerCase();
  return known(field)
    .filter((value) => value.toLowerCase().includes(wanted) && value.toLowerCase() !== wanted)
    .sort((a, b) => Number(b.toLowerCase().startsWith(wanted)) - Number(a.toLowerCase().startsWith(wanted)))
    .slice(0, MOST)
    .map((value) => ({ insert: printText(value), note: '', more: false }));
}

function words(word: string, before: string): Suggestion[] {
  const wanted = word.toLowerCase();
  if (isField(wanted)) {
    const operators = isNumberField(wanted) ? NUMBER_OPERATORS : TEXT_OPERATORS;
    return operators.map((operator) => ({
      insert: `${wanted}${operator}`,
      note: OPERATOR_WORDS[operator],
      more: true,
    }));
  }
  const fields = Object.entries(FIELDS).map(([field, note]) => ({ insert: field, note, more: true }));
  const somethingBefore = /\S/.test(before.slice(0, before.length - word.length));
  const keywords = [
    { insert: 'not(', note: 'everything but', more: true },
    ...(somethingBefore ? [{ insert: 'or ', note: 'or what follows', more: true }] : []),
  ];
  return [...fields, ...keywords].filter(({ insert }) => insert.startsWith(wanted));
}
