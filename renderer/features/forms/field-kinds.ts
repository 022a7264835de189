import { printDuration } from '../../../src/protocol/units.ts';

/** How a value of a form is written: `limit` is a whole number or "unlimited", `ratio` a percentage or "off", `time` a duration or "off". */
export type FieldKind = 'duration' | 'time' | 'share' | 'ratio' | 'number' | 'limit' | 'factor' | 'text';

interface Notation {
  print(value: unknown): string;
  /** What the lab's schema gets to judge; a text that is no such value goes on as it is, so that the sentence can quote it. */
  read(text: string): unknown;
  /** Written behind the input. */
  readonly unit?: string;
}

export const NOTATIONS: Readonly<Record<FieldKind, Notation>> = {
  duration: { print: durationText, read: (text) => text.trim() },
  time: {
    print: (value) => (value === 'off' ? 'off' : durationText(value)),
    read: (text) => (isOff(text) ? 'off' : text.trim()),
  },
  share: { print: printPercent, read: readPercent, unit: '%' },
  ratio: {
    print: (value) => (value === 'off' ? 'off' : printPercent(value)),
    read: (text) => (isOff(text) ? 'off' : readPercent(text)),
    unit: '%',
  },
  number: { print: String, read: numberOrText },
  limit: {
    print: String,
    read: (text) => (/^(unlimited|∞)$/i.test(text.trim()) ? 'unlimited' : numberOrText(text)),
  },
  factor: { print: String, read: (text) => numberOrText(text.replace(/\s*[x×]\s*$/i, '')), unit: '×' },
  text: { print: String, read: (text) => text.trim() },
};

function durationText(value: unknown): string {
  return printDuration(value as number).replace(/(\d)([a-z])/, '$1 $2');
}

function isOff(text: string): boolean {
  return /^off$/i.test(text.trim());
}

function printPercent(value: unknown): string {
  return String(Number(((value as number) * 100).toPrecision(12)));
}

function readPercent(text: string): string {
  return `${text.trim().replace(/\s*%$/, '')}%`;
}

function numberOrText(text: string): unknown {
  const trimmed = text.trim();
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(trimmed) ? Number(trimmed) : trimmed;
}

/** One line of a form. Its bounds are the lab's schema's, which also has the sentences for them. */
export interface FieldWords {
  readonly label: string;
  readonly kind: FieldKind;
  /** Plain words: what it does. */
  readonly help?: string;
}

/** Words for every value, so that a new one cannot be forgotten. */
export type FieldsOf<Values> = { readonly [Key in keyof Values]: FieldWords };
